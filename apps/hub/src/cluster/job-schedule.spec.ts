import { describe, expect, it } from 'vitest';
import { lastDue, nextDue } from './job-schedule.js';

const at = (time: string): number => Date.parse(`2026-03-01T${time}Z`);
const daily = { cron: '10 0 * * *' };

describe.each([
  [{ everySeconds: 2 }, '10:00:03.500', '10:00:02', '10:00:04'],
  [{ everySeconds: 2 }, '10:00:02.000', '10:00:02', '10:00:04'],
  [daily, '00:10:00.000', '00:10:00', '2026-03-02T00:10:00Z'],
  [daily, '00:10:00.001', '00:10:00', '2026-03-02T00:10:00Z'],
  [daily, '00:09:59.999', '2026-02-28T00:10:00Z', '00:10:00'],
])('the schedule %j at %s', (schedule, now, last, next) => {
  const instant = (time: string): number => (time.includes('T') ? Date.parse(time) : at(time));
  it(`was last due at ${last}`, () => expect(lastDue(schedule, at(now))).toBe(instant(last)));
  it(`is next due at ${next}`, () => expect(nextDue(schedule, at(now))).toBe(instant(next)));
});
