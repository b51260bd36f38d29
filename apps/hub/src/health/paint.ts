// The states of a slice in the past, as its runs prove them and as nobody knew better.
import { merged, type Interval, type Turn } from './intervals.js';
import { isSetAside, isSilence } from './reasons.js';

export interface Told {
  /** Turns as the runs have them, from before the beginning on. */
  turns: readonly Turn[];
  /** Slots of the runs, from before the beginning on. */
  slotsMs: readonly number[];
  /** What was told until now. */
  intervals: readonly Interval[];
  /** Until when a run of this slot tells how it is. */
  speaksUntil: (slotMs: number) => number;
}

/**
 * The turns from `fromMs` on. A run beats silence: what was unknown only because nothing was heard follows the runs that
 * turned up, each until the next one is due. While nobody was to look, runs do not count.
 */
export function paint({ turns, slotsMs, intervals, speaksUntil }: Told, fromMs: number, nowMs: number): Turn[] {
  const voids = intervals.flatMap((interval): Interval[] => {
    if (interval.state !== 'unknown') return [];
    if (isSetAside(interval.reason)) return [interval];
    return isSilence(interval.reason) ? unheard(interval, { slotsMs, speaksUntil, nowMs }) : [];
  });
  const edges = [
    fromMs,
    ...turns.map((turn) => turn.fromMs),
    ...voids.flatMap((one) => (one.toMs === null ? [one.fromMs] : [one.fromMs, one.toMs])),
  ].filter((ms) => ms >= fromMs);
  return merged(
    [...new Set(edges)]
      .sort((one, other) => one - other)
      .flatMap((ms): Turn[] => {
        const silence = voids.find((one) => one.fromMs <= ms && (one.toMs === null || ms < one.toMs));
        const known = silence ?? turns.findLast((turn) => turn.fromMs <= ms);
        return known ? [{ fromMs: ms, state: known.state, reason: known.reason }] : [];
      }),
  );
}

/** What is left of a silence when runs have spoken. One that goes on has begun by now. */
function unheard(
  silence: Interval,
  { slotsMs, speaksUntil, nowMs }: Pick<Told, 'slotsMs' | 'speaksUntil'> & { nowMs: number },
): Interval[] {
  const endMs = silence.toMs ?? Infinity;
  const left: Interval[] = [];
  let heardMs = silence.fromMs;
  for (const slotMs of slotsMs) {
    if (slotMs >= endMs) break;
    if (slotMs > heardMs) left.push({ ...silence, fromMs: heardMs, toMs: slotMs });
    heardMs = Math.max(heardMs, speaksUntil(slotMs));
  }
  if (silence.toMs === null) left.push({ ...silence, fromMs: Math.min(heardMs, nowMs) });
  else if (heardMs < endMs) left.push({ ...silence, fromMs: heardMs });
  return left;
}
