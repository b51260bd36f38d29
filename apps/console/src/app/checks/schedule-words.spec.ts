import { expect, it } from 'vitest';
import { scheduleWords } from './schedule-words.js';

it.each([
  [{ everySeconds: 1 }, 'every second'],
  [{ everySeconds: 60 }, 'every minute'],
  [{ everySeconds: 90 }, 'every 90 s'],
  [{ everySeconds: 300 }, 'every 5 minutes'],
  [{ everySeconds: 86_400 }, 'every day'],
  [{ cron: '0 6 * * *', timeZone: 'Europe/Berlin' }, 'cron 0 6 * * * (Europe/Berlin)'],
])('%o is %s', (schedule, words) => {
  expect(scheduleWords(schedule)).toBe(words);
});
