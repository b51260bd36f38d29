import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packValues, splitFacts, unpackFacts } from './packed-facts.js';

const ways = ['common', 'own'] as const;
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.integer({ min: 0, max: 10_000_000 }).map((thousandths) => thousandths / 1000),
  fc.boolean(),
  fc.string({ maxLength: 80, unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);
const facts = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => !/\0|^__proto__$/.test(name)),
  value,
);

it('gives back every value as it was', () => {
  fc.assert(
    fc.property(facts, fc.constantFrom(...ways), (given, texts) => {
      const split = splitFacts(given, texts);
      expect(unpackFacts(split?.template ?? '', packValues(split?.own ?? []))).toEqual([given]);
    }),
  );
});

it.each(ways)('reads the runs of one template one after the other, with texts %s', (texts) => {
  const runs = [
    { 'response.status': 200, 'response.totalMs': 12.345, 'response.httpVersion': '1.1', 'response.cut': false },
    { 'response.status': 503, 'response.totalMs': -0.5, 'response.httpVersion': '1.1', 'response.cut': false },
  ];
  const split = runs.map((run) => splitFacts(run, texts));
  expect(split[0]?.template).toBe(split[1]?.template);
  const packed = Buffer.concat(split.map((one) => packValues(one?.own ?? [])));
  expect(unpackFacts(split[0]?.template ?? '', packed, 2)).toEqual(runs);
});

it('takes three bytes for a usual latency', () => {
  expect(packValues([84.123])).toHaveLength(3);
});

it('keeps a text that is as long as a run’s own in the run', () => {
  expect(splitFacts({ 'script.output': 'x'.repeat(65) }, 'common')?.template).toBe('{"script.output":null}');
});
