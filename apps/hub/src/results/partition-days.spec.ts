import { expect, it } from 'vitest';
import { isExpired, partitionOf, wantedDays } from './partition-days.js';

it('covers what satellites may still hold, and a week ahead', () => {
  const days = wantedDays('2026-03-02', 3 * 86_400_000);
  expect([days[0], days.at(-1), days.length]).toEqual(['2026-02-27', '2026-03-09', 11]);
});

it('expires when its whole day is older than the retention', () => {
  expect(isExpired(partitionOf('2026-01-30'), '2026-03-01', 30)).toBe(false);
  expect(isExpired(partitionOf('2026-01-29'), '2026-03-01', 30)).toBe(true);
});
