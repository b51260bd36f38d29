// Bytes ↔ frames: the border of the link. What decodeFrame returns is checked; nothing behind it checks again.
import protobuf from 'protobufjs/minimal.js';
import { FrameError, uuidFromBytes, uuidToBytes, count, list } from './codec/fields.js';
import { readMessage } from './codec/frame-reader.js';
import { readIntakeBatch } from './codec/intake-batch.js';
import { readRecord, readResultBatch, writeRecord, writeResultBatch } from './codec/results.js';
import { readRosterApplied, readRosterUpdate, writeRosterApplied, writeRosterUpdate } from './codec/roster.js';
import { readRunNow, readRunProgress, writeRunNow, writeRunProgress } from './codec/runs.js';
import {
  heartbeat,
  heartbeatReply,
  readGoodbye,
  readHeartbeat,
  readHello,
  readStreamLoss,
  readWelcome,
  writeGoodbye,
  writeHello,
  writeStreamLoss,
  writeWelcome,
} from './codec/session.js';
import { wire, type Decoded } from './codec/wire.js';
import type { LinkFrame, LinkRecord, ResultBatch, SpooledBatch } from './frame.js';
import type { IntakeBatch } from './intake.js';
import { frameLimits } from './limits.js';

export { FrameError, uuidFromBytes, uuidToBytes } from './codec/fields.js';

/** Used again and again: what is encoded takes no memory but its own bytes. */
const writer = protobuf.Writer.create();

/** One frame as the payload of one binary WebSocket message. Throws FrameError where decodeFrame would. */
export function encodeFrame(frame: LinkFrame | SpooledBatch): Uint8Array {
  if (frame.kind === 'spooledBatch') return encodeSpooled(frame);
  return wire.Frame.encode(toWire(frame), emptied()).finish();
}

/**
 * The frame in one binary WebSocket message; null for one of a kind that only a newer release knows. Throws FrameError;
 * unknown fields are skipped.
 */
export function decodeFrame(bytes: Uint8Array): LinkFrame | null {
  if (bytes.length === 0) throw new FrameError('an empty frame');
  const frame = fromWire(readMessage(bytes, wire.Frame) as Decoded<wire.Frame.$Properties>);
  // Whoever keeps a record encodes it again.
  if (bytes.length > frameLimits.recordBytes && frame?.kind === 'resultBatch') frame.records.forEach(encodeRecord);
  return frame;
}

/** As decodeFrame, but a batch as a hub takes it in. What it holds of `bytes` must not change. */
export function decodeIntake(bytes: Uint8Array): Exclude<LinkFrame, ResultBatch> | IntakeBatch | null {
  const batch = readIntakeBatch(bytes);
  if (batch !== null) return batch;
  const frame = decodeFrame(bytes);
  return frame?.kind === 'resultBatch' ? intakeBatch(frame) : frame;
}

/** The batch as a hub takes it in. */
export function intakeBatch(batch: ResultBatch): IntakeBatch {
  // Encoded here it has the usual form.
  const taken = readIntakeBatch(encodeFrame(batch));
  if (taken === null) throw new FrameError('a batch that is not read as it was encoded');
  return taken;
}

/** One record as the spool keeps it. */
export function encodeRecord(record: LinkRecord): Uint8Array {
  const bytes = wire.Record.encode(writeRecord(record), emptied()).finish();
  if (bytes.length > frameLimits.recordBytes) throw new FrameError(`record: ${bytes.length} bytes are too long`);
  return bytes;
}

export function decodeRecord(bytes: Uint8Array): LinkRecord {
  return readRecord(readMessage(bytes, wire.Record) as Decoded<wire.Record.$Properties>);
}

const [batchTag = 0] = wire.Frame.encode({ resultBatch: {} }).finish();
const [recordTag = 0] = wire.ResultBatch.encode({ records: [{}] }).finish();

/** The same bytes as of the batch with its records decoded: its fields in their order. */
function encodeSpooled({ records, ...rest }: SpooledBatch): Uint8Array {
  const head = writeResultBatch({ ...rest, kind: 'resultBatch', records: [] });
  const { stream = null, firstSequence = 0, ...clocks } = head;
  wire.ResultBatch.encode({ stream, firstSequence }, emptied().uint32(batchTag).fork());
  for (const record of list(records, 'records', frameLimits.records)) writer.uint32(recordTag).bytes(record);
  return wire.ResultBatch.encode(clocks, writer).ldelim().finish();
}

/** Also after a frame that could not be encoded to its end. */
function emptied(): protobuf.Writer {
  writer.states = null;
  return writer.reset();
}

function toWire(frame: LinkFrame): wire.Frame.$Properties {
  switch (frame.kind) {
    case 'hello':
      return { hello: writeHello(frame) };
    case 'rosterApplied':
      return { rosterApplied: writeRosterApplied(frame) };
    case 'resultBatch':
      return { resultBatch: writeResultBatch(frame) };
    case 'streamLoss':
      return { streamLoss: writeStreamLoss(frame) };
    case 'heartbeat':
      return { heartbeat: heartbeat(frame) };
    case 'runProgress':
      return { runProgress: writeRunProgress(frame) };
    case 'welcome':
      return { welcome: writeWelcome(frame) };
    case 'rosterUpdate':
      return { rosterUpdate: writeRosterUpdate(frame) };
    case 'ack':
      return { ack: { stream: uuidToBytes(frame.stream, 'stream'), sequence: count(frame.sequence, 'sequence') } };
    case 'heartbeatReply':
      return { heartbeatReply: heartbeatReply(frame) };
    case 'runNow':
      return { runNow: writeRunNow(frame) };
    case 'cancelRun':
      return { cancelRun: { runId: uuidToBytes(frame.runId, 'run_id') } };
    case 'confirmRun':
      return { confirmRun: { slice: uuidToBytes(frame.slice, 'slice') } };
    case 'goodbye':
      return { goodbye: writeGoodbye(frame) };
  }
}

function fromWire(frame: Decoded<wire.Frame.$Properties>): LinkFrame | null {
  // The most frequent first: the getter of `kind` would look through all of them.
  if (frame.resultBatch !== null) return readResultBatch(frame.resultBatch);
  if (frame.ack !== null) {
    return { kind: 'ack', stream: uuidFromBytes(frame.ack.stream, 'stream'), sequence: frame.ack.sequence };
  }
  if (frame.heartbeat !== null) return readHeartbeat(frame.heartbeat);
  if (frame.heartbeatReply !== null) return heartbeatReply(frame.heartbeatReply);
  if (frame.runProgress !== null) return readRunProgress(frame.runProgress);
  if (frame.runNow !== null) return readRunNow(frame.runNow);
  if (frame.cancelRun !== null) return { kind: 'cancelRun', runId: uuidFromBytes(frame.cancelRun.runId, 'run_id') };
  if (frame.confirmRun !== null) return { kind: 'confirmRun', slice: uuidFromBytes(frame.confirmRun.slice, 'slice') };
  if (frame.rosterUpdate !== null) return readRosterUpdate(frame.rosterUpdate);
  if (frame.rosterApplied !== null) return readRosterApplied(frame.rosterApplied);
  if (frame.streamLoss !== null) return readStreamLoss(frame.streamLoss);
  if (frame.hello !== null) return readHello(frame.hello);
  if (frame.welcome !== null) return readWelcome(frame.welcome);
  if (frame.goodbye !== null) return readGoodbye(frame.goodbye);
  return null;
}
