import { sampleIntake, sampleResult } from '@checkstack/link/testing';
import type { FactValue, IntakeFacts } from '@checkstack/link';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { commonKey, packOwnValues, templateOf, unpackFacts } from './packed-facts.js';
import { ByteWriter } from './rollup/bytes.js';

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

function taken(given: Record<string, FactValue>): IntakeFacts {
  const [record] = sampleIntake([sampleResult({ facts: given })]);
  if (record?.kind !== 'result') throw new Error('There is no result.');
  return record.facts;
}

function packed(given: Record<string, FactValue>, texts: (typeof ways)[number]): Buffer {
  const writer = new ByteWriter();
  packOwnValues(writer, taken(given), texts);
  return writer.written();
}

it('gives back every value as it was', () => {
  fc.assert(
    fc.property(facts, fc.constantFrom(...ways), (given, texts) => {
      expect(unpackFacts(templateOf(taken(given), texts) ?? '', packed(given, texts))).toEqual([given]);
    }),
  );
});

it('knows facts of one template by their key, and only those', () => {
  const few = fc.array(fc.constantFrom<FactValue[]>(1, 2.5, true, false, '', 'a', 'b', 'aa', 'x'.repeat(70)), {
    minLength: 3,
    maxLength: 3,
  });
  const named = ([a = 0, b = 0, c = 0]: FactValue[]): IntakeFacts => taken({ a, b, c });
  const pair = few.chain((some) =>
    fc.tuple(fc.constant(some), fc.oneof(few, fc.shuffledSubarray(some, { minLength: some.length }))),
  );
  fc.assert(
    fc.property(pair, fc.constantFrom(...ways), ([some, others], texts) => {
      const [one, other] = [named(some), named(others)];
      const isOneTemplate = templateOf(one, texts) === templateOf(other, texts);
      const isOneKey = one.layout === other.layout && commonKey(one, texts) === commonKey(other, texts);
      if (one.layout === other.layout) expect(isOneKey).toBe(isOneTemplate);
      else expect(isOneKey).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

it.each(ways)('reads the runs of one template one after the other, with texts %s', (texts) => {
  const runs = [
    { 'response.status': 200, 'response.totalMs': 12.345, 'response.httpVersion': '1.1', 'response.cut': false },
    { 'response.status': 503, 'response.totalMs': -0.5, 'response.httpVersion': '1.1', 'response.cut': false },
  ];
  const [template, other] = runs.map((run) => templateOf(taken(run), texts));
  expect(template).toBe(other);
  expect(unpackFacts(template ?? '', Buffer.concat(runs.map((run) => packed(run, texts))), 2)).toEqual(runs);
});

it('takes three bytes for a usual latency', () => {
  expect(packed({ totalMs: 84.123 }, 'common')).toHaveLength(3);
});

it('keeps a text that is as long as a run’s own in the run', () => {
  expect(templateOf(taken({ 'script.output': 'x'.repeat(65) }), 'common')).toBe('{"script.output":null}');
});

it('replaces what PostgreSQL’s text cannot hold', () => {
  const given = { 'a\0': 'short\0', long: `${'x'.repeat(70)}\0` };
  expect(unpackFacts(templateOf(taken(given), 'common') ?? '', packed(given, 'common'))).toEqual([
    { 'a\ufffd': 'short\ufffd', long: `${'x'.repeat(70)}\ufffd` },
  ]);
});

it('has no template for facts that would lose their position', () => {
  expect(templateOf(taken({ 'a\0': 1, 'a\ufffd': 2 }), 'common')).toBeNull();
});
