import { expect, it } from 'vitest';
import { slotsBetween } from './move-gaps.js';

/** Its phase within 10 s is 3 s. */
const sliceId = '00000000-0000-4000-8000-000000000bb8';
const every10 = { everySeconds: 10 };

it.each([
  [3_000, 13_000, null],
  [3_000, 13_001, { fromSlotMs: 13_000, toSlotMs: 13_000, count: 1 }],
  [2_999, 23_001, { fromSlotMs: 3_000, toSlotMs: 23_000, count: 3 }],
  [14_000, 22_999, null],
])('every 10 s between %i and %i', (fromMs, toMs, expected) => {
  expect(slotsBetween(every10, sliceId, fromMs, toMs)).toEqual(expected);
});

it('counts the slots of a cron line in its time zone', () => {
  const schedule = { cron: '0 3 * * *', timeZone: 'Europe/Berlin' };
  const at = (text: string): number => Date.parse(text);
  // At the end of March the clock there springs from 2 to 3.
  expect(slotsBetween(schedule, sliceId, at('2026-03-27T02:00:00Z'), at('2026-03-29T12:00:00Z'))).toEqual({
    fromSlotMs: at('2026-03-28T02:00:00Z'),
    toSlotMs: at('2026-03-29T01:00:00Z'),
    count: 2,
  });
  expect(slotsBetween(schedule, sliceId, at('2026-03-27T02:00:00Z'), at('2026-03-27T12:00:00Z'))).toBeNull();
});
