import type { ProbeDescriptor, Run } from '@checkstack/api';
import { durationWords } from '../ui/time.js';

type FactValue = Run['facts'][string];
type FactDescriptor = ProbeDescriptor['collectors'][number]['facts'][number];

export interface FactRow {
  /** `collector.fact` */
  key: string;
  /** The collector's title. */
  collector: string;
  label: string;
  hint: string;
  words: string;
  /** Milliseconds, where the fact is a time. */
  ms: number | null;
}

/** The facts of a run with the labels and units of its probe; what the probe does not know keeps its bare name. */
export function factRows(facts: Run['facts'], probe: ProbeDescriptor | undefined): FactRow[] {
  const rows = Object.entries(facts).map(([key, value]) => {
    const [collectorName = '', ...rest] = key.split('.');
    const name = rest.join('.');
    const collector = probe?.collectors.find((known) => known.name === collectorName);
    const fact = collector?.facts.find((known) => known.name === name || isInFamily(known, name));
    const member = fact?.family ? ` ${name.slice(fact.name.length + 1)}` : '';
    return {
      key,
      collector: collector?.title ?? collectorName,
      label: fact ? `${fact.label}${member}` : name,
      hint: fact?.description ?? '',
      words: factWords(value, fact?.unit ?? null),
      ms: fact?.unit === 'ms' && typeof value === 'number' ? value : null,
      place: fact && collector ? collector.facts.indexOf(fact) : Number.MAX_SAFE_INTEGER,
    };
  });
  // In the order of the probe: the phases of a request come one after the other.
  return rows.sort((left, right) => left.collector.localeCompare(right.collector) || left.place - right.place);
}

function isInFamily({ family, name }: FactDescriptor, asked: string): boolean {
  return family && asked.startsWith(`${name}.`);
}

const amount = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

export function factWords(value: FactValue, unit: string | null): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return value;
  if (unit === 'ms') return durationWords(value);
  if (unit === 'bytes') return bytesWords(value);
  if (unit === '%') return `${amount.format(value)} %`;
  return unit ? `${amount.format(value)} ${unit}` : amount.format(value);
}

/** “47.1 KiB” */
export function bytesWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** step).toPrecision(step === 0 ? 4 : 3))} ${units[step]}`;
}
