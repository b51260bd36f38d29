import { expect, it } from 'vitest';
import { bestOf, withSample, type ClockSample } from './clock-sample.js';

const sample = (offsetMs: number, roundTripMs: number): ClockSample => ({ offsetMs, roundTripMs });

it('trusts the measurement with the shortest round trip', () => {
  const samples = [sample(100, 4), sample(103, 1), sample(110, 30)].reduce(withSample, [] as ClockSample[]);
  expect(bestOf(samples)?.offsetMs).toBe(103);
});

it('starts anew when the other clock was set', () => {
  expect(withSample([sample(100, 2), sample(101, 3)], sample(5_000, 40))).toEqual([sample(5_000, 40)]);
});

it('forgets what is old, so that drift is followed', () => {
  const samples = Array.from({ length: 20 }, (_, index) => sample(index, 10)).reduce(withSample, [] as ClockSample[]);
  expect(samples).toHaveLength(8);
  expect(samples[0]?.offsetMs).toBe(12);
});
