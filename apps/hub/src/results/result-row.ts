// A result as a line of COPY's text format (https://www.postgresql.org/docs/current/sql-copy.html), checked against its columns.
import { verdicts, sides } from '@checkstack/plugin-sdk/assertions';
import { storable } from '../database/storable.js';
import type { Gap, LinkRecord, Result, ResultBatch } from '@checkstack/link';
import type { PackedFacts } from './fact-templates.js';

export const resultColumns =
  'slice_number, slot, attempt, verdict, satellite_number, started_at, duration_ms, failure_side, flags, failure_code, failure_message, facts, assertions, fact_template, fact_values';

/** Bit 0 of `flags`: the slot was set by the hub, because the satellite's clock was wrong. */
const redatedFlag = 1;
const maxSmallint = 32_767;
const maxInteger = 2_147_483_647;
const maxReal = 3.4e38;
/** The last millisecond of the year 9999: what every tool can write. */
const maxInstantMs = 253_402_300_799_999;
/** How far a satellite's clock may be ahead. */
const aheadMs = 5 * 60_000;

/** When a batch arrived, and how old its records may be. */
export interface Arrival {
  batch: Pick<ResultBatch, 'wallClockMs' | 'monotonicMs'>;
  arrivedAtMs: number;
  maxAgeMs: number;
}

export interface DatedResult {
  result: Result;
  isRedated: boolean;
}

/**
 * The result under a slot that can be: one that lies ahead of hub time or before the oldest allowed is dated by its
 * age, which the satellite's own clocks tell however wrong they are. null: it is older than results may be.
 */
export function dateResult(result: Result, arrival: Arrival): DatedResult | null {
  if (isPlausible(result.slotMs, arrival)) return { result, isRedated: false };
  const ageMs = ageOf(result, arrival);
  const slotMs = Math.round(arrival.arrivedAtMs - ageMs);
  if (ageMs < 0 || !isPlausible(slotMs, arrival)) return null;
  const startedAtMs = slotMs + Math.max(0, result.startedAtMs - result.slotMs);
  return { result: { ...result, slotMs, startedAtMs }, isRedated: true };
}

function isPlausible(slotMs: number, { arrivedAtMs, maxAgeMs }: Arrival): boolean {
  return slotMs <= arrivedAtMs + aheadMs && slotMs >= arrivedAtMs - maxAgeMs;
}

function ageOf(result: Result, { batch }: Arrival): number {
  const isSameBoot = batch.monotonicMs > 0 && result.monotonicMs > 0 && result.monotonicMs <= batch.monotonicMs;
  return isSameBoot ? batch.monotonicMs - result.monotonicMs : batch.wallClockMs - result.slotMs;
}

/** Why a record does not fit its table, or null. What passes here is not refused by PostgreSQL. */
export function misfitOf(record: LinkRecord): string | null {
  return record.kind === 'gap' ? misfitOfGap(record) : misfitOfResult(record);
}

function misfitOfResult({ attempt, startedAtMs, durationMs }: Result): string | null {
  if (attempt > maxSmallint) return `attempt ${attempt} is out of range`;
  if (startedAtMs > maxInstantMs) return `the start ${startedAtMs} is out of range`;
  return durationMs > maxReal ? `the duration ${durationMs} is out of range` : null;
}

function misfitOfGap({ fromSlotMs, toSlotMs, count }: Gap): string | null {
  if (fromSlotMs > maxInstantMs || toSlotMs > maxInstantMs) return 'the slots are out of range';
  return count > maxInteger ? `the count ${count} is out of range` : null;
}

/** One line, with its line feed. */
export function copyLine(
  { result, isRedated }: DatedResult,
  { slice, satellite }: { slice: number; satellite: number },
  pack: (facts: Result['facts']) => PackedFacts | null,
): string {
  const { failure } = result;
  const hasFacts = Object.keys(result.facts).length > 0;
  const packed = hasFacts ? pack(result.facts) : null;
  const facts = hasFacts && !packed ? json(result.facts) : '\\N';
  const assertions = result.assertions.length === 0 ? '\\N' : json(result.assertions);
  return `${slice}\t${instant(result.slotMs)}\t${result.attempt}\t${verdicts.indexOf(result.verdict)}\t${satellite}\t${instant(
    result.startedAtMs,
  )}\t${result.durationMs < 1e-37 ? 0 : result.durationMs}\t${failure ? sides.indexOf(failure.side) : '\\N'}\t${
    isRedated ? redatedFlag : 0
  }\t${failure ? text(failure.code) : '\\N'}\t${failure ? text(failure.message) : '\\N'}\t${facts}\t${assertions}\t${
    packed ? `${packed.template}\t\\\\x${packed.values.toString('hex')}` : '\\N\t\\N'
  }\n`;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}

function text(value: string): string {
  return escape(storable(value));
}

function json(value: unknown): string {
  const plain = JSON.stringify(value);
  // What jsonb refuses is rare: only then each text is looked at.
  if (!plain.includes('\\u0000')) return escape(plain);
  return escape(JSON.stringify(storableIn(value)));
}

function storableIn(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storableIn(inner)]));
}

const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function escape(value: string): string {
  return /[\\\t\n\r]/.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => escapes[character] as string) : value;
}
