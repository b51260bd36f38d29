import { expect, it } from 'vitest';
import { waitForMore } from './gathering.js';

it('stores the first results after a pause at once', () => {
  expect(waitForMore(1, Infinity)).toBe(0);
  expect(waitForMore(1, 1_000)).toBe(0);
});

it('gathers what comes soon after, for no longer than a moment', () => {
  expect(waitForMore(1, 0)).toBeGreaterThan(10);
  expect(waitForMore(1, 0)).toBeLessThanOrEqual(25);
  expect(waitForMore(1, 20)).toBeLessThan(waitForMore(1, 10));
});

it('lets many results wait for no more', () => {
  expect(waitForMore(5_000, 0)).toBe(0);
});
