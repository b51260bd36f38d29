import type { QuietHours } from '@checkstack/api';
import { expect, it } from 'vitest';
import { quietUntil } from './quiet-hours.js';

const everyDay = [1, 2, 3, 4, 5, 6, 7];
const night: QuietHours = { days: everyDay, from: '22:00', until: '07:00' };

it.each([
  ['before they begin', '2026-11-23T20:59:00Z', 'Europe/Berlin', [night], null],
  ['as they begin', '2026-11-23T21:00:00Z', 'Europe/Berlin', [night], '2026-11-24T06:00:00.000Z'],
  ['past midnight', '2026-11-24T03:00:00Z', 'Europe/Berlin', [night], '2026-11-24T06:00:00.000Z'],
  ['as they end', '2026-11-24T06:00:00Z', 'Europe/Berlin', [night], null],
  ['in the night that loses an hour', '2026-03-28T22:30:00Z', 'Europe/Berlin', [night], '2026-03-29T05:00:00.000Z'],
  ['in the night that gains an hour', '2026-10-24T21:00:00Z', 'Europe/Berlin', [night], '2026-10-25T06:00:00.000Z'],
  [
    'that end while the clock jumps forward',
    '2026-03-29T00:30:00Z',
    'Europe/Berlin',
    [{ ...night, until: '02:30' }],
    '2026-03-29T01:00:00.000Z',
  ],
  [
    'that end in the hour that comes twice, at its second coming',
    '2026-10-25T01:10:00Z',
    'Europe/Berlin',
    [{ ...night, until: '02:30' }],
    '2026-10-25T01:30:00.000Z',
  ],
  ['where the day begins earlier', '2026-11-23T10:00:00Z', 'Pacific/Auckland', [night], '2026-11-23T18:00:00.000Z'],
  ['in a zone of half hours', '2026-11-23T17:00:00Z', 'Asia/Kolkata', [night], '2026-11-24T01:30:00.000Z'],
  // 27 November 2026 is a Friday.
  ['on no day of theirs', '2026-11-26T23:00:00Z', 'UTC', [{ ...night, days: [5] }], null],
  ['begun on the day before', '2026-11-28T03:00:00Z', 'UTC', [{ ...night, days: [5] }], '2026-11-28T07:00:00.000Z'],
  [
    'that run into the next',
    '2026-11-27T23:00:00Z',
    'UTC',
    [night, { days: [6], from: '07:00', until: '12:00' }],
    '2026-11-28T12:00:00.000Z',
  ],
])('finds the end of quiet hours %s', (_, at, zone, hours, end) => {
  expect(quietUntil(new Date(at), hours, zone)?.toISOString() ?? null).toBe(end);
});
