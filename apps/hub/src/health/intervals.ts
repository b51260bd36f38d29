// What was the state from when to when: made anew from runs, put in the place of what was told before.
import type { Outlook } from './roll-up.js';

/** A state that lasts until the next one begins. */
export interface Turn extends Outlook {
  fromMs: number;
}

/** null: it goes on. */
export interface Interval extends Turn {
  toMs: number | null;
}

export interface Span {
  fromMs: number;
  toMs: number;
}

/** Turns to a state that already is are left out. */
export function merged(turns: readonly Turn[]): Turn[] {
  return turns.filter((turn, index) => turn.state !== turns[index - 1]?.state);
}

export function at<Item extends { fromMs: number; toMs: number | null }>(
  intervals: readonly Item[],
  ms: number,
): Item | undefined {
  return intervals.find(({ fromMs, toMs }) => fromMs <= ms && (toMs === null || ms < toMs));
}

/** The same intervals with other turns until `toMs`, from the first of them on. */
export function spliced(intervals: readonly Interval[], turns: readonly Turn[], toMs = Infinity): Interval[] {
  const beginMs = turns[0]?.fromMs ?? toMs;
  const before = intervals.filter((interval) => interval.fromMs < beginMs);
  const within = turns.filter((turn) => turn.fromMs < toMs);
  const after = intervals
    .filter((interval) => (interval.toMs ?? Infinity) > toMs)
    .map((interval) => ({ ...interval, fromMs: Math.max(interval.fromMs, toMs) }));
  const all = merged([...before, ...within, ...after]);
  const endMs = intervals.at(-1)?.toMs ?? null;
  return all.map(({ fromMs: ownMs, state, reason }, index) => ({
    fromMs: ownMs,
    toMs: all[index + 1]?.fromMs ?? endMs,
    state,
    reason,
  }));
}

/** From the first to the last moment at which they say another state; null: they say the same. */
export function difference(one: readonly Interval[], other: readonly Interval[]): Span | null {
  const edges = [...new Set([...one, ...other].map(({ fromMs }) => fromMs))].sort((a, b) => a - b);
  const differs = edges.map((ms) => at(one, ms)?.state !== at(other, ms)?.state);
  const first = differs.indexOf(true);
  if (first < 0) return null;
  return { fromMs: edges[first] ?? 0, toMs: edges[differs.lastIndexOf(true) + 1] ?? Infinity };
}

/** From the earlier beginning to the later end. */
export function around(one: Span, other: Span | undefined): Span {
  if (!other) return one;
  return { fromMs: Math.min(one.fromMs, other.fromMs), toMs: Math.max(one.toMs, other.toMs) };
}
