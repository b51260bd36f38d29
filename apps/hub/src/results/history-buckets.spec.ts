import { expect, it } from 'vitest';
import { bucketSeconds, emptyCounts, filledBuckets } from './history-buckets.js';

it.each([
  [3600, 200, 30],
  [86_400, 200, 600],
  [7 * 86_400, 200, 3600],
  [30 * 86_400, 10, 3 * 86_400],
  [60, 2000, 1],
])('%i seconds in at most %i points are cut every %i seconds', (span, points, seconds) => {
  expect(bucketSeconds(0, span * 1000, points)).toBe(seconds);
});

it('has a bucket for every part of the span, on round times', () => {
  const counts = { ...emptyCounts, healthy: 3, meanMs: 1, minMs: 1, maxMs: 1 };
  const span = { fromMs: 65_000, toMs: 185_000, seconds: 60 };
  const buckets = filledBuckets(new Map([[120_000, counts]]), span);
  expect(buckets.map(({ from }) => Date.parse(from))).toEqual([60_000, 120_000, 180_000]);
  expect(buckets.map(({ healthy }) => healthy)).toEqual([0, 3, 0]);
});
