import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader } from './bytes.js';
import { Distribution } from './distribution.js';

const quantiles = [0, 0.01, 0.5, 0.95, 0.99, 1];
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0.001, max: 30_000, noNaN: true }),
  fc.integer({ min: -1000, max: 1000 }),
);
const numbers = fc.array(number, { minLength: 1, maxLength: 300 });

/** The smallest that at least the fraction does not exceed. */
function exactly(sorted: readonly number[], q: number): number {
  return sorted[Math.max(1, Math.ceil(q * sorted.length - 1e-9)) - 1] ?? NaN;
}

function of(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

function expectNear(distribution: Distribution, values: readonly number[]): void {
  const sorted = values.toSorted((one, two) => one - two);
  for (const q of quantiles) {
    const exact = exactly(sorted, q);
    // Below the smallest normal number there are not enough digits for a relative error.
    const tolerance = Math.max(Math.abs(exact) * 0.0051, 1e-307);
    expect(Math.abs(distribution.quantile(q) - exact)).toBeLessThanOrEqual(tolerance);
  }
  expect(distribution).toMatchObject({ count: values.length, min: sorted[0], max: sorted.at(-1) });
}

it('tells every quantile within half a percent, whatever the numbers are', () => {
  fc.assert(fc.property(numbers, (values) => expectNear(of(values), values)));
});

it('is the same merged from parts, read back from bytes, as made from all at once', () => {
  fc.assert(
    fc.property(fc.array(numbers, { minLength: 1, maxLength: 6 }), (parts) => {
      const merged = new Distribution();
      for (const part of parts) merged.merge(new ByteReader(of(part).encode()));
      const all = of(parts.flat());
      expectNear(merged, parts.flat());
      expect(quantiles.map((q) => merged.quantile(q))).toEqual(quantiles.map((q) => all.quantile(q)));
    }),
  );
});

it('takes little room: an hour of latencies in 200 bytes', () => {
  const values = Array.from({ length: 60 }, (_, index) => 80 + ((index * 37) % 60));
  expect(of(values).encode().length).toBeLessThan(200);
});
