import { describe, expect, it } from 'vitest';
import { freshDraft, readRule, recurrenceWords, writeRule } from './recurrence-draft.js';

describe('a recurrence', () => {
  it.each([
    ['FREQ=DAILY', 'Every day'],
    ['FREQ=DAILY;INTERVAL=3', 'Every 3 days'],
    ['FREQ=WEEKLY;BYDAY=MO,WE,SU', 'Every week on Monday, Wednesday and Sunday'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;COUNT=5', 'Every 2 weeks on Sunday, 5 times'],
    ['FREQ=MONTHLY', 'Every month'],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', 'Every month on its last day'],
    ['FREQ=MONTHLY;BYDAY=2TU', 'Every month on the second Tuesday'],
    ['FREQ=MONTHLY;BYDAY=-1FR;COUNT=1', 'Every month on the last Friday, once'],
    ['FREQ=YEARLY', 'Every year'],
  ])('%s is chosen, and says: %s', (rule, words) => {
    const draft = readRule(rule);
    expect(draft.every).not.toBe('rule');
    expect(writeRule(draft)).toBe(rule);
    expect(recurrenceWords(rule)).toBe(words);
  });

  it('is known in whatever order it is written', () => {
    expect(recurrenceWords('BYDAY=SU,WE;FREQ=WEEKLY;INTERVAL=1')).toContain('By the rule');
    expect(recurrenceWords('BYDAY=SU,WE;FREQ=WEEKLY')).toBe('Every week on Wednesday and Sunday');
  });

  it('tells its last day', () => {
    expect(writeRule(readRule('FREQ=DAILY;UNTIL=20300131'))).toBe('FREQ=DAILY;UNTIL=20300131');
    expect(recurrenceWords('FREQ=DAILY;UNTIL=20300131')).toMatch(/^Every day, until .*2030/);
  });

  it.each(['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2', 'FREQ=YEARLY;BYMONTH=3,9', 'FREQ=DAILY;UNTIL=20300131T120000Z'])(
    'that cannot be chosen stays as it is written: %s',
    (rule) => {
      expect(readRule(rule)).toMatchObject({ every: 'rule', rule });
      expect(writeRule(readRule(rule))).toBe(rule);
      expect(recurrenceWords(rule)).toContain(rule);
    },
  );

  it('takes a rule with its name, as calendars write it', () => {
    expect(writeRule({ ...freshDraft, every: 'rule', rule: ' rrule:freq=daily ' })).toBe('FREQ=DAILY');
  });
});
