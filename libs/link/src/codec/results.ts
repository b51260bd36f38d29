// The hot path: batches of 50 to 500 results.
import {
  sides,
  verdicts,
  type AssertionOutcome,
  type FactValue,
  type Failure,
  type Gap,
  type LinkRecord,
  type Outcome,
  type Result,
  type ResultBatch,
} from '../frame.js';
import { frameLimits } from '../limits.js';
import {
  amount,
  count,
  enumFromNumber,
  enumToNumber,
  finite,
  FrameError,
  list,
  name,
  names,
  smallCount,
  text,
  uuidFromBytes,
  uuidToBytes,
} from './fields.js';
import type { Decoded, wire } from './wire.js';

export function readResultBatch(message: Decoded<wire.ResultBatch.$Properties>): ResultBatch {
  const records = list(message.records, 'records', frameLimits.records).map(readRecord);
  return { kind: 'resultBatch', ...batchHead(message), stream: uuidFromBytes(message.stream, 'stream'), records };
}

export function writeResultBatch(batch: ResultBatch): wire.ResultBatch.$Properties {
  const records = list(batch.records, 'records', frameLimits.records).map(writeRecord);
  return { ...batchHead(batch), stream: uuidToBytes(batch.stream, 'stream'), records };
}

type BatchHead = Pick<ResultBatch, 'firstSequence' | 'wallClockMs' | 'monotonicMs'>;

function batchHead({ firstSequence, wallClockMs, monotonicMs }: BatchHead): BatchHead {
  if (firstSequence === 0) throw new FrameError('first_sequence: sequence numbers begin at 1');
  return {
    firstSequence: count(firstSequence, 'first_sequence'),
    wallClockMs: count(wallClockMs, 'wall_clock_ms'),
    monotonicMs: amount(monotonicMs, 'monotonic_ms'),
  };
}

export function readRecord(message: Decoded<wire.Record.$Properties>): LinkRecord {
  if (message.result !== null) return readResult(message.result);
  if (message.gap !== null) return readGap(message.gap);
  throw new FrameError('records: a record is neither result nor gap');
}

export function writeRecord(record: LinkRecord): wire.Record.$Properties {
  return record.kind === 'result' ? { result: writeResult(record) } : { gap: writeGap(record) };
}

function readResult(message: Decoded<wire.Result.$Properties>): Result {
  return {
    kind: 'result',
    slice: uuidFromBytes(message.slice, 'slice'),
    slotMs: count(message.slotMs, 'slot_ms'),
    attempt: smallCount(message.attempt, 'attempt'),
    monotonicMs: amount(message.monotonicMs, 'monotonic_ms'),
    ...readOutcome(message),
  };
}

function writeResult(result: Result): wire.Result.$Properties {
  const message = writeOutcome(result);
  message.slice = uuidToBytes(result.slice, 'slice');
  message.slotMs = count(result.slotMs, 'slot_ms');
  message.attempt = smallCount(result.attempt, 'attempt');
  message.monotonicMs = amount(result.monotonicMs, 'monotonic_ms');
  return message;
}

export function readOutcome(message: Decoded<wire.Result.$Properties>): Outcome {
  const outcome = {
    verdict: enumFromNumber(verdicts, message.verdict, 'verdict'),
    startedAtMs: count(message.startedAtMs, 'started_at_ms'),
    durationMs: amount(message.durationMs, 'duration_ms'),
    failure: message.failure === null ? null : readFailure(message.failure),
    facts: readFacts(message.facts),
    assertions: list(message.assertions, 'assertions', frameLimits.assertions).map(readAssertion),
  };
  checkTexts(outcome);
  return outcome;
}

export function writeOutcome(outcome: Outcome): wire.Result.$Properties {
  checkTexts(outcome);
  return {
    verdict: enumToNumber(verdicts, outcome.verdict, 'verdict'),
    startedAtMs: count(outcome.startedAtMs, 'started_at_ms'),
    durationMs: amount(outcome.durationMs, 'duration_ms'),
    failure: outcome.failure === null ? null : writeFailure(outcome.failure),
    facts: writeFacts(outcome.facts),
    assertions: list(outcome.assertions, 'assertions', frameLimits.assertions).map(writeAssertion),
  };
}

function checkTexts({ failure, facts, assertions }: Outcome): void {
  let length = failure === null ? 0 : failure.code.length + failure.message.length;
  for (const fact in facts) {
    const value = facts[fact];
    if (typeof value === 'string') length += value.length;
  }
  for (const { expected, actual } of assertions) length += expected.length + actual.length;
  if (length > frameLimits.outcomeText) {
    throw new FrameError(`all texts: ${length} characters, at most ${frameLimits.outcomeText} are allowed`);
  }
}

function failureText({ code, message }: { code: string; message: string }): { code: string; message: string } {
  return {
    code: name(code, 'failure.code', frameLimits.name),
    message: text(message, 'failure.message', frameLimits.sentence),
  };
}

export function readFailure(message: Decoded<wire.Failure.$Properties>): Failure {
  return { side: enumFromNumber(sides, message.side, 'failure.side'), ...failureText(message) };
}

function writeFailure(failure: Failure): wire.Failure.$Properties {
  return { side: enumToNumber(sides, failure.side, 'failure.side'), ...failureText(failure) };
}

function readFacts(message: Record<string, Decoded<wire.Fact.$Properties>>): Record<string, FactValue> {
  const facts: Record<string, FactValue> = {};
  for (const fact of names(message, 'facts', frameLimits.facts, frameLimits.name)) {
    const value = message[fact];
    if (value === undefined) continue;
    if (value.number !== null) facts[fact] = finite(value.number, `facts.${fact}`);
    else if (value.text !== null) facts[fact] = text(value.text, `facts.${fact}`, frameLimits.factText);
    else if (value.flag !== null) facts[fact] = value.flag;
    else throw new FrameError(`facts.${fact}: has no value`);
  }
  return facts;
}

function writeFacts(facts: Record<string, FactValue>): Record<string, wire.Fact.$Properties> {
  const message: Record<string, wire.Fact.$Properties> = {};
  for (const fact of names(facts, 'facts', frameLimits.facts, frameLimits.name)) {
    const value = facts[fact];
    if (typeof value === 'number') message[fact] = { number: finite(value, `facts.${fact}`) };
    else if (typeof value === 'string') message[fact] = { text: text(value, `facts.${fact}`, frameLimits.factText) };
    else if (typeof value === 'boolean') message[fact] = { flag: value };
    else throw new FrameError(`facts.${fact}: has no value`);
  }
  return message;
}

type AssertionHead = Omit<AssertionOutcome, 'severity'>;

function assertionHead({ collector, assertion, passed, expected, actual }: AssertionHead): AssertionHead {
  return {
    collector: smallCount(collector, 'assertions.collector'),
    assertion: smallCount(assertion, 'assertions.assertion'),
    passed,
    expected: text(expected, 'assertions.expected', frameLimits.sentence),
    actual: text(actual, 'assertions.actual', frameLimits.sentence),
  };
}

export function readAssertion(message: Decoded<wire.AssertionOutcome.$Properties>): AssertionOutcome {
  const severity = enumFromNumber(verdicts, message.severity, 'assertions.severity');
  if (severity !== 'degraded' && severity !== 'unhealthy') {
    throw new FrameError(`assertions.severity: ${severity} is not degraded or unhealthy`);
  }
  return { ...assertionHead(message), severity };
}

function writeAssertion(outcome: AssertionOutcome): wire.AssertionOutcome.$Properties {
  return { ...assertionHead(outcome), severity: enumToNumber(verdicts, outcome.severity, 'assertions.severity') };
}

type GapBody = Omit<Gap, 'kind' | 'slice'>;

function gapBody({ fromSlotMs, toSlotMs, count: slots, reason }: GapBody): GapBody {
  if (toSlotMs < fromSlotMs) throw new FrameError('to_slot_ms: lies before from_slot_ms');
  return {
    fromSlotMs: count(fromSlotMs, 'from_slot_ms'),
    toSlotMs: count(toSlotMs, 'to_slot_ms'),
    count: smallCount(slots, 'count'),
    reason: name(reason, 'reason', frameLimits.name),
  };
}

export function readGap(message: Decoded<wire.Gap.$Properties>): Gap {
  return { kind: 'gap', slice: uuidFromBytes(message.slice, 'slice'), ...gapBody(message) };
}

function writeGap(gap: Gap): wire.Gap.$Properties {
  return { slice: uuidToBytes(gap.slice, 'slice'), ...gapBody(gap) };
}
