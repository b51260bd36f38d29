// Batches of whatever the rules of the link allow.
import fc from 'fast-check';
import type { LinkRecord, Outcome, ResultBatch } from '../frame.js';
import { sampleGap } from './samples.js';

export const anyId = fc.uuid();
export const anyDigest = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
export const anyCount = fc.maxSafeNat();
export const anySequence = fc.maxSafeNat().filter((sequence) => sequence > 0);
export const anyAmount = fc.double({ min: 0, noNaN: true, noDefaultInfinity: true });
export const anyText = fc.string({ unit: 'grapheme', maxLength: 50 });
export const anyName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((name) => name !== '__proto__');
export const anyFact = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), anyText, fc.boolean());
export const anySmall = fc.integer({ min: 0, max: 2 ** 32 - 1 });

export const anyOutcome: fc.Arbitrary<Outcome> = fc.record({
  verdict: fc.constantFrom('healthy' as const, 'degraded' as const, 'unhealthy' as const, 'unknown' as const),
  startedAtMs: anyCount,
  durationMs: anyAmount,
  failure: fc.option(
    fc.record({
      side: fc.constantFrom('target' as const, 'network' as const, 'satellite' as const, 'config' as const),
      code: anyName,
      message: anyText,
    }),
  ),
  facts: fc.dictionary(anyName, anyFact, { noNullPrototype: true }),
  assertions: fc.array(
    fc.record({
      collector: anySmall,
      assertion: anySmall,
      passed: fc.boolean(),
      expected: anyText,
      actual: anyText,
      severity: fc.constantFrom('degraded' as const, 'unhealthy' as const),
    }),
    { maxLength: 3 },
  ),
});

export const anyRecord: fc.Arbitrary<LinkRecord> = fc.oneof(
  fc
    .record({ slice: anyId, slotMs: anyCount, attempt: anySmall, monotonicMs: anyAmount, outcome: anyOutcome })
    .map(({ outcome, ...place }) => ({ kind: 'result' as const, ...place, ...outcome })),
  fc.nat().map((slotMs) => sampleGap({ fromSlotMs: slotMs, toSlotMs: slotMs + 1 })),
);

export const anyBatch: fc.Arbitrary<ResultBatch> = fc
  .record({
    stream: anyId,
    firstSequence: anySequence,
    records: fc.array(anyRecord, { maxLength: 5 }),
    wallClockMs: anyCount,
    monotonicMs: anyAmount,
  })
  .map((batch) => ({ kind: 'resultBatch', ...batch }));
