import { expect, it } from 'vitest';
import { silentFrom } from './silence.js';

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);

it.each([
  // Two intervals, the time-out, and what the way takes.
  [{ everySeconds: 60 }, 10_000, '10:00:00', '10:02:25'],
  [{ everySeconds: 5 }, 1_000, '10:00:00', '10:00:26'],
  [{ cron: '0 * * * *', timeZone: 'UTC' }, 0, '10:00:00', '12:00:15'],
  [{ cron: '30 6 * * *', timeZone: 'Europe/Berlin' }, 0, '05:30:00', '2026-03-03T05:30:15Z'],
])(
  'a slice scheduled %j with a time-out of %i ms that was heard at %s is silent from %s',
  (schedule, timeoutMs, last, from) => {
    expect(silentFrom(schedule, timeoutMs, at(last))).toBe(from.includes('T') ? Date.parse(from) : at(from));
  },
);
