// Facts in little room: what runs have in common stands once in a template, each run keeps its own values, by position.
import type { Run } from '@checkstack/api';
import { factKinds, factsByName, type IntakeFacts } from '@checkstack/link';
import { storable } from '../database/storable.js';
import { ByteReader, type ByteWriter } from './rollup/bytes.js';

type Facts = Run['facts'];

/** As JSON: names, flags and common texts of facts; null in the place of each value that a run has for itself. */
export type FactTemplate = string;

/** Whether short texts stand in the template, or each run has its own. */
export type TextPlace = 'common' | 'own';

/** Bytes of UTF-8. */
const longestCommonText = 64;
const longestTemplate = 4_000;

/** null: they do not fit a template. */
export function templateOf(facts: IntakeFacts, texts: TextPlace): FactTemplate | null {
  const common: Record<string, string | boolean | null> = {};
  for (const [name, value] of Object.entries(factsByName(facts))) {
    const isOwn =
      typeof value === 'number' || (typeof value === 'string' && !isCommon(Buffer.byteLength(value), texts));
    common[storable(name)] = isOwn ? null : typeof value === 'string' ? storable(value) : value;
  }
  // Names like numbers change their place in an object, and two may become one: then values have no position.
  const names = Object.keys(common);
  if (names.length !== facts.layout.length) return null;
  if (names.some((name, index) => name !== storable(facts.layout.names[index] ?? ''))) return null;
  const template = JSON.stringify(common);
  return template.length > longestTemplate ? null : template;
}

function isCommon(textBytes: number, texts: TextPlace): boolean {
  return texts === 'common' && textBytes <= longestCommonText;
}

const key = { bytes: Buffer.alloc(longestTemplate), isOwn: 255 };

/** Of facts in one layout the same for those of the same template, and only for them; null: they are too long for one. */
export function commonKey({ layout, batch, from }: IntakeFacts, texts: TextPlace): string | null {
  const { kinds } = layout;
  const { values, bytes } = batch;
  let length = 0;
  let at = from;
  for (let index = 0; index < kinds.length; index++) {
    const kind = kinds[index];
    const value = values[at++] as number;
    if (kind === factKinds.number) continue;
    if (length + 1 + longestCommonText > longestTemplate) return null;
    if (kind === factKinds.flag) {
      key.bytes[length++] = value;
      continue;
    }
    const end = values[at++] as number;
    const isOwn = !isCommon(end - value, texts);
    key.bytes[length++] = isOwn ? key.isOwn : end - value;
    if (!isOwn) for (let byte = value; byte < end; byte++) key.bytes[length++] = bytes[byte] as number;
  }
  return key.bytes.toString('latin1', 0, length);
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

/** The values that a template has no room for. */
export function packOwnValues(writer: ByteWriter, { layout, batch, from }: IntakeFacts, texts: TextPlace): void {
  const { kinds } = layout;
  const { values, bytes } = batch;
  let at = from;
  for (let index = 0; index < kinds.length; index++) {
    const kind = kinds[index];
    const value = values[at++] as number;
    if (kind === factKinds.number) packNumber(writer, value);
    else if (kind === factKinds.text) {
      const end = values[at++] as number;
      if (!isCommon(end - value, texts)) packText(writer, bytes.subarray(value, end));
    }
  }
}

function packText(writer: ByteWriter, utf8: Buffer): void {
  const bytes = utf8.includes(0) ? Buffer.from(storable(utf8.toString())) : utf8;
  writer.varint((bytes.length + 1) * 4 + forms.other);
  writer.bytes(bytes);
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
