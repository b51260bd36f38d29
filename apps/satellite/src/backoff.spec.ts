import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';

describe('the back-off', () => {
  it('waits anything up to a ceiling that doubles from 0.5 s to 30 s', () => {
    const backoff = new Backoff(() => 0.999);
    const ceilings = Array.from({ length: 9 }, () => backoff.next() / 0.999);
    expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(new Backoff(() => 0).next()).toBe(0);
  });

  it('stays at its ceiling however long the hub is away', () => {
    const backoff = new Backoff(() => 0.5);
    for (let attempt = 0; attempt < 5_000; attempt++) expect(backoff.next()).toBeLessThanOrEqual(15_000);
  });

  it('begins anew after a link that has lasted', () => {
    const backoff = new Backoff(() => 1);
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });

  it('spreads a thousand satellites that lost their hub together', () => {
    const waits = Array.from({ length: 1_000 }, () => {
      const backoff = new Backoff();
      for (let attempt = 0; attempt < 4; attempt++) backoff.next();
      return backoff.next();
    });
    const inOneTenth = waits.filter((waitMs) => waitMs < 800).length;
    expect(inOneTenth).toBeGreaterThan(40);
    expect(inOneTenth).toBeLessThan(200);
  });
});
