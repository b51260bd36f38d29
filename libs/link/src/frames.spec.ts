import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wire } from './codec/wire.js';
import { fitOutcome } from './fit-outcome.js';
import type { FrameKind, Goodbye, LinkFrame, Outcome, Slice } from './frame.js';
import {
  decodeFrame,
  decodeRecord,
  encodeFrame,
  encodeRecord,
  FrameError,
  uuidFromBytes,
  uuidToBytes,
} from './frames.js';
import { frameLimits } from './limits.js';
import {
  anyAmount,
  anyBatch,
  anyCount,
  anyDigest,
  anyId,
  anyName,
  anyOutcome,
  anySmall,
  anyText,
} from './testing/any-batch.js';
import { goldenFrames } from './testing/mutated-frames.js';
import {
  sampleHeartbeat,
  sampleHello,
  sampleJob,
  sampleLimits,
  sampleOutcome,
  sampleResult,
} from './testing/samples.js';

const golden = goldenFrames();

describe('golden frames', () => {
  it.each(golden)('$name is encoded and decoded as ever', ({ frame, bytes }) => {
    expect(Buffer.from(encodeFrame(frame)).toString('hex')).toBe(bytes.toString('hex'));
    expect(decodeFrame(bytes)).toStrictEqual(frame);
  });

  it('cover every kind of frame in the .proto', () => {
    const kinds = Object.keys(wire.Frame.prototype).filter((name) => name in new wire.Frame() && name !== 'kind');
    const covered = new Set<FrameKind>(golden.map(({ frame }) => frame.kind));
    expect([...covered].sort()).toEqual(kinds.sort());
  });

  it('are still understood when a newer peer adds fields', () => {
    const field99 = Buffer.from([0x9a, 0x06, 3, 1, 2, 3]);
    for (const { frame, bytes } of golden) {
      expect(decodeFrame(Buffer.concat([field99, bytes, field99]))).toStrictEqual(frame);
    }
    const inner = Buffer.concat([wire.Ack.encode({ stream: uuidToBytes(id()), sequence: 5 }).finish(), field99]);
    expect(decodeFrame(Buffer.concat([Buffer.from([0x92, 0x01, inner.length]), inner]))).toMatchObject({ sequence: 5 });
  });
});

describe('decodeFrame', () => {
  it.each<[string, wire.Frame.$Properties, RegExp]>([
    ['nothing', {}, /an empty frame/],
    ['a short id', { ack: { stream: Buffer.alloc(15), sequence: 1 } }, /stream: 15 bytes instead of 16/],
    ['no id', { cancelRun: {} }, /run_id: 0 bytes instead of 16/],
    ['a short digest', { rosterApplied: { revision: 1, digest: Buffer.alloc(20) } }, /digest: 20 bytes instead of 32/],
    ['a whole roster without digest', { rosterUpdate: { revision: 1, whole: true } }, /digest: 0 bytes/],
    ['a number beyond 2⁵³', { ack: { stream: uuidToBytes(id()), sequence: 2 ** 53 } }, /64-bit/],
    ['a negative time', { heartbeatReply: { sentAtMs: -1 } }, /64-bit/],
    ['a heartbeat without gauges', { heartbeat: { id: 1 } }, /gauges: is missing/],
    ['a gauge that is no number', { heartbeat: { gauges: { cpuFraction: NaN } } }, /cpu_fraction/],
    ['a negative gauge', { heartbeat: { gauges: { roundTripMs: -1 } } }, /round_trip_ms/],
    ['a welcome without limits', { welcome: { satelliteId: uuidToBytes(id()) } }, /limits: is missing/],
    ['a limit of 0', { welcome: { satelliteId: uuidToBytes(id()), limits: {} } }, /spool_max_age_ms: is 0/],
    ['a goodbye without reason', { goodbye: {} }, /reason: 0 is not a known value/],
    ['a goodbye with an unknown reason', { goodbye: { reason: 99 as wire.Goodbye.Reason } }, /reason: 99/],
    [
      'a job without kind',
      { runNow: { runId: uuidToBytes(id()), job: { configJson: '{}', timeoutMs: 1 } } },
      /job.kind: is empty/,
    ],
    ['a hello without version', { hello: { processId: uuidToBytes(id()) } }, /version: is empty/],
    ['a stream that ends before it begins', { hello: helloWith(5, 4) }, /lies before the first/],
    ['a stream that begins at 0', { hello: helloWith(0, 4) }, /begin at 1/],
    ['a loss without reason', { streamLoss: { stream: uuidToBytes(id()), fromSequence: 1, toSequence: 1 } }, /reason/],
  ])('refuses %s', (_case, message, problem) => {
    expect(() => decodeFrame(wire.Frame.encode(message).finish())).toThrow(problem);
    expect(() => decodeFrame(wire.Frame.encode(message).finish())).toThrow(FrameError);
  });

  it.each<[string, wire.Record.$Properties, RegExp]>([
    ['an empty record', {}, /neither result nor gap/],
    ['a result without slice', { result: {} }, /slice: 0 bytes/],
    ['no verdict', { result: resultWith({ verdict: 0 }) }, /verdict: 0/],
    ['an infinite duration', { result: resultWith({ durationMs: Infinity }) }, /duration_ms/],
    ['a negative duration', { result: resultWith({ durationMs: -0.5 }) }, /duration_ms/],
    ['a fact that is no number', { result: resultWith({ facts: { x: { number: NaN } } }) }, /facts\.x/],
    ['a fact without value', { result: resultWith({ facts: { x: {} } }) }, /facts\.x: has no value/],
    ['a fact without name', { result: resultWith({ facts: { '': { flag: true } } }) }, /is empty/],
    ['a failure without side', { result: resultWith({ failure: { code: 'x' } }) }, /failure.side/],
    ['a failure without code', { result: resultWith({ failure: { side: 1 } }) }, /failure.code/],
    ['an assertion that makes healthy', { result: resultWith({ assertions: [{ severity: 1 }] }) }, /severity/],
    ['a long fact', { result: resultWith({ facts: { x: { text: 'x'.repeat(65_537) } } }) }, /at most 65536/],
    ['a gap backwards', { gap: { slice: uuidToBytes(id()), fromSlotMs: 2, toSlotMs: 1, reason: 'x' } }, /lies before/],
  ])('refuses %s in a batch', (_case, record, problem) => {
    const bytes = wire.Record.encode(record).finish();
    expect(() => decodeRecord(bytes)).toThrow(problem);
    const batch = { stream: uuidToBytes(id()), firstSequence: 1, records: [record] };
    expect(() => decodeFrame(wire.Frame.encode({ resultBatch: batch }).finish())).toThrow(problem);
  });

  it('refuses more records than a frame may carry, and names that vanish in objects', () => {
    const records = Array.from({ length: frameLimits.records + 1 }, () => ({}));
    const batch = { stream: uuidToBytes(id()), firstSequence: 1, records };
    expect(() => decodeFrame(wire.Frame.encode({ resultBatch: batch }).finish())).toThrow(/10001 entries/);

    const facts: Record<string, wire.Fact.$Properties> = {};
    Object.defineProperty(facts, '__proto__', { value: { flag: true }, enumerable: true });
    const result = wire.Record.encode({
      result: resultWith({ facts }),
    });
    expect(() => decodeRecord(result.finish())).toThrow(/__proto__/);
  });
});

describe('encodeFrame', () => {
  it('brings every valid frame across unchanged', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
      { numRuns: 500 },
    );
  });

  it('brings records across that are encoded already', () => {
    fc.assert(
      fc.property(anyBatch, (batch) => {
        const spooled = { ...batch, kind: 'spooledBatch' as const, records: batch.records.map(encodeRecord) };
        expect(encodeFrame(spooled)).toEqual(encodeFrame(batch));
      }),
    );
  });

  it('refuses what the peer would refuse', () => {
    const ack = { kind: 'ack', stream: id(), sequence: 1 } as const;
    expect(() => encodeFrame({ ...ack, sequence: 1.5 })).toThrow(FrameError);
    expect(() => encodeFrame({ ...ack, stream: 'ABC' })).toThrow(/not a lower-case UUID/);
    expect(() => encodeRecord(sampleResult({ facts: { x: Number.NaN } }))).toThrow(FrameError);
    expect(() => encodeRecord(sampleResult({ durationMs: -1 }))).toThrow(FrameError);
    const long = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`x${index}`, 'é'.repeat(65_536)]));
    expect(() => encodeRecord(sampleResult({ facts: long }))).toThrow(/all texts/);
    const named = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`${index}`.padEnd(255, '語'), 0]));
    expect(() => encodeRecord(sampleResult({ facts: named }))).toThrow(/too long/);
  });
});

describe('fitOutcome', () => {
  it('makes every outcome fit', () => {
    const huge = fc.record<Outcome>({
      verdict: fc.constantFrom('healthy', 'unknown'),
      startedAtMs: fc.maxSafeNat(),
      durationMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
      failure: fc.constantFrom(null, { side: 'config' as const, code: 'x'.repeat(300), message: '語'.repeat(9_000) }),
      facts: fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.constant('語'.repeat(200_000)), fc.boolean())),
      assertions: fc.array(
        fc.record({
          collector: fc.nat(),
          assertion: fc.nat(),
          passed: fc.boolean(),
          expected: fc.constant('語'.repeat(9_000)),
          actual: fc.string({ unit: 'binary' }),
          severity: fc.constantFrom('degraded' as const, 'unhealthy' as const),
        }),
        { maxLength: 100 },
      ),
    });
    fc.assert(
      fc.property(huge, (outcome) => {
        const fitted = fitOutcome(outcome);
        expect(decodeRecord(encodeRecord(sampleResult(fitted)))).toMatchObject({ verdict: outcome.verdict });
        expect(fitOutcome(fitted)).toEqual(fitted);
      }),
      { numRuns: 30 },
    );
  });

  it('leaves an ordinary outcome alone', () => {
    const outcome = sampleOutcome({ facts: { body: 'x'.repeat(1_000), status: 200 } });
    expect(fitOutcome(outcome)).toEqual(outcome);
  });
});

describe('ids', () => {
  it('are UUID text here and 16 bytes on the wire', () => {
    fc.assert(fc.property(fc.uuid(), (uuid) => uuidFromBytes(uuidToBytes(uuid)) === uuid));
    expect(() => uuidToBytes('0190B3C4-0000-7000-8000-000000000001')).toThrow(FrameError);
  });
});

function id(): string {
  return '0190b3c4-0000-7000-8000-000000000001';
}

function helloWith(firstSequence: number, lastSequence: number): wire.Hello.$Properties {
  const streams = [{ stream: uuidToBytes(id()), firstSequence, lastSequence }];
  return { version: '1', processId: uuidToBytes(id()), streams };
}

function resultWith(given: wire.Result.$Properties): wire.Result.$Properties {
  return { slice: uuidToBytes(id()), verdict: 1, ...given };
}

const anySlice: fc.Arbitrary<Slice> = fc.record({
  id: anyId,
  definitionDigest: anyDigest,
  job: fc.record({ kind: anyName, configJson: anyName }).map(sampleJob),
  schedule: fc.oneof(
    fc.record({ kind: fc.constant('interval' as const), intervalMs: anySmall.filter((interval) => interval > 0) }),
    fc.record({ kind: fc.constant('cron' as const), expression: anyName, timeZone: anyName }),
  ),
  labels: fc.dictionary(anyName, anyText, { noNullPrototype: true }),
  changedAtMs: anyCount,
  confirm: fc.boolean(),
});

const anyFrame: fc.Arbitrary<LinkFrame> = fc.oneof(
  anyBatch,
  fc
    .record({
      runId: anyId,
      log: fc.array(fc.record({ atMs: anyAmount, text: anyText })),
      outcome: fc.option(anyOutcome),
    })
    .map((progress) => ({ kind: 'runProgress' as const, ...progress })),
  fc
    .record({
      revision: anyCount,
      digest: anyDigest,
      whole: fc.boolean(),
      baseRevision: anyCount,
      baseDigest: fc.oneof(anyDigest, fc.constant('')),
      slices: fc.array(anySlice, { maxLength: 3 }),
      removed: fc.array(anyId),
    })
    .map((update) => ({ kind: 'rosterUpdate' as const, ...update })),
  fc
    .record({
      reason: fc.constantFrom<Goodbye['reason'][]>('conflict', 'superseded', 'revoked'),
      message: anyText,
      retryAfterMs: anySmall,
    })
    .map((goodbye) => ({ kind: 'goodbye' as const, ...goodbye })),
  fc
    .record({ probeKinds: fc.array(anyName), hostname: anyText, wallClockMs: anyCount, rosterDigest: anyDigest })
    .map(sampleHello),
  fc.record({ id: anyCount, sentAtMs: anyCount }).map(sampleHeartbeat),
  fc.record({ stream: anyId, sequence: anyCount }).map((ack) => ({ kind: 'ack' as const, ...ack })),
  fc
    .record({
      satelliteId: anyId,
      satelliteName: anyText,
      location: anyText,
      epoch: anyCount,
      hubTimeMs: anyCount,
      storedUntilMs: anyCount,
      hubVersion: anyText,
      cursors: fc.array(fc.record({ stream: anyId, sequence: anyCount })),
    })
    .map((welcome) => ({ kind: 'welcome' as const, limits: sampleLimits(), ...welcome })),
);
