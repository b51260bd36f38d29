import { expect, it } from 'vitest';
import { timeInStates, type StateSpan } from './availability.js';

const hour = 3_600_000;
const between = (from: number, to: number) => ({ fromMs: from * hour, toMs: to * hour });
const intervals: StateSpan[] = [
  { state: 'healthy', ...between(2, 6) },
  { state: 'degraded', ...between(6, 7) },
  { state: 'unhealthy', ...between(7, 8) },
  { state: 'unknown', ...between(8, 9) },
  { state: 'healthy', ...between(9, 100) },
];

function hoursIn(from: number, to: number, excluded: ReturnType<typeof between>[] = []) {
  const { seconds, healthyPercent, availablePercent, knownPercent } = timeInStates(
    between(from, to),
    intervals,
    excluded,
  );
  const { healthy, degraded, unhealthy, unknown } = seconds;
  const hours = [healthy, degraded, unhealthy, unknown].map((one) => one / 3600);
  return { hours, percents: [healthyPercent, availablePercent, knownPercent] };
}

it.each([
  ['a part', 3, 8, [3, 1, 1, 0], [60, 80, 100]],
  ['time before anything was known', 0, 4, [2, 0, 0, 2], [100, 100, 50]],
  ['an unknown state', 7, 9, [0, 0, 1, 1], [0, 0, 50]],
  ['nothing that is known', 8, 9, [0, 0, 0, 1], [null, null, 0]],
])('weighs %s by its time', (_, from, to, hours, percents) => {
  expect(hoursIn(from, to)).toEqual({ hours, percents });
});

it('leaves out what is excluded, however it overlaps', () => {
  expect(hoursIn(3, 8, [between(6.5, 7.5), between(7, 20)])).toEqual({
    hours: [3, 0.5, 0, 0],
    percents: [(100 * 3) / 3.5, 100, 100],
  });
  expect(hoursIn(3, 8, [between(0, 10)])).toEqual({ hours: [0, 0, 0, 0], percents: [null, null, null] });
});
