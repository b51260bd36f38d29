import { expect, it } from 'vitest';
import { waitAfter } from './back-off.js';

it.each([
  [1, 10_000],
  [2, 20_000],
  [3, 40_000],
  [9, 2_560_000],
  [10, 3_600_000],
  [500, 3_600_000],
])('waits anything up to its bound after attempt %i', (attempt, bound) => {
  expect(waitAfter(attempt, 0, () => 0.999_999_9)).toBe(bound);
  expect(waitAfter(attempt, 0, () => 0.5)).toBe(bound / 2);
  expect(waitAfter(attempt, 0, () => 0)).toBe(1_000);
});

it('waits as long as the service asks', () => {
  expect(waitAfter(1, 90_000, () => 0.5)).toBe(90_000);
  expect(waitAfter(10, 90_000, () => 0.5)).toBe(1_800_000);
});
