import {
  goodbyeReasons,
  type Gauges,
  type Goodbye,
  type Heartbeat,
  type HeartbeatReply,
  type Hello,
  type Limits,
  type StreamLoss,
  type StreamRange,
  type Welcome,
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
  present,
  smallCount,
  text,
  uuidFromBytes,
  uuidToBytes,
} from './fields.js';
import { readOptionalDigest, writeOptionalDigest } from './roster.js';
import type { Decoded, wire } from './wire.js';

type HelloBody = Pick<
  Hello,
  | 'version'
  | 'probeKinds'
  | 'refusedKinds'
  | 'features'
  | 'rosterRevision'
  | 'wallClockMs'
  | 'hostname'
  | 'platform'
  | 'runtime'
>;

function helloBody(hello: HelloBody): HelloBody {
  return {
    version: name(hello.version, 'version', frameLimits.name),
    probeKinds: namesIn(hello.probeKinds, 'probe_kinds'),
    refusedKinds: namesIn(hello.refusedKinds, 'refused_kinds'),
    features: namesIn(hello.features, 'features'),
    rosterRevision: count(hello.rosterRevision, 'roster_revision'),
    wallClockMs: count(hello.wallClockMs, 'wall_clock_ms'),
    hostname: text(hello.hostname, 'hostname', frameLimits.name),
    platform: text(hello.platform, 'platform', frameLimits.name),
    runtime: text(hello.runtime, 'runtime', frameLimits.name),
  };
}

function namesIn(given: string[], field: string): string[] {
  return list(given, field, frameLimits.probeKinds).map((kind) => name(kind, field, frameLimits.name));
}

export function readHello(message: Decoded<wire.Hello.$Properties>): Hello {
  return {
    kind: 'hello',
    ...helloBody(message),
    processId: uuidFromBytes(message.processId, 'process_id'),
    rosterDigest: readOptionalDigest(message.rosterDigest, 'roster_digest'),
    streams: list(message.streams, 'streams', frameLimits.streams).map((range) => ({
      stream: uuidFromBytes(range.stream, 'streams.stream'),
      ...sequences(range),
    })),
  };
}

export function writeHello(hello: Hello): wire.Hello.$Properties {
  return {
    ...helloBody(hello),
    processId: uuidToBytes(hello.processId, 'process_id'),
    rosterDigest: writeOptionalDigest(hello.rosterDigest, 'roster_digest'),
    streams: list(hello.streams, 'streams', frameLimits.streams).map((range) => ({
      stream: uuidToBytes(range.stream, 'streams.stream'),
      ...sequences(range),
    })),
  };
}

type Sequences = Omit<StreamRange, 'stream'>;

function sequences({ firstSequence, lastSequence }: Sequences): Sequences {
  checkRange(firstSequence, lastSequence);
  return { firstSequence, lastSequence };
}

function checkRange(from: number, to: number): void {
  count(from, 'first sequence');
  count(to, 'last sequence');
  if (from === 0) throw new FrameError('first sequence: sequence numbers begin at 1');
  if (to < from) throw new FrameError('last sequence: lies before the first');
}

type WelcomeBody = Pick<Welcome, 'satelliteName' | 'location' | 'epoch' | 'hubTimeMs' | 'hubVersion' | 'storedUntilMs'>;

function welcomeBody(welcome: WelcomeBody): WelcomeBody {
  return {
    satelliteName: text(welcome.satelliteName, 'satellite_name', frameLimits.name),
    location: text(welcome.location, 'location', frameLimits.name),
    epoch: count(welcome.epoch, 'epoch'),
    hubTimeMs: count(welcome.hubTimeMs, 'hub_time_ms'),
    hubVersion: text(welcome.hubVersion, 'hub_version', frameLimits.name),
    storedUntilMs: count(welcome.storedUntilMs, 'stored_until_ms'),
  };
}

export function readWelcome(message: Decoded<wire.Welcome.$Properties>): Welcome {
  return {
    kind: 'welcome',
    ...welcomeBody(message),
    satelliteId: uuidFromBytes(message.satelliteId, 'satellite_id'),
    limits: limits(present(message.limits, 'limits')),
    cursors: list(message.cursors, 'cursors', frameLimits.streams).map((cursor) => ({
      stream: uuidFromBytes(cursor.stream, 'cursors.stream'),
      sequence: count(cursor.sequence, 'cursors.sequence'),
    })),
  };
}

export function writeWelcome(welcome: Welcome): wire.Welcome.$Properties {
  return {
    ...welcomeBody(welcome),
    satelliteId: uuidToBytes(welcome.satelliteId, 'satellite_id'),
    limits: limits(welcome.limits),
    cursors: list(welcome.cursors, 'cursors', frameLimits.streams).map((cursor) => ({
      stream: uuidToBytes(cursor.stream, 'cursors.stream'),
      sequence: count(cursor.sequence, 'cursors.sequence'),
    })),
  };
}

/** A limit of 0 would stop the satellite for good. */
function limits(value: Limits): Limits {
  const atLeastOne = (number: number, field: string): number => {
    if (number === 0) throw new FrameError(`limits.${field}: is 0`);
    return smallCount(number, `limits.${field}`);
  };
  if (value.spoolMaxAgeMs === 0) throw new FrameError('limits.spool_max_age_ms: is 0');
  return {
    heartbeatIntervalMs: atLeastOne(value.heartbeatIntervalMs, 'heartbeat_interval_ms'),
    maxBatchRecords: atLeastOne(value.maxBatchRecords, 'max_batch_records'),
    maxFrameBytes: atLeastOne(value.maxFrameBytes, 'max_frame_bytes'),
    windowBatches: atLeastOne(value.windowBatches, 'window_batches'),
    spoolMaxAgeMs: count(value.spoolMaxAgeMs, 'limits.spool_max_age_ms'),
  };
}

type LossBody = Omit<StreamLoss, 'kind' | 'stream'>;

function lossBody({ fromSequence, toSequence, reason }: LossBody): LossBody {
  checkRange(fromSequence, toSequence);
  return { fromSequence, toSequence, reason: name(reason, 'reason', frameLimits.name) };
}

export function readStreamLoss(message: Decoded<wire.StreamLoss.$Properties>): StreamLoss {
  return { kind: 'streamLoss', stream: uuidFromBytes(message.stream, 'stream'), ...lossBody(message) };
}

export function writeStreamLoss(loss: StreamLoss): wire.StreamLoss.$Properties {
  return { stream: uuidToBytes(loss.stream, 'stream'), ...lossBody(loss) };
}

export function readHeartbeat(message: Decoded<wire.Heartbeat.$Properties>): Heartbeat {
  return heartbeat({ id: message.id, sentAtMs: message.sentAtMs, gauges: present(message.gauges, 'gauges') });
}

export function heartbeat({ id, sentAtMs, gauges }: Omit<Heartbeat, 'kind'>): Heartbeat {
  return {
    kind: 'heartbeat',
    id: count(id, 'id'),
    sentAtMs: count(sentAtMs, 'sent_at_ms'),
    gauges: checkedGauges(gauges),
  };
}

function checkedGauges(gauges: Gauges): Gauges {
  return {
    slices: smallCount(gauges.slices, 'gauges.slices'),
    running: smallCount(gauges.running, 'gauges.running'),
    runsPerSecond: amount(gauges.runsPerSecond, 'gauges.runs_per_second'),
    spoolRecords: count(gauges.spoolRecords, 'gauges.spool_records'),
    spoolBytes: count(gauges.spoolBytes, 'gauges.spool_bytes'),
    spoolOldestAgeMs: amount(gauges.spoolOldestAgeMs, 'gauges.spool_oldest_age_ms'),
    lostRecords: count(gauges.lostRecords, 'gauges.lost_records'),
    residentBytes: count(gauges.residentBytes, 'gauges.resident_bytes'),
    cpuFraction: amount(gauges.cpuFraction, 'gauges.cpu_fraction'),
    clockOffsetMs: finite(gauges.clockOffsetMs, 'gauges.clock_offset_ms'),
    roundTripMs: amount(gauges.roundTripMs, 'gauges.round_trip_ms'),
    warnings: list(gauges.warnings, 'gauges.warnings', frameLimits.warnings).map((warning) =>
      text(warning, 'gauges.warnings', frameLimits.sentence),
    ),
  };
}

export function heartbeatReply(reply: Omit<HeartbeatReply, 'kind'>): HeartbeatReply {
  return {
    kind: 'heartbeatReply',
    id: count(reply.id, 'id'),
    sentAtMs: count(reply.sentAtMs, 'sent_at_ms'),
    receivedAtMs: count(reply.receivedAtMs, 'received_at_ms'),
    repliedAtMs: count(reply.repliedAtMs, 'replied_at_ms'),
  };
}

export function readGoodbye(message: Decoded<wire.Goodbye.$Properties>): Goodbye {
  return {
    kind: 'goodbye',
    reason: enumFromNumber(goodbyeReasons, message.reason, 'reason'),
    message: text(message.message, 'message', frameLimits.sentence),
    retryAfterMs: smallCount(message.retryAfterMs, 'retry_after_ms'),
  };
}

export function writeGoodbye(goodbye: Goodbye): wire.Goodbye.$Properties {
  return {
    reason: enumToNumber(goodbyeReasons, goodbye.reason, 'reason'),
    message: text(goodbye.message, 'message', frameLimits.sentence),
    retryAfterMs: smallCount(goodbye.retryAfterMs, 'retry_after_ms'),
  };
}
