import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FactSummary } from './fact-summary.js';

function of(values: readonly (string | number | boolean)[]): FactSummary {
  const summary = new FactSummary();
  for (const value of values) summary.add(value);
  return summary;
}

it('counts texts and flags, the most frequent first', () => {
  const { numbers, texts } = of(['TLSv1.3', 'TLSv1.2', 'TLSv1.3', true]);
  expect(numbers).toBeUndefined();
  expect(texts?.top(2)).toEqual([
    { value: 'TLSv1.3', count: 2 },
    { value: 'TLSv1.2', count: 1 },
  ]);
  expect(texts?.count).toBe(4);
});

it('keeps numbers and texts of the same name apart', () => {
  const { numbers, texts } = FactSummary.of(of([3, 'three', 4]).encode());
  expect([numbers?.count, numbers?.sum, texts?.count]).toEqual([2, 7, 1]);
});

it('counts each value once, however the summaries were cut and put together', () => {
  const value = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.nat().map(String));
  fc.assert(
    fc.property(fc.array(fc.array(value, { maxLength: 50 }), { maxLength: 5 }), (parts) => {
      const merged = FactSummary.of(Buffer.concat(parts.map((part) => of(part).encode())));
      const all = parts.flat();
      expect(merged.numbers?.count ?? 0).toBe(all.filter((one) => typeof one === 'number').length);
      expect(merged.texts?.count ?? 0).toBe(all.filter((one) => typeof one !== 'number').length);
    }),
  );
});

it('counts together what is beyond the most frequent', () => {
  const values = Array.from({ length: 300 }, (_, index) => `session ${index}`);
  const { texts } = FactSummary.of(of([...values, 'ready', 'ready']).encode());
  expect(texts?.top(1)).toEqual([{ value: 'ready', count: 2 }]);
  expect(texts?.count).toBe(302);
  expect(texts?.other).toBe(281);
});
