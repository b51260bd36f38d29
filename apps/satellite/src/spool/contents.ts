// What a spool holds, and what of it has to go. Pure.
import { MemorySegment } from './memory-segment.js';
import { lastSequenceOf, type Stored, type Stream } from './stream.js';

export interface Held {
  stream: Stream;
  stored: Stored;
}

/** What is confirmed stays a while: a database that falls back asks for it again. */
const keepConfirmedMs = 600_000;
const maxMemoryBytes = 16 * 1_048_576;

/** Every segment, in the order of the streams. */
export function heldIn(streams: readonly Stream[]): Held[] {
  return streams.flatMap((stream) => stream.segments.map((stored) => ({ stream, stored })));
}

export function isInMemory({ stored }: Held): boolean {
  return stored.segment instanceof MemorySegment;
}

/** What goes so that the rest keeps the bounds: what is confirmed first, then the oldest; never the open segment. */
export function overflow(held: readonly Held[], open: Stored | undefined, maxBytes: number): Held[] {
  const gone = beyond(held, open, maxBytes);
  const inMemory = held.filter((one) => isInMemory(one) && !gone.includes(one));
  return [...gone, ...beyond(inMemory, open, maxMemoryBytes)];
}

function beyond(held: readonly Held[], open: Stored | undefined, maxBytes: number): Held[] {
  let excess = held.reduce((sum, { stored }) => sum + stored.segment.bytes, 0) - maxBytes;
  if (excess <= 0) return [];
  const isConfirmed = ({ stored }: Held): boolean => stored.confirmedAtMs !== null;
  const order = [...held.filter(isConfirmed), ...held.filter((one) => !isConfirmed(one))];
  return order.filter(({ stored }) => {
    if (excess <= 0 || stored === open) return false;
    excess -= stored.segment.bytes;
    return true;
  });
}

/** What was confirmed long ago. */
export function outlived(held: readonly Held[], open: Stored | undefined): Held[] {
  const longAgo = performance.now() - keepConfirmedMs;
  return held.filter(
    ({ stored }) => stored !== open && stored.confirmedAtMs !== null && stored.confirmedAtMs < longAgo,
  );
}

export function tooOld(held: readonly Held[], open: Stored | undefined, beforeMs: number): Held[] {
  return held.filter(
    ({ stored }) => stored !== open && stored.confirmedAtMs === null && stored.lastAppendAtMs < beforeMs,
  );
}

export function measure(held: readonly Held[], nowMs: number): { records: number; bytes: number; oldestAgeMs: number } {
  let records = 0;
  let bytes = 0;
  let oldestAtMs = nowMs;
  for (const { stream, stored } of held) {
    bytes += stored.segment.bytes;
    if (stored.confirmedAtMs !== null) continue;
    const { firstSequence, createdAtMs } = stored.segment.head;
    records += lastSequenceOf(stored.segment) - Math.max(stream.confirmed, firstSequence - 1);
    oldestAtMs = Math.min(oldestAtMs, createdAtMs);
  }
  return { records, bytes, oldestAgeMs: nowMs - oldestAtMs };
}
