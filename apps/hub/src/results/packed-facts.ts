// Facts in little room: what runs have in common stands once in a template, each run keeps its own values, by position.
import type { Run } from '@checkstack/api';
import { storable } from '../database/storable.js';
import { ByteReader, ByteWriter } from './rollup/bytes.js';

type Facts = Run['facts'];

/** As JSON: names, flags and common texts of facts; null in the place of each value that a run has for itself. */
export type FactTemplate = string;

export interface SplitFacts {
  template: FactTemplate;
  own: (number | string)[];
}

const longestCommonText = 64;
const longestTemplate = 4_000;

/** Short texts in the template, or each run with its own. null: they are too many for a template. */
export function splitFacts(facts: Facts, texts: 'common' | 'own'): SplitFacts | null {
  const common: Record<string, string | boolean | null> = {};
  const own: (number | string)[] = [];
  for (const [name, value] of Object.entries(facts)) {
    const isCommon = typeof value === 'string' && texts === 'common' && value.length <= longestCommonText;
    if (typeof value === 'boolean') common[storable(name)] = value;
    else if (isCommon) common[storable(name)] = storable(value);
    else {
      common[storable(name)] = null;
      own.push(value);
    }
  }
  const template = JSON.stringify(common);
  return template.length > longestTemplate ? null : { template, own };
}

/** The least two bits say what the others are. */
const forms = {
  whole: 0,
  thousandths: 1,
  negative: 2,
  /** 0: a double follows. Otherwise a text of one byte less than that. */
  other: 3,
};
const largest = Number.MAX_SAFE_INTEGER / 4;

export function packValues(values: readonly (number | string)[]): Buffer {
  const writer = new ByteWriter();
  for (const value of values) {
    if (typeof value === 'number') packNumber(writer, value);
    else {
      const bytes = Buffer.from(storable(value));
      writer.varint((bytes.length + 1) * 4 + forms.other);
      writer.bytes(bytes);
    }
  }
  return writer.written();
}

function packNumber(writer: ByteWriter, number: number): void {
  const thousandths = Math.round(number * 1000);
  if (Number.isInteger(number) && Math.abs(number) < largest && !Object.is(number, -0))
    writer.varint(number >= 0 ? number * 4 + forms.whole : -number * 4 + forms.negative);
  else if (number > 0 && thousandths < largest && thousandths / 1000 === number)
    writer.varint(thousandths * 4 + forms.thousandths);
  else {
    writer.varint(forms.other);
    writer.double(number);
  }
}

/** The facts of so many runs, packed one behind the other with the same template. */
export function unpackFacts(template: FactTemplate, packed: Buffer, runs = 1): Facts[] {
  const common = commonOf(template);
  const reader = new ByteReader(packed);
  return Array.from({ length: runs }, () =>
    Object.fromEntries(common.map(([name, value]) => [name, value ?? readValue(reader)])),
  );
}

type Common = [name: string, value: string | boolean | null][];
const parsed = new Map<FactTemplate, Common>();
const maxParsed = 2_000;

/** The same few come again and again. */
function commonOf(template: FactTemplate): Common {
  let common = parsed.get(template);
  if (!common) {
    if (parsed.size >= maxParsed) parsed.clear();
    parsed.set(template, (common = Object.entries(JSON.parse(template) as Record<string, string | boolean | null>)));
  }
  return common;
}

function readValue(reader: ByteReader): number | string {
  const value = reader.varint();
  const rest = Math.floor(value / 4);
  switch (value % 4) {
    case forms.whole:
      return rest;
    case forms.thousandths:
      return rest / 1000;
    case forms.negative:
      return -rest;
    default:
      return rest === 0 ? reader.double() : reader.bytes(rest - 1).toString();
  }
}
