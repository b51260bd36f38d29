// Records in one order: from one process life, numbered from 1, in segments.
import type { Segment } from './segment.js';

export interface Stored {
  segment: Segment;
  lastAppendAtMs: number;
  /** On the monotonic clock: when the hub confirmed all of it; kept a while for a database that falls back. */
  confirmedAtMs: number | null;
}

/** A span of the hub's time, Unix milliseconds, in which records were written that neither hub nor spool has any more. */
export interface Damage {
  fromMs: number;
  toMs: number;
  reason: 'spool_damaged' | 'hub_restored';
}

export interface Stream {
  id: string;
  isFromThisBoot: boolean;
  segments: Stored[];
  /** The hub's cursor as far as it is known. */
  confirmed: number;
}

export function lastSequenceOf(segment: Segment): number {
  return segment.head.firstSequence + segment.count - 1;
}

export function firstOf(stream: Stream): number {
  return stream.segments[0]?.segment.head.firstSequence ?? stream.confirmed + 1;
}

export function lastOf(stream: Stream): number {
  const last = stream.segments.at(-1);
  return last === undefined ? stream.confirmed : lastSequenceOf(last.segment);
}
