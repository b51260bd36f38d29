// What travels on the link, as the two apps see it: parsed, checked, without the wire's encodings.
// Ids are lower-case UUID text, digests lower-case hex of SHA-256, times Unix milliseconds, durations milliseconds.
// Integers are safe, non-negative; absent parts are null.
import type { LinkRecord, Outcome } from './record.js';

export * from './record.js';

export type LinkFrame = SatelliteFrame | HubFrame | Goodbye;

/** satellite → hub */
export type SatelliteFrame = Hello | RosterApplied | ResultBatch | StreamLoss | Heartbeat | RunProgress;

/** hub → satellite */
export type HubFrame = Welcome | RosterUpdate | Ack | HeartbeatReply | RunNow | CancelRun | ConfirmRun;

const directions: Record<FrameKind, 'satellite' | 'hub' | 'both'> = {
  hello: 'satellite',
  rosterApplied: 'satellite',
  resultBatch: 'satellite',
  streamLoss: 'satellite',
  heartbeat: 'satellite',
  runProgress: 'satellite',
  welcome: 'hub',
  rosterUpdate: 'hub',
  ack: 'hub',
  heartbeatReply: 'hub',
  runNow: 'hub',
  cancelRun: 'hub',
  confirmRun: 'hub',
  goodbye: 'both',
};

export const isSatelliteFrame = (frame: LinkFrame): frame is SatelliteFrame => directions[frame.kind] === 'satellite';
export const isHubFrame = (frame: LinkFrame): frame is HubFrame => directions[frame.kind] === 'hub';

export type FrameKind = LinkFrame['kind'];
export type FrameOf<Kind extends FrameKind> = Extract<LinkFrame, { kind: Kind }>;

/** The first frame on a socket, from the satellite. */
export interface Hello {
  kind: 'hello';
  version: string;
  /** New for every process life: tells a reconnect from a second machine with the same token. */
  processId: string;
  probeKinds: string[];
  /** Of `probeKinds`, those that the satellite's owner does not allow. */
  refusedKinds: string[];
  /** What it understands beyond the first release: `confirm_run`. */
  features: string[];
  rosterRevision: number;
  /** '' without a roster. */
  rosterDigest: string;
  streams: StreamRange[];
  wallClockMs: number;
  hostname: string;
  platform: string;
  runtime: string;
}

/** What the satellite still holds of one spool stream: both ends included. */
export interface StreamRange {
  stream: string;
  firstSequence: number;
  lastSequence: number;
}

export interface Welcome {
  kind: 'welcome';
  satelliteId: string;
  satelliteName: string;
  location: string;
  epoch: number;
  /** The database's clock. */
  hubTimeMs: number;
  limits: Limits;
  /** One for every stream of Hello. */
  cursors: StreamCursor[];
  hubVersion: string;
  /** When the newest record of this satellite was stored; 0 from a hub that does not tell. */
  storedUntilMs: number;
}

export interface Limits {
  heartbeatIntervalMs: number;
  maxBatchRecords: number;
  maxFrameBytes: number;
  /** Batches that may be under way without an Ack. */
  windowBatches: number;
  spoolMaxAgeMs: number;
}

export interface StreamCursor {
  stream: string;
  /** The last stored sequence number; 0: nothing is stored. */
  sequence: number;
}

/** The set of slices to run, whole or as a difference. */
export interface RosterUpdate {
  kind: 'rosterUpdate';
  /** What is held after the update. */
  revision: number;
  digest: string;
  /** true: `slices` is the whole roster. false: applies only to exactly (baseRevision, baseDigest). */
  whole: boolean;
  baseRevision: number;
  /** '' when whole. */
  baseDigest: string;
  slices: Slice[];
  /** Slice ids to forget. */
  removed: string[];
}

export interface RosterApplied {
  kind: 'rosterApplied';
  revision: number;
  digest: string;
  /** Why the update could not be taken; '' when it was. The hub answers a problem with the whole roster. */
  problem: string;
}

export interface Slice {
  id: string;
  definitionDigest: string;
  job: Job;
  schedule: Schedule;
  /** Names for logs and templates, never evaluated. */
  labels: Record<string, string>;
  changedAtMs: number;
  /** Whether it may be run off the grid to confirm a failure. */
  confirm: boolean;
}

/** What to run. */
export interface Job {
  kind: string;
  configJson: string;
  collectors: Collector[];
  timeoutMs: number;
}

export interface Collector {
  name: string;
  configJson: string;
  assertionsJson: string;
}

export type Schedule =
  | { kind: 'interval'; intervalMs: number }
  /** `timeZone` is an IANA name. */
  | { kind: 'cron'; expression: string; timeZone: string };

/** Consecutive records of one stream: firstSequence, firstSequence + 1, … */
export interface ResultBatch {
  kind: 'resultBatch';
  stream: string;
  firstSequence: number;
  records: LinkRecord[];
  /** The satellite's clocks when the batch left; with a record's they give its age. */
  wallClockMs: number;
  /** 0 when the stream is from an earlier boot. */
  monotonicMs: number;
}

/** A ResultBatch as it is sent, whose records are encoded already: what the spool keeps travels as it is. */
export interface SpooledBatch extends Omit<ResultBatch, 'kind' | 'records'> {
  kind: 'spooledBatch';
  records: Uint8Array[];
}

/** Everything up to and including `sequence` is stored, refused or declared lost. */
export interface Ack {
  kind: 'ack';
  stream: string;
  sequence: number;
}

/** Sequence numbers that the satellite no longer holds, both ends included. */
export interface StreamLoss {
  kind: 'streamLoss';
  stream: string;
  fromSequence: number;
  toSequence: number;
  reason: string;
}

export interface Heartbeat {
  kind: 'heartbeat';
  id: number;
  sentAtMs: number;
  gauges: Gauges;
}

export interface Gauges {
  slices: number;
  running: number;
  runsPerSecond: number;
  spoolRecords: number;
  spoolBytes: number;
  spoolOldestAgeMs: number;
  lostRecords: number;
  residentBytes: number;
  cpuFraction: number;
  /** The satellite's own estimate, hub − satellite: may be negative. */
  clockOffsetMs: number;
  roundTripMs: number;
  warnings: string[];
}

export interface HeartbeatReply {
  kind: 'heartbeatReply';
  id: number;
  sentAtMs: number;
  receivedAtMs: number;
  repliedAtMs: number;
}

/** Run this once, now; its outcome goes to the person who asked, never to spool or history. */
export interface RunNow {
  kind: 'runNow';
  runId: string;
  job: Job;
  labels: Record<string, string>;
}

export interface CancelRun {
  kind: 'cancelRun';
  runId: string;
}

/** Elsewhere a target of this slice's check began to fail: run it once, now, off the grid. */
export interface ConfirmRun {
  kind: 'confirmRun';
  slice: string;
}

export interface RunProgress {
  kind: 'runProgress';
  runId: string;
  log: LogLine[];
  /** Set once, in the last progress of a run. */
  outcome: Outcome | null;
}

export interface LogLine {
  /** Since the run began. */
  atMs: number;
  text: string;
}

export const goodbyeReasons = [
  'draining',
  'revoked',
  'disabled',
  'conflict',
  'protocol_error',
  'stopping',
  'superseded',
] as const;
export type GoodbyeReason = (typeof goodbyeReasons)[number];

export interface Goodbye {
  kind: 'goodbye';
  reason: GoodbyeReason;
  message: string;
  /** 0: as the peer likes. */
  retryAfterMs: number;
}
