import { describe, expect, it } from 'vitest';
import { HubProblem } from '../problems.js';
import { beginsAfter, refuseBadRecurrence, type Recurrence } from './recurrence.js';

const hour = 3_600_000;

function every(rule: string, from: string, given: Partial<Recurrence> = {}): Recurrence {
  const fromMs = Date.parse(from);
  return { rule, timeZone: 'Europe/Berlin', fromMs, toMs: fromMs + 2 * hour, ...given };
}

function dates(recurrence: Recurrence, after: string, count: number): string[] {
  return beginsAfter(recurrence, Date.parse(after), count).map((ms) => new Date(ms).toISOString().slice(0, 16));
}

function refusal(recurrence: Recurrence, after = recurrence.fromMs - 1): unknown {
  try {
    refuseBadRecurrence(recurrence, after);
    return 'taken';
  } catch (error) {
    if (!(error instanceof HubProblem)) throw error;
    return error.options.fields?.[0];
  }
}

describe('a weekly window on Sundays at half past two', () => {
  const weekly = every('FREQ=WEEKLY;BYDAY=SU', '2026-03-15T01:30:00Z');

  it('keeps its time of day in spring, and is an hour later on the day that has no half past two', () => {
    expect(dates(weekly, '2026-03-14T00:00:00Z', 4)).toEqual([
      '2026-03-15T01:30',
      '2026-03-22T01:30',
      // Half past three in summer time.
      '2026-03-29T01:30',
      '2026-04-05T00:30',
    ]);
  });

  it('comes once on the day in autumn that has half past two twice: the first time', () => {
    expect(dates(weekly, '2026-10-17T00:00:00Z', 4)).toEqual([
      '2026-10-18T00:30',
      '2026-10-25T00:30',
      '2026-11-01T01:30',
      '2026-11-08T01:30',
    ]);
  });

  it('is not asked for twice by whoever asks from within the hour that comes twice', () => {
    expect(dates(weekly, '2026-10-25T00:30:00Z', 1)).toEqual(['2026-11-01T01:30']);
    expect(dates(weekly, '2026-10-25T00:29:59Z', 1)).toEqual(['2026-10-25T00:30']);
  });

  it('follows the clocks of where it is, south of the equator and where they are never changed', () => {
    const sydney = every('FREQ=WEEKLY;BYDAY=SU', '2026-03-28T15:30:00Z', { timeZone: 'Australia/Sydney' });
    expect(dates(sydney, '2026-03-28T00:00:00Z', 3)).toEqual([
      '2026-03-28T15:30',
      '2026-04-04T15:30',
      '2026-04-11T16:30',
    ]);
    const tokyo = every('FREQ=WEEKLY;BYDAY=SU', '2026-03-14T17:30:00Z', { timeZone: 'Asia/Tokyo' });
    expect(dates(tokyo, '2026-03-14T00:00:00Z', 3)).toEqual([
      '2026-03-14T17:30',
      '2026-03-21T17:30',
      '2026-03-28T17:30',
    ]);
  });
});

describe('a rule', () => {
  it.each([
    ['the last Friday of each month', 'FREQ=MONTHLY;BYDAY=-1FR', ['2026-01-30', '2026-02-27', '2026-03-27']],
    ['every other day', 'FREQ=DAILY;INTERVAL=2', ['2026-01-01', '2026-01-03', '2026-01-05']],
    ['the 31st, in months that have it', 'FREQ=MONTHLY;BYMONTHDAY=31', ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['29 February', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', ['2028-02-29', '2032-02-29', '2036-02-29']],
    ['so many times', 'FREQ=DAILY;COUNT=2', ['2026-01-01', '2026-01-02']],
    ['until a day, that day too', 'FREQ=DAILY;UNTIL=20260102', ['2026-01-01', '2026-01-02']],
    ['until an instant', 'FREQ=DAILY;UNTIL=20260102T115959Z', ['2026-01-01']],
    ['until an instant, that one too', 'FREQ=DAILY;UNTIL=20260102T120000Z', ['2026-01-01', '2026-01-02']],
    ['until a time of day there', 'FREQ=DAILY;UNTIL=20260102T130000', ['2026-01-01', '2026-01-02']],
  ])('has %s', (_, rule, expected) => {
    const recurrence = every(rule, '2026-01-01T12:00:00Z');
    expect(dates(recurrence, '2025-12-31T00:00:00Z', 3).map((date) => date.slice(0, 10))).toEqual(expected);
    expect(refusal(recurrence)).toBe('taken');
  });

  it('begins no earlier than its first one', () => {
    expect(dates(every('FREQ=DAILY', '2026-05-01T12:00:00Z'), '2026-01-01T00:00:00Z', 1)).toEqual(['2026-05-01T12:00']);
  });

  it.each([
    ['FREQ=HOURLY', 'rule'],
    ['FREQ=DAILY;BYHOUR=1,2', 'rule'],
    ['BYDAY=MO', 'rule'],
    ['FREQ=DAILY;INTERVAL=0', 'rule'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'rule'],
    ['FREQ=DAILY;COUNT=2;UNTIL=20300101', 'rule'],
    ['FREQ=DAILY\nEXDATE:20260102T120000Z', 'rule'],
    ['FREQ=DAILY;', 'rule'],
    ['FREQ=YEARLY;BYMONTH=13', 'rule'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'rule'],
    ['FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6', 'rule'],
    ['FREQ=DAILY;UNTIL=20250101', 'rule'],
    ['FREQ=DAILY;UNTIL=99999999', 'rule'],
    ['FREQ=DAILY;UNTIL=20990101', 'taken'],
  ])('%s is judged', (rule, path) => {
    const found = refusal(every(rule, '2026-01-01T12:00:00Z'));
    expect(typeof found === 'string' ? found : (found as { path: string }).path).toBe(path);
  });

  it('is refused where one would begin before the one before is over, also by a change of clocks', () => {
    const day = (hours: number): Recurrence => {
      const daily = every('FREQ=DAILY', '2026-03-20T11:00:00Z');
      return { ...daily, toMs: daily.fromMs + hours * hour };
    };
    expect(refusal(day(23))).toBe('taken');
    expect(refusal(day(24))).toMatchObject({ path: 'to' });
    expect(refusal(every('FREQ=DAILY', '2026-01-01T12:00:00Z', { timeZone: 'Mars/Olympus' }))).toMatchObject({
      path: 'timeZone',
    });
  });
});
