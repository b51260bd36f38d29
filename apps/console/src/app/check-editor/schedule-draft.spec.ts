import { describe, expect, it } from 'vitest';
import { ScheduleDraft } from './schedule-draft.js';

describe('a schedule', () => {
  it.each([
    [{ everySeconds: 45 }, '45', 'seconds'],
    [{ everySeconds: 90 }, '90', 'seconds'],
    [{ everySeconds: 300 }, '5', 'minutes'],
    [{ everySeconds: 86_400 }, '24', 'hours'],
  ])('%o is shown in the largest unit that fits', (given, count, unit) => {
    const draft = new ScheduleDraft(given);
    expect([draft.count(), draft.unit()]).toEqual([count, unit]);
    expect(draft.value()).toEqual(given);
  });

  it('by cron says when it comes next, in its own time zone', () => {
    const draft = new ScheduleDraft({ cron: '30 8 * * *', timeZone: 'Asia/Tokyo' });
    expect(draft.complaint()).toBe('');
    expect(draft.nextRuns(2).map((at) => at.toISOString().slice(11))).toEqual(['23:30:00.000Z', '23:30:00.000Z']);
  });

  it.each([
    ['* * *', 'UTC', 'This is not a cron expression.'],
    ['', 'UTC', 'Write a cron expression, such as */5 * * * *.'],
    ['* * * * *', 'Mars/Olympus', 'There is no such time zone.'],
    ['0 0 30 2 *', 'UTC', 'This never comes round.'],
  ])('"%s" in %s: %s', (cron, timeZone, complaint) => {
    expect(new ScheduleDraft({ cron, timeZone }).complaint()).toBe(complaint);
  });

  it.each([
    ['0', 'At least 1 second.'],
    ['25', 'At most 24 hours; use a cron expression for longer.'],
    ['x', 'Write a whole number.'],
  ])('every %s hours: %s', (count, complaint) => {
    const draft = new ScheduleDraft({ everySeconds: 3600 });
    draft.count.set(count);
    expect(draft.complaint()).toBe(complaint);
  });

  it('keeps what was written in the other way', () => {
    const draft = new ScheduleDraft({ everySeconds: 30 });
    draft.way.set('cron');
    draft.cron.set('0 * * * *');
    draft.way.set('every');
    expect(draft.value()).toEqual({ everySeconds: 30 });
    draft.way.set('cron');
    expect(draft.value()).toMatchObject({ cron: '0 * * * *' });
  });
});
