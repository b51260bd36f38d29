import type { Collector, Job, RosterApplied, RosterUpdate, Schedule, Slice } from '../frame.js';
import { frameLimits } from '../limits.js';
import {
  count,
  digestFromBytes,
  digestToBytes,
  FrameError,
  list,
  name,
  names,
  present,
  smallCount,
  text,
  uuidFromBytes,
  uuidToBytes,
} from './fields.js';
import type { Decoded, wire } from './wire.js';

const noDigest = new Uint8Array();

export function readRosterUpdate(message: Decoded<wire.RosterUpdate.$Properties>): RosterUpdate {
  return {
    kind: 'rosterUpdate',
    revision: count(message.revision, 'revision'),
    digest: digestFromBytes(message.digest, 'digest'),
    whole: message.whole,
    baseRevision: count(message.baseRevision, 'base_revision'),
    baseDigest: readOptionalDigest(message.baseDigest, 'base_digest'),
    slices: list(message.slices, 'slices', frameLimits.slices).map(readSlice),
    removed: list(message.removed, 'removed', frameLimits.slices).map((id) => uuidFromBytes(id, 'removed')),
  };
}

export function writeRosterUpdate(update: RosterUpdate): wire.RosterUpdate.$Properties {
  return {
    revision: count(update.revision, 'revision'),
    digest: digestToBytes(update.digest, 'digest'),
    whole: update.whole,
    baseRevision: count(update.baseRevision, 'base_revision'),
    baseDigest: writeOptionalDigest(update.baseDigest, 'base_digest'),
    slices: list(update.slices, 'slices', frameLimits.slices).map(writeSlice),
    removed: list(update.removed, 'removed', frameLimits.slices).map((id) => uuidToBytes(id, 'removed')),
  };
}

export function readRosterApplied(message: Decoded<wire.RosterApplied.$Properties>): RosterApplied {
  return {
    kind: 'rosterApplied',
    revision: count(message.revision, 'revision'),
    digest: readOptionalDigest(message.digest, 'digest'),
    problem: text(message.problem, 'problem', frameLimits.sentence),
  };
}

export function writeRosterApplied(applied: RosterApplied): wire.RosterApplied.$Properties {
  return {
    revision: count(applied.revision, 'revision'),
    digest: writeOptionalDigest(applied.digest, 'digest'),
    problem: text(applied.problem, 'problem', frameLimits.sentence),
  };
}

/** '' stands for "no roster". */
export function readOptionalDigest(bytes: Uint8Array, field: string): string {
  return bytes.length === 0 ? '' : digestFromBytes(bytes, field);
}

export function writeOptionalDigest(digest: string, field: string): Uint8Array {
  return digest === '' ? noDigest : digestToBytes(digest, field);
}

function readSlice(message: Decoded<wire.Slice.$Properties>): Slice {
  return {
    id: uuidFromBytes(message.id, 'slice.id'),
    definitionDigest: digestFromBytes(message.definitionDigest, 'slice.definition_digest'),
    job: readJob(present(message.job, 'slice.job')),
    schedule: readSchedule(present(message.schedule, 'slice.schedule')),
    labels: labels(message.labels),
    changedAtMs: count(message.changedAtMs, 'slice.changed_at_ms'),
    confirm: !message.unconfirmed,
  };
}

function writeSlice(slice: Slice): wire.Slice.$Properties {
  return {
    id: uuidToBytes(slice.id, 'slice.id'),
    definitionDigest: digestToBytes(slice.definitionDigest, 'slice.definition_digest'),
    job: writeJob(slice.job),
    schedule: writeSchedule(slice.schedule),
    labels: labels(slice.labels),
    changedAtMs: count(slice.changedAtMs, 'slice.changed_at_ms'),
    // Left out rather than false: the bytes of a release that does not know it.
    ...(!slice.confirm && { unconfirmed: true }),
  };
}

export function labels(map: Record<string, string>): Record<string, string> {
  for (const label of names(map, 'labels', frameLimits.labels, frameLimits.name)) {
    text(map[label] ?? '', `labels.${label}`, frameLimits.sentence);
  }
  return map;
}

export function readJob(message: Decoded<wire.Job.$Properties>): Job {
  return job(message);
}

export function writeJob(value: Job): wire.Job.$Properties {
  return job(value);
}

function job({ kind, configJson, collectors, timeoutMs }: Job): Job {
  if (timeoutMs === 0) throw new FrameError('job.timeout_ms: is 0');
  return {
    kind: name(kind, 'job.kind', frameLimits.name),
    configJson: name(configJson, 'job.config_json', frameLimits.json),
    collectors: list(collectors, 'job.collectors', frameLimits.collectors).map(collector),
    timeoutMs: smallCount(timeoutMs, 'job.timeout_ms'),
  };
}

function collector(value: Collector): Collector {
  return {
    name: name(value.name, 'collector.name', frameLimits.name),
    configJson: text(value.configJson, 'collector.config_json', frameLimits.json),
    assertionsJson: text(value.assertionsJson, 'collector.assertions_json', frameLimits.json),
  };
}

function readSchedule(message: Decoded<wire.Schedule.$Properties>): Schedule {
  if (message.cron !== null) {
    const { expression, timeZone } = message.cron;
    return schedule({ kind: 'cron', expression, timeZone });
  }
  return schedule({ kind: 'interval', intervalMs: present(message.intervalMs, 'schedule') });
}

function writeSchedule(value: Schedule): wire.Schedule.$Properties {
  const checked = schedule(value);
  return checked.kind === 'cron' ? { cron: checked } : { intervalMs: checked.intervalMs };
}

function schedule(value: Schedule): Schedule {
  if (value.kind === 'cron') {
    const expression = name(value.expression, 'schedule.cron.expression', frameLimits.name);
    return { kind: 'cron', expression, timeZone: name(value.timeZone, 'schedule.cron.time_zone', frameLimits.name) };
  }
  if (value.intervalMs === 0) throw new FrameError('schedule.interval_ms: is 0');
  return { kind: 'interval', intervalMs: smallCount(value.intervalMs, 'schedule.interval_ms') };
}
