import { expect, it } from 'vitest';
import { gapsWithoutRuns } from './gap-list.js';

const minute = 60_000;
/** Slots each minute from 0 to 9 are missing. */
const gap = { sliceId: 'slice', series: 0, fromMs: 0, toMs: 9 * minute, count: 10, reason: 'satellite_offline' };

/** As [first minute, last minute, slots], in buckets of this length of which some hold runs. */
function left(bucketMinutes: number, filled: readonly number[], given: Partial<typeof gap> = {}): number[][] {
  const lengthMs = bucketMinutes * minute;
  const starts = Array.from({ length: 20 / bucketMinutes }, (_, index) => index * lengthMs);
  const isFilled = (series: number, start: number): boolean => series === 0 && filled.includes(start / minute);
  return gapsWithoutRuns([{ ...gap, ...given }], { starts, lengthMs, isFilled }).map(({ from, to, count }) => [
    Date.parse(from) / minute,
    Date.parse(to) / minute,
    count,
  ]);
}

it('is whole where there is no run', () => {
  for (const bucket of [0.5, 1, 2, 5, 20]) expect(left(bucket, [])).toEqual([[0, 9, 10]]);
});

it('ends and begins where a late run filled a slot', () => {
  expect(left(1, [3])).toEqual([
    [0, 2, 3],
    [4, 9, 6],
  ]);
  expect(left(0.5, [0, 9])).toEqual([[1, 8, 8]]);
});

it('is gone when every slot was filled, however fine the buckets are', () => {
  expect(left(0.5, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([]);
});

it('is not told where it is shorter than a bucket with runs', () => {
  expect(left(20, [0])).toEqual([]);
  expect(left(5, [5])).toEqual([[0, 4, 5]]);
});

it('may be of a single slot', () => {
  expect(left(1, [], { toMs: 0, count: 1 })).toEqual([[0, 0, 1]]);
  expect(left(1, [0], { toMs: 0, count: 1 })).toEqual([]);
});

it('belongs to its own series', () => {
  expect(left(1, [3], { series: 1 })).toEqual([[0, 9, 10]]);
});
