import type { Gap } from '@checkstack/api';

/** As it was declared. */
export interface DeclaredGap {
  sliceId: string;
  series: number;
  fromMs: number;
  toMs: number;
  count: number;
  reason: string;
}

/**
 * What is left of gaps where their series has no run: a run beats a gap, be it the late run of the slot itself or another
 * one in the same bucket, over which the line goes on. `isFilled` knows the buckets by their starts.
 */
export function gapsWithoutRuns(
  declared: readonly DeclaredGap[],
  {
    starts,
    lengthMs,
    isFilled,
  }: { starts: readonly number[]; lengthMs: number; isFilled: (series: number, start: number) => boolean },
): Gap[] {
  return declared.flatMap((gap) => {
    const slots = slotsOf(gap);
    const pieces: { first: number; last: number }[] = [];
    for (const start of starts) {
      const first = slots.from(start);
      const last = slots.from(start + lengthMs) - 1;
      if (last < first || isFilled(gap.series, start)) continue;
      const before = pieces.at(-1);
      if (before && before.last === first - 1) before.last = last;
      else pieces.push({ first, last });
    }
    return pieces.map(({ first, last }) => ({
      sliceId: gap.sliceId,
      from: new Date(slots.at(first)).toISOString(),
      to: new Date(slots.at(last)).toISOString(),
      count: last - first + 1,
      reason: gap.reason,
    }));
  });
}

/** The missing slots, numbered from 0; they lie evenly between the first and the last. */
function slotsOf({ fromMs, toMs, count }: DeclaredGap): { at: (slot: number) => number; from: (ms: number) => number } {
  const distanceMs = count > 1 ? (toMs - fromMs) / (count - 1) : toMs - fromMs + 1;
  return {
    at: (slot) => (slot === 0 ? fromMs : Math.round(fromMs + slot * distanceMs)),
    /** The first slot at this time or later. */
    from: (ms) => {
      if (ms <= fromMs) return 0;
      if (ms > toMs) return count;
      return Math.ceil((ms - fromMs) / distanceMs);
    },
  };
}
