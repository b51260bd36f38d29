// What a hub takes in is what was sent, in whichever form, and what is refused elsewhere is refused here.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readIntakeBatch } from './codec/intake-batch.js';
import { wire } from './codec/wire.js';
import type { LinkFrame, ResultBatch } from './frame.js';
import { decodeFrame, decodeIntake, encodeFrame, FrameError, uuidToBytes } from './frames.js';
import { linkRecordOf, type IntakeBatch } from './intake.js';
import { frameLimits } from './limits.js';
import { anyBatch } from './testing/any-batch.js';
import { goldenFrames, mutated, pseudoRandom } from './testing/mutated-frames.js';
import { sampleResult } from './testing/samples.js';

type Taken = Exclude<LinkFrame, ResultBatch> | IntakeBatch;

const asSent = (frame: Taken | null): LinkFrame | null =>
  frame?.kind === 'resultBatch' ? { ...frame, records: frame.records.map(linkRecordOf) } : frame;

function orRefused<Answer>(decode: () => Answer): Answer | 'refused' {
  try {
    return decode();
  } catch (error) {
    if (error instanceof FrameError) return 'refused';
    throw error;
  }
}

const batchOf = (records: ResultBatch['records']): ResultBatch => ({
  kind: 'resultBatch',
  stream: '0190b3c4-0000-7000-8000-000000000001',
  firstSequence: 1,
  records,
  wallClockMs: 1,
  monotonicMs: 0,
});

it('reads every batch that is encoded here in one go, as it was', () => {
  fc.assert(
    fc.property(anyBatch, (batch) => {
      const bytes = encodeFrame(batch);
      expect(asSent(readIntakeBatch(bytes))).toStrictEqual(decodeFrame(bytes));
    }),
  );
});

it('takes and refuses of altered frames what decodeFrame takes and refuses', { timeout: 300_000 }, () => {
  const random = pseudoRandom(20_261_123);
  const batches = [
    ...goldenFrames().map(({ bytes }) => bytes),
    ...fc.sample(anyBatch, { numRuns: 50, seed: 5 }).map((batch) => Buffer.from(encodeFrame(batch))),
  ];
  const counts = { taken: 0, refused: 0, inOneGo: 0 };
  for (let turn = 0; turn < 60_000; turn++) {
    const bytes = mutated(batches, random);
    const expected = orRefused(() => decodeFrame(bytes));
    expect([bytes.toString('hex'), orRefused(() => asSent(decodeIntake(bytes)))]).toStrictEqual([
      bytes.toString('hex'),
      expected,
    ]);
    counts[expected === 'refused' ? 'refused' : 'taken']++;
    if (expected !== 'refused' && readIntakeBatch(bytes) !== null) counts.inOneGo++;
  }
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(500);
});

it('takes what other encoders write: fields in another order, names twice, unknown fields', () => {
  const result = {
    slice: uuidToBytes('0190b3c4-0000-7000-8000-000000000002'),
    verdict: 1,
    facts: { status: { number: 200 }, version: { text: '1.1' }, cut: { flag: true } },
  };
  const entry = (name: string, number: number): Buffer =>
    Buffer.from(wire.Result.encode({ facts: { [name]: { number } } }).finish());
  const body = Buffer.from(wire.Result.encode(result).finish());
  const bare = Buffer.from(wire.Result.encode({ slice: result.slice, verdict: 3 }).finish());
  const failed = (failure: object): Buffer => Buffer.from(wire.Result.encode({ failure }).finish());
  const forms = [
    // Parts of one message, which belong together.
    Buffer.concat([bare, failed({ side: 1, code: 'timeout' }), failed({ message: 'Too late' })]),
    Buffer.concat([entry('first', 1), body]),
    Buffer.concat([body, entry('status', 404)]),
    Buffer.concat([body, Buffer.from([0x9a, 0x06, 3, 1, 2, 3])]),
  ];
  for (const form of forms) {
    const record = Buffer.concat([Buffer.from([0x0a, form.length]), form]);
    const head = Buffer.from(wire.ResultBatch.encode({ stream: Buffer.alloc(16, 7), firstSequence: 3 }).finish());
    const batch = Buffer.concat([head, Buffer.from([0x1a, record.length]), record]);
    const bytes = Buffer.concat([Buffer.from([0x1a, batch.length]), batch]);
    expect(readIntakeBatch(bytes)).toBeNull();
    expect(asSent(decodeIntake(bytes))).toStrictEqual(decodeFrame(bytes));
  }
});

it('counts texts as decodeFrame does, whatever their letters', () => {
  const long = '語'.repeat(frameLimits.factText);
  const facts = Object.fromEntries(['a', 'b', 'c'].map((name) => [name, long]));
  const batch = batchOf([sampleResult({ facts })]);
  expect(asSent(readIntakeBatch(encodeFrame(batch)))).toStrictEqual(batch);
  const tooLong = wire.Frame.encode({
    resultBatch: {
      stream: Buffer.alloc(16, 1),
      firstSequence: 1,
      records: [{ result: { slice: Buffer.alloc(16, 1), verdict: 1, facts: { a: { text: `${long}x` } } } }],
    },
  }).finish();
  expect(() => decodeIntake(tooLong)).toThrow(/65537 characters/);
});

it.each<[string, wire.Result.$Properties, RegExp]>([
  ['a fact that is not a number', { facts: { x: { number: NaN } } }, /facts.x: NaN/],
  ['a fact without end', { facts: { x: { number: Infinity } } }, /facts.x: Infinity/],
  ['a fact without value', { facts: { x: {} } }, /facts.x: has no value/],
  ['a fact without name', { facts: { '': { flag: true } } }, /is empty/],
  ['a negative duration', { durationMs: -1 }, /duration_ms/],
  ['an unknown verdict', { verdict: 9 as wire.Verdict }, /verdict: 9/],
  [
    'too many letters',
    { facts: Object.fromEntries(Array.from('abcde', (name) => [name, { text: 'x'.repeat(frameLimits.factText) }])) },
    /all texts/,
  ],
])('refuses %s', (_case, given, problem) => {
  const result = { slice: Buffer.alloc(16, 1), verdict: 1, ...given };
  const resultBatch = { stream: Buffer.alloc(16, 1), firstSequence: 1, records: [{ result }] };
  expect(() => decodeIntake(wire.Frame.encode({ resultBatch }).finish())).toThrow(problem);
});

it('gives results with equal facts one layout, however many layouts there are meanwhile', () => {
  const layoutOf = (facts: Record<string, number>): unknown => {
    const [record] = readIntakeBatch(encodeFrame(batchOf([sampleResult({ facts })])))?.records ?? [];
    return record?.kind === 'result' && record.facts.layout;
  };
  expect(layoutOf({ one: 1, two: 2 })).toBe(layoutOf({ one: 3, two: 4 }));
  expect(layoutOf({ two: 1, one: 2 })).not.toBe(layoutOf({ one: 3, two: 4 }));
  for (let index = 0; index < 21_000; index++) layoutOf({ [`name ${index}`]: 1 });
  expect(layoutOf({ one: 1, two: 2 })).toBe(layoutOf({ one: 3, two: 4 }));
});
