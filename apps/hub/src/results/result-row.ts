// A result as a row of its table, checked against its columns.
import { verdicts, sides } from '@checkstack/plugin-sdk/assertions';
import { storable } from '../database/storable.js';
import {
  factsByName,
  type Gap,
  type IntakeFacts,
  type IntakeRecord,
  type IntakeResult,
  type ResultBatch,
} from '@checkstack/link';
import type { CopyWriter } from './copy-writer.js';
import type { FactPacking } from './fact-templates.js';
import { packOwnValues } from './packed-facts.js';

export const resultColumns =
  'slice_number, slot, attempt, verdict, satellite_number, started_at, duration_ms, failure_side, flags, failure_code, failure_message, facts, assertions, fact_template, fact_values';
const columnCount = resultColumns.split(',').length;

/** Bit 0 of `flags`: the slot was set by the hub, because the satellite's clock was wrong. */
const redatedFlag = 1;
const maxSmallint = 32_767;
const maxInteger = 2_147_483_647;
const maxReal = 3.4e38;
const leastReal = 1e-37;
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
  result: IntakeResult;
  isRedated: boolean;
}

/**
 * The result under a slot that can be: one that lies ahead of hub time or before the oldest allowed is dated by its
 * age, which the satellite's own clocks tell however wrong they are. null: it is older than results may be.
 */
export function dateResult(result: IntakeResult, arrival: Arrival): DatedResult | null {
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

function ageOf(result: IntakeResult, { batch }: Arrival): number {
  const isSameBoot = batch.monotonicMs > 0 && result.monotonicMs > 0 && result.monotonicMs <= batch.monotonicMs;
  return isSameBoot ? batch.monotonicMs - result.monotonicMs : batch.wallClockMs - result.slotMs;
}

/** Why a record does not fit its table, or null. What passes here is not refused by PostgreSQL. */
export function misfitOf(record: IntakeRecord): string | null {
  return record.kind === 'gap' ? misfitOfGap(record) : misfitOfResult(record);
}

function misfitOfResult({ attempt, startedAtMs, durationMs }: IntakeResult): string | null {
  if (attempt > maxSmallint) return `attempt ${attempt} is out of range`;
  if (startedAtMs > maxInstantMs) return `the start ${startedAtMs} is out of range`;
  return durationMs > maxReal ? `the duration ${durationMs} is out of range` : null;
}

function misfitOfGap({ fromSlotMs, toSlotMs, count }: Gap): string | null {
  if (fromSlotMs > maxInstantMs || toSlotMs > maxInstantMs) return 'the slots are out of range';
  return count > maxInteger ? `the count ${count} is out of range` : null;
}

/** How facts are stored in little room; null: by name. */
export type Packing = (facts: IntakeFacts) => FactPacking | null;

export function writeRow(
  writer: CopyWriter,
  { result, isRedated }: DatedResult,
  { slice, satellite, packing }: { slice: number; satellite: number; packing: Packing },
): void {
  const { failure, assertions, facts } = result;
  const packed = facts.layout.length > 0 ? packing(facts) : null;
  writer.row(columnCount);
  writer.integer(slice);
  writer.instant(result.slotMs);
  writer.smallint(result.attempt);
  writer.smallint(verdicts.indexOf(result.verdict));
  writer.integer(satellite);
  writer.instant(result.startedAtMs);
  writer.real(result.durationMs < leastReal ? 0 : result.durationMs);
  if (failure) writer.smallint(sides.indexOf(failure.side));
  else writer.null();
  writer.smallint(isRedated ? redatedFlag : 0);
  if (failure) writer.text(storable(failure.code));
  else writer.null();
  if (failure) writer.text(storable(failure.message));
  else writer.null();
  if (facts.layout.length > 0 && !packed) writer.jsonb(json(factsByName(facts)));
  else writer.null();
  if (assertions.length > 0) writer.jsonb(json(assertions));
  else writer.null();
  if (!packed) {
    writer.null();
    writer.null();
    return;
  }
  writer.smallint(packed.template);
  const at = writer.begin();
  packOwnValues(writer, facts, packed.texts);
  writer.end(at);
}

function json(value: unknown): string {
  const plain = JSON.stringify(value);
  // What jsonb refuses is rare: only then each text is looked at.
  return plain.includes('\\u0000') ? JSON.stringify(storableIn(value)) : plain;
}

function storableIn(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storableIn(inner)]));
}
