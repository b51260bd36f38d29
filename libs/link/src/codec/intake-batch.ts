// The hottest path of a hub: a ResultBatch, read in one go from the form that encoders usually give it. Whatever has another
// form (fields in another order or twice, unknown ones, broken ones) is left to the generated code and its checks.
import { isUtf8 } from 'node:buffer';
import { verdicts, type AssertionOutcome, type Failure, type Gap } from '../frame.js';
import type { IntakeBatch, IntakeFacts, IntakeRecord, IntakeResult } from '../intake.js';
import { frameLimits } from '../limits.js';
import { factKinds, FactLayout, type FactKind } from './fact-layout.js';
import { readMessage } from './frame-reader.js';
import { knownUuid } from './known-ids.js';
import { readAssertion, readFailure, readGap } from './results.js';
import { wire, type Decoded } from './wire.js';

/** Field number and wire type of protobuf, in one byte. */
const frameTags = { resultBatch: 0x1a };
const batchTags = { stream: 0x0a, firstSequence: 0x10, records: 0x1a, wallClockMs: 0x20, monotonicMs: 0x29 };
const recordTags = { result: 0x0a, gap: 0x12 };
const resultTags = {
  slice: 0x0a,
  slotMs: 0x10,
  attempt: 0x18,
  verdict: 0x20,
  startedAtMs: 0x28,
  durationMs: 0x31,
  failure: 0x3a,
  facts: 0x42,
  assertions: 0x4a,
  monotonicMs: 0x51,
};
const entryTags = { name: 0x0a, value: 0x12 };
const factTags = { number: 0x09, text: 0x12, flag: 0x18 };

const unusual = new Error('not in the usual form');

/** null: it has another form. */
export function readIntakeBatch(bytes: Uint8Array): IntakeBatch | null {
  if (bytes[0] !== frameTags.resultBatch) return null;
  try {
    return new BatchReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).batch();
  } catch (error) {
    if (error === unusual) return null;
    throw error;
  }
}

/** Grows; taken over by one batch after the other. */
let scratch = new Float64Array(8_192);

class BatchReader {
  private at = 1;
  private readonly view: DataView;
  private used = 0;
  private readonly facts: IntakeFacts['batch'];
  /** Of the texts of the current result, in UTF-16 units. */
  private textLength = 0;

  constructor(private readonly bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.facts = { values: scratch, bytes };
  }

  batch(): IntakeBatch {
    const end = this.endOf(this.bytes.length);
    if (end !== this.bytes.length) throw unusual;
    const batch: IntakeBatch = {
      kind: 'resultBatch',
      stream: '',
      firstSequence: 0,
      records: [],
      wallClockMs: 0,
      monotonicMs: 0,
    };
    for (let before = 0; this.at < end;) {
      const tag = this.tagAfter(before, batchTags.records);
      before = tag;
      if (tag === batchTags.records) batch.records.push(this.record(this.endOf(end)));
      else if (tag === batchTags.stream) batch.stream = this.uuid(end);
      else if (tag === batchTags.firstSequence) batch.firstSequence = this.count(end);
      else if (tag === batchTags.wallClockMs) batch.wallClockMs = this.count(end);
      else if (tag === batchTags.monotonicMs) batch.monotonicMs = this.amount(end);
      else throw unusual;
    }
    if (batch.stream === '' || batch.firstSequence === 0 || batch.records.length > frameLimits.records) throw unusual;
    this.facts.values = scratch.slice(0, this.used);
    return batch;
  }

  private record(end: number): IntakeRecord {
    const tag = this.bytes[this.at++];
    const inner = this.endOf(end);
    if (inner !== end || end - this.at > frameLimits.recordBytes) throw unusual;
    if (tag === recordTags.result) return this.result(end);
    if (tag === recordTags.gap) return this.gap(end);
    throw unusual;
  }

  private gap(end: number): Gap {
    return readGap(readMessage(this.part(end), wire.Gap) as Decoded<wire.Gap.$Properties>);
  }

  private result(end: number): IntakeResult {
    let slice = '';
    let slotMs = 0;
    let attempt = 0;
    let verdict = 0;
    let startedAtMs = 0;
    let durationMs = 0;
    let monotonicMs = 0;
    let failure: Failure | null = null;
    const assertions: AssertionOutcome[] = [];
    let layout = FactLayout.empty;
    const from = this.used;
    this.textLength = 0;
    for (let before = 0; this.at < end;) {
      const tag = this.tagAfter(before, resultTags.facts, resultTags.assertions);
      before = tag;
      if (tag === resultTags.facts) layout = this.fact(layout, this.endOf(end));
      else if (tag === resultTags.slice) slice = this.uuid(end);
      else if (tag === resultTags.slotMs) slotMs = this.count(end);
      else if (tag === resultTags.attempt) attempt = this.attempt(end);
      else if (tag === resultTags.verdict) verdict = this.smallCount(end);
      else if (tag === resultTags.startedAtMs) startedAtMs = this.count(end);
      else if (tag === resultTags.durationMs) durationMs = this.amount(end);
      else if (tag === resultTags.monotonicMs) monotonicMs = this.amount(end);
      else if (tag === resultTags.failure) failure = this.failure(this.endOf(end));
      else if (tag === resultTags.assertions) assertions.push(this.assertion(this.endOf(end)));
      else throw unusual;
    }
    const told = verdicts[verdict - 1];
    if (slice === '' || told === undefined || assertions.length > frameLimits.assertions) throw unusual;
    if (this.textLength > frameLimits.outcomeText) throw unusual;
    return {
      kind: 'result',
      slice,
      slotMs,
      attempt,
      monotonicMs,
      verdict: told,
      startedAtMs,
      durationMs,
      failure,
      facts: { layout, batch: this.facts, from },
      assertions,
    };
  }

  private failure(end: number): Failure {
    const failure = readFailure(readMessage(this.part(end), wire.Failure) as Decoded<wire.Failure.$Properties>);
    this.textLength += failure.code.length + failure.message.length;
    return failure;
  }

  private assertion(end: number): AssertionOutcome {
    const message = readMessage(this.part(end), wire.AssertionOutcome);
    const assertion = readAssertion(message as Decoded<wire.AssertionOutcome.$Properties>);
    this.textLength += assertion.expected.length + assertion.actual.length;
    return assertion;
  }

  /** An entry of the map: a name, then a value with one of its kinds. */
  private fact(before: FactLayout, end: number): FactLayout {
    this.expect(entryTags.name);
    const nameTo = this.endOf(end);
    const nameFrom = this.at;
    this.at = nameTo;
    this.expect(entryTags.value);
    if (this.endOf(end) !== end) throw unusual;
    const layout = before.with(this.factValue(end), this.bytes, nameFrom, nameTo);
    if (layout === null || this.at !== end) throw unusual;
    return layout;
  }

  private factValue(end: number): FactKind {
    const tag = this.bytes[this.at++];
    if (tag === factTags.number) {
      const number = this.double(end);
      if (!Number.isFinite(number)) throw unusual;
      this.keep(number);
      return factKinds.number;
    }
    if (tag === factTags.text) {
      const to = this.endOf(end);
      this.text(to);
      this.keep(this.at);
      this.keep(to);
      this.at = to;
      return factKinds.text;
    }
    const flag = this.bytes[this.at++] as number;
    if (tag !== factTags.flag || flag > 1) throw unusual;
    this.keep(flag);
    return factKinds.flag;
  }

  private text(to: number): void {
    const { bytes, at } = this;
    let length = to - at;
    for (let index = at; index < to; index++) {
      if ((bytes[index] as number) < 128) continue;
      const part = bytes.subarray(at, to);
      if (!isUtf8(part)) throw unusual;
      length = part.toString().length;
      break;
    }
    if (length > frameLimits.factText) throw unusual;
    this.textLength += length;
  }

  private keep(value: number): void {
    if (this.used === scratch.length) {
      const larger = new Float64Array(2 * scratch.length);
      larger.set(scratch);
      scratch = larger;
    }
    scratch[this.used++] = value;
  }

  private part(end: number): Buffer {
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  private expect(tag: number): void {
    if (this.bytes[this.at++] !== tag) throw unusual;
  }

  /** Fields come in the order of their numbers, and once, but for lists. */
  private tagAfter(before: number, list: number, otherList = list): number {
    const tag = this.bytes[this.at++] as number;
    if (tag > before || (tag === before && (tag === list || tag === otherList))) return tag;
    throw unusual;
  }

  /** Where the part that begins with its length here ends. */
  private endOf(limit: number): number {
    const length = this.smallCount(limit);
    const end = this.at + length;
    if (end > limit) throw unusual;
    return end;
  }

  private uuid(limit: number): string {
    const end = this.endOf(limit);
    if (end - this.at !== 16) throw unusual;
    const uuid = knownUuid(this.bytes, this.at);
    this.at = end;
    return uuid;
  }

  /** At most 28 bits. */
  private smallCount(limit: number): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (this.at >= limit) throw unusual;
      const byte = bytes[this.at++] as number;
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw unusual;
  }

  private attempt(limit: number): number {
    const attempt = this.count(limit);
    if (attempt >>> 0 !== attempt) throw unusual;
    return attempt;
  }

  private count(limit: number): number {
    const { bytes } = this;
    let value = 0;
    for (let scale = 1; scale <= 128 ** 7; scale *= 128) {
      if (this.at >= limit) throw unusual;
      const byte = bytes[this.at++] as number;
      value += (byte & 127) * scale;
      if (byte >= 128) continue;
      if (value > Number.MAX_SAFE_INTEGER) throw unusual;
      return value;
    }
    throw unusual;
  }

  private double(limit: number): number {
    const { at } = this;
    if (at + 8 > limit) throw unusual;
    this.at = at + 8;
    return this.view.getFloat64(at, true);
  }

  private amount(limit: number): number {
    const amount = this.double(limit);
    if (amount >= 0 && amount < Infinity) return amount;
    throw unusual;
  }
}
