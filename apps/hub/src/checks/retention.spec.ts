import { expect, it } from 'vitest';
import { risingRetention } from './retention.js';

const of = (retentionDays: number, hourlyRetentionDays: number, dailyRetentionDays: number) => ({
  retentionDays,
  hourlyRetentionDays,
  dailyRetentionDays,
});

it.each([
  ['nothing', {}, of(7, 30, 365)],
  ['all', of(1, 7, 30), of(1, 7, 30)],
  ['runs for as long as hours', { retentionDays: 30 }, of(30, 31, 365)],
  ['hours for long', { hourlyRetentionDays: 90 }, of(7, 90, 365)],
])('is complete when %s is given', (_, given, complete) => {
  expect(risingRetention(given)).toEqual(complete);
});

it.each([
  ['hourlyRetentionDays', { retentionDays: 10, hourlyRetentionDays: 10 }],
  ['dailyRetentionDays', { hourlyRetentionDays: 60, dailyRetentionDays: 60 }],
  ['dailyRetentionDays', { dailyRetentionDays: 30 }],
])('refuses what does not rise, naming %s', (path, given) => {
  expect(() => risingRetention(given)).toThrow(
    expect.objectContaining({ options: expect.objectContaining({ fields: [{ path, message: expect.any(String) }] }) }),
  );
});
