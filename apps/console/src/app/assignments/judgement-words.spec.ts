import { expect, it } from 'vitest';
import { quorumWords, thresholdWords } from './judgement-words.js';

it('says how runs become a state', () => {
  expect(thresholdWords({ healthy: 1, degraded: 2, unhealthy: 5 })).toBe(
    'Degraded after 2 runs in a row that are not healthy, unhealthy after 5 runs in a row that are unhealthy, healthy again after 1 run.',
  );
  expect(thresholdWords({ healthy: 1, degraded: 3, unhealthy: 7, window: 10 })).toBe(
    'Unhealthy while 7 or more of the last 10 runs are unhealthy, degraded while 3 or more are not healthy.',
  );
});

it('says how many places must agree', () => {
  expect(quorumWords({ mode: 'any' })).toMatch(/^One place is enough/);
  expect(quorumWords({ mode: 'atLeast', count: 1 })).toMatch(/^One place must agree/);
  expect(quorumWords({ mode: 'atLeast', count: 3 })).toMatch(/^3 places must agree .*; unknown when fewer can see\.$/);
});
