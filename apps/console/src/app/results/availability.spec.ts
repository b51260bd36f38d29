import { expect, it } from 'vitest';
import { availabilityWords } from './availability.js';

it.each([
  [100, 100, '100 % available', ''],
  [99.9999, 100, '99.99 % available', ''],
  [75, 42.9, '75 % available', '42 % of the time is known'],
  [0, 0.2, '0 % available', 'less than 1 % of the time is known'],
  [null, 0, '', 'Availability is not known'],
])('says of %s %% in %s %% of the time: %s %s', (availablePercent, knownPercent, available, known) => {
  expect(availabilityWords({ availablePercent, knownPercent })).toEqual({ available, known });
});
