// What docs/link.md and frame.ts promise of a frame that a handler sees, written down a second time and apart from the codec.
import type { LinkFrame } from '../frame.js';

type Rule = (value: unknown) => boolean;

const pattern =
  (expression: RegExp): Rule =>
  (value) =>
    typeof value === 'string' && expression.test(value);
const id = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const digest = pattern(/^[0-9a-f]{64}$/);
const digestOrNone = pattern(/^([0-9a-f]{64})?$/);
const text =
  (longest: number): Rule =>
  (value) =>
    typeof value === 'string' && value.length <= longest;
const name: Rule = (value) => text(255)(value) && value !== '';
const sentence = text(8_192);
const json = text(1_048_576);
const filledJson: Rule = (value) => json(value) && value !== '';
const flag: Rule = (value) => typeof value === 'boolean';
const whole =
  (least: number, most: number): Rule =>
  (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
const count = whole(0, 2 ** 53 - 1);
const positive = whole(1, 2 ** 53 - 1);
const small = whole(0, 2 ** 32 - 1);
const positiveSmall = whole(1, 2 ** 32 - 1);
const finite: Rule = (value) => typeof value === 'number' && Number.isFinite(value);
const amount: Rule = (value) => finite(value) && (value as number) >= 0;
const one =
  (...values: unknown[]): Rule =>
  (value) =>
    values.includes(value);
const either =
  (...rules: Rule[]): Rule =>
  (value) =>
    rules.some((rule) => rule(value));
const both =
  (...rules: Rule[]): Rule =>
  (value) =>
    rules.every((rule) => rule(value));
const list =
  (rule: Rule, most: number): Rule =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(rule);
const map =
  (rule: Rule, most: number): Rule =>
  (value) => {
    const entries = Object.entries(value as object);
    return entries.length <= most && entries.every(([key, item]) => name(key) && key !== '__proto__' && rule(item));
  };
/** These fields, and no others. */
const fields =
  (rules: Record<string, Rule>): Rule =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === Object.keys(rules).length &&
    Object.entries(rules).every(([key, rule]) => rule((value as Record<string, unknown>)[key]));
const inOrder =
  (first: string, last: string): Rule =>
  (value) =>
    (value as Record<string, number>)[first]! <= (value as Record<string, number>)[last]!;

interface Texts {
  failure: { code: string; message: string } | null;
  facts: Record<string, unknown>;
  assertions: { expected: string; actual: string }[];
}

const textsTogether: Rule = (value) => {
  const { failure, facts, assertions } = value as Texts;
  const texts = [failure?.code, failure?.message, ...Object.values(facts)];
  for (const { expected, actual } of assertions) texts.push(expected, actual);
  return texts.reduce<number>((sum, told) => sum + (typeof told === 'string' ? told.length : 0), 0) <= 262_144;
};

const outcomeFields = {
  verdict: one('healthy', 'degraded', 'unhealthy', 'unknown'),
  startedAtMs: count,
  durationMs: amount,
  failure: either(
    one(null),
    fields({ side: one('target', 'network', 'satellite', 'config'), code: name, message: sentence }),
  ),
  facts: map(either(finite, text(65_536), flag), 2_000),
  assertions: list(
    fields({
      collector: small,
      assertion: small,
      passed: flag,
      expected: sentence,
      actual: sentence,
      severity: one('degraded', 'unhealthy'),
    }),
    2_000,
  ),
};
const outcome = both(fields(outcomeFields), textsTogether);
const record = either(
  both(
    fields({ kind: one('result'), slice: id, slotMs: count, attempt: small, monotonicMs: amount, ...outcomeFields }),
    textsTogether,
  ),
  both(
    fields({ kind: one('gap'), slice: id, fromSlotMs: count, toSlotMs: count, count: small, reason: name }),
    inOrder('fromSlotMs', 'toSlotMs'),
  ),
);
const job = fields({
  kind: name,
  configJson: filledJson,
  collectors: list(fields({ name, configJson: json, assertionsJson: json }), 200),
  timeoutMs: positiveSmall,
});
const labels = map(sentence, 200);
const slice = fields({
  id,
  definitionDigest: digest,
  job,
  schedule: either(
    fields({ kind: one('interval'), intervalMs: positiveSmall }),
    fields({ kind: one('cron'), expression: name, timeZone: name }),
  ),
  labels,
  changedAtMs: count,
  confirm: flag,
});
const gauges = fields({
  slices: small,
  running: small,
  runsPerSecond: amount,
  spoolRecords: count,
  spoolBytes: count,
  spoolOldestAgeMs: amount,
  lostRecords: count,
  residentBytes: count,
  cpuFraction: amount,
  clockOffsetMs: finite,
  roundTripMs: amount,
  warnings: list(sentence, 100),
});

const rules: Record<LinkFrame['kind'], Rule> = {
  hello: fields({
    kind: one('hello'),
    version: name,
    processId: id,
    probeKinds: list(name, 1_000),
    refusedKinds: list(name, 1_000),
    features: list(name, 1_000),
    rosterRevision: count,
    rosterDigest: digestOrNone,
    streams: list(
      both(
        fields({ stream: id, firstSequence: positive, lastSequence: positive }),
        inOrder('firstSequence', 'lastSequence'),
      ),
      10_000,
    ),
    wallClockMs: count,
    hostname: text(255),
    platform: text(255),
    runtime: text(255),
  }),
  welcome: fields({
    kind: one('welcome'),
    satelliteId: id,
    satelliteName: text(255),
    location: text(255),
    epoch: count,
    hubTimeMs: count,
    limits: fields({
      heartbeatIntervalMs: positiveSmall,
      maxBatchRecords: positiveSmall,
      maxFrameBytes: positiveSmall,
      windowBatches: positiveSmall,
      spoolMaxAgeMs: positive,
    }),
    cursors: list(fields({ stream: id, sequence: count }), 10_000),
    hubVersion: text(255),
    storedUntilMs: count,
  }),
  rosterUpdate: fields({
    kind: one('rosterUpdate'),
    revision: count,
    digest,
    whole: flag,
    baseRevision: count,
    baseDigest: digestOrNone,
    slices: list(slice, 50_000),
    removed: list(id, 50_000),
  }),
  rosterApplied: fields({ kind: one('rosterApplied'), revision: count, digest: digestOrNone, problem: sentence }),
  resultBatch: fields({
    kind: one('resultBatch'),
    stream: id,
    firstSequence: positive,
    records: list(record, 10_000),
    wallClockMs: count,
    monotonicMs: amount,
  }),
  ack: fields({ kind: one('ack'), stream: id, sequence: count }),
  streamLoss: both(
    fields({ kind: one('streamLoss'), stream: id, fromSequence: positive, toSequence: positive, reason: name }),
    inOrder('fromSequence', 'toSequence'),
  ),
  heartbeat: fields({ kind: one('heartbeat'), id: count, sentAtMs: count, gauges }),
  heartbeatReply: fields({
    kind: one('heartbeatReply'),
    id: count,
    sentAtMs: count,
    receivedAtMs: count,
    repliedAtMs: count,
  }),
  runNow: fields({ kind: one('runNow'), runId: id, job, labels }),
  cancelRun: fields({ kind: one('cancelRun'), runId: id }),
  confirmRun: fields({ kind: one('confirmRun'), slice: id }),
  runProgress: fields({
    kind: one('runProgress'),
    runId: id,
    log: list(fields({ atMs: amount, text: sentence }), 10_000),
    outcome: either(one(null), outcome),
  }),
  goodbye: fields({
    kind: one('goodbye'),
    reason: one('draining', 'revoked', 'disabled', 'conflict', 'protocol_error', 'stopping', 'superseded'),
    message: sentence,
    retryAfterMs: small,
  }),
};

export const keepsTheRules = (frame: LinkFrame): boolean => rules[frame.kind](frame);
