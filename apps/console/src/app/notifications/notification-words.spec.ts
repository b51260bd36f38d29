import { expect, it } from 'vitest';
import { quietWords, targetWords } from './notification-words.js';

it.each([
  [[1, 2, 3, 4, 5, 6, 7], '22:00', '07:00', 'Every day, 22:00 to 07:00 on the next day'],
  [[5, 4, 3, 2, 1], '18:00', '20:30', 'Monday to Friday, 18:00 to 20:30'],
  [[7, 6], '00:00', '00:00', 'Saturday and Sunday, 00:00 to 00:00 on the next day'],
  [[3], '01:00', '02:00', 'Wednesday, 01:00 to 02:00'],
])('says when it is quiet on %j from %s to %s', (days, from, until, words) => {
  expect(quietWords({ days, from, until })).toBe(words);
});

it('names what a subscription is to', () => {
  expect(targetWords({ kind: 'everything' })).toBe('Everything');
  expect(targetWords({ kind: 'tag', tag: 'customer' })).toBe('Tag customer');
  expect(targetWords({ kind: 'group', id: '00000000-0000-4000-8000-000000000000', name: 'Payments' })).toBe(
    'Group Payments',
  );
});
