import { expect, it } from 'vitest';
import { bucketSeconds, bucketStarts } from './history-buckets.js';

const day = 86_400;
const nowMs = Date.parse('2026-05-01T12:34:56.789Z');
const kept = { rawMs: nowMs - 7 * day * 1000, hoursMs: nowMs - 30 * day * 1000 };

it.each([
  [3600, 200, 30],
  [day, 200, 600],
  [7 * day, 200, 3600],
  [30 * day, 10, 3 * day],
  [60, 2000, 1],
])('%i seconds up to now in at most %i points are cut every %i seconds', (span, points, seconds) => {
  expect(bucketSeconds(nowMs - span * 1000, nowMs, { points, kept, runs: 40_000 })).toBe(seconds);
});

it.each([
  ['runs are kept', 6.9, 300],
  ['runs are just not kept any more', 7.01, 300],
  ['only hours are kept', 7.1, 3600],
  ['only days are kept', 32, day],
])('an hour of which %s is shown as finely as can be', (_, daysAgo, seconds) => {
  const fromMs = nowMs - daysAgo * day * 1000;
  expect(bucketSeconds(fromMs, fromMs + 3_600_000, { points: 12, kept, runs: 720 })).toBe(seconds);
});

it('does without single runs where they are very many, unless hours would tell too little', () => {
  const secondsOf = (span: number): number =>
    bucketSeconds(nowMs - span * 1000, nowMs, { points: 200, kept, runs: 40_001 });
  expect([secondsOf(day), secondsOf(day - 1)]).toEqual([3600, 600]);
});

it('has a bucket for every part of the span, on round times', () => {
  expect(bucketStarts({ fromMs: 65_000, toMs: 185_000, seconds: 60 })).toEqual([60_000, 120_000, 180_000]);
  expect(bucketStarts({ fromMs: 60_000, toMs: 120_000, seconds: 60 })).toEqual([60_000]);
});
