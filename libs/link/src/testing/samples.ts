// Valid parts of frames with unremarkable contents; a test names only what it is about.
import { createHash, randomUUID } from 'node:crypto';
import type { Gap, Gauges, Heartbeat, Hello, Job, Limits, LinkRecord, Outcome, Result, Slice } from '../frame.js';
import { intakeBatch } from '../frames.js';
import type { IntakeRecord } from '../intake.js';

export function sampleJob(given: Partial<Job> = {}): Job {
  return {
    kind: 'http',
    configJson: '{"url":"http://127.0.0.1/"}',
    collectors: [{ name: 'response', configJson: '{}', assertionsJson: '[]' }],
    timeoutMs: 5_000,
    ...given,
  };
}

/** The definition digest follows from the contents, as it does in the hub. */
export function sampleSlice(given: Partial<Slice> = {}): Slice {
  const slice = {
    id: randomUUID() as string,
    job: sampleJob(),
    schedule: { kind: 'interval' as const, intervalMs: 30_000 },
    labels: { system: 'shop', check: 'front page' },
    changedAtMs: Date.now(),
    confirm: true,
    ...given,
  };
  const definition = JSON.stringify([slice.job, slice.schedule, slice.labels]);
  return { definitionDigest: createHash('sha256').update(definition).digest('hex'), ...slice };
}

export function sampleOutcome(given: Partial<Outcome> = {}): Outcome {
  return {
    verdict: 'healthy',
    startedAtMs: Date.now(),
    durationMs: 12.5,
    failure: null,
    facts: { status: 200, total_ms: 12.5 },
    assertions: [],
    ...given,
  };
}

export function sampleResult(given: Partial<Result> = {}): Result {
  return {
    kind: 'result',
    slice: randomUUID(),
    slotMs: Math.floor(Date.now() / 1000) * 1000,
    attempt: 0,
    monotonicMs: performance.now(),
    ...sampleOutcome(),
    ...given,
  };
}

export function sampleGap(given: Partial<Gap> = {}): Gap {
  const toSlotMs = Math.floor(Date.now() / 1000) * 1000;
  return {
    kind: 'gap',
    slice: randomUUID(),
    fromSlotMs: toSlotMs - 60_000,
    toSlotMs,
    count: 3,
    reason: 'satellite_stopped',
    ...given,
  };
}

/** The records as a hub takes them in. */
export function sampleIntake(records: LinkRecord[]): IntakeRecord[] {
  const batch = { stream: randomUUID(), firstSequence: 1, wallClockMs: 1, monotonicMs: 0 };
  return intakeBatch({ kind: 'resultBatch', ...batch, records }).records;
}

export function sampleHello(given: Partial<Hello> = {}): Hello {
  return {
    kind: 'hello',
    version: '0.0.0-fake',
    processId: randomUUID(),
    probeKinds: ['http', 'tcp'],
    refusedKinds: [],
    features: ['confirm_run'],
    rosterRevision: 0,
    rosterDigest: '',
    streams: [],
    wallClockMs: Date.now(),
    hostname: 'fake',
    platform: 'linux-x64',
    runtime: `node ${process.versions.node}`,
    ...given,
  };
}

export function sampleGauges(given: Partial<Gauges> = {}): Gauges {
  return {
    slices: 1,
    running: 0,
    runsPerSecond: 0.1,
    spoolRecords: 0,
    spoolBytes: 0,
    spoolOldestAgeMs: 0,
    lostRecords: 0,
    residentBytes: 50_000_000,
    cpuFraction: 0.01,
    clockOffsetMs: 0,
    roundTripMs: 1,
    warnings: [],
    ...given,
  };
}

export function sampleHeartbeat(given: Partial<Heartbeat> = {}): Heartbeat {
  return { kind: 'heartbeat', id: 1, sentAtMs: Date.now(), gauges: sampleGauges(), ...given };
}

export function sampleLimits(given: Partial<Limits> = {}): Limits {
  return {
    heartbeatIntervalMs: 10_000,
    maxBatchRecords: 500,
    maxFrameBytes: 1_048_576,
    windowBatches: 8,
    spoolMaxAgeMs: 3 * 86_400_000,
    ...given,
  };
}
