import type { LogLine, RunNow, RunProgress } from '../frame.js';
import { frameLimits } from '../limits.js';
import { amount, list, present, text, uuidFromBytes, uuidToBytes } from './fields.js';
import { readOutcome, writeOutcome } from './results.js';
import { labels, readJob, writeJob } from './roster.js';
import type { Decoded, wire } from './wire.js';

export function readRunNow(message: Decoded<wire.RunNow.$Properties>): RunNow {
  return {
    kind: 'runNow',
    runId: uuidFromBytes(message.runId, 'run_id'),
    job: readJob(present(message.job, 'job')),
    labels: labels(message.labels),
  };
}

export function writeRunNow(run: RunNow): wire.RunNow.$Properties {
  return { runId: uuidToBytes(run.runId, 'run_id'), job: writeJob(run.job), labels: labels(run.labels) };
}

export function readRunProgress(message: Decoded<wire.RunProgress.$Properties>): RunProgress {
  return {
    kind: 'runProgress',
    runId: uuidFromBytes(message.runId, 'run_id'),
    log: log(message.log),
    outcome: message.result === null ? null : readOutcome(message.result),
  };
}

/** The outcome travels as a Result without slice and slot: a run on demand has none. */
export function writeRunProgress(progress: RunProgress): wire.RunProgress.$Properties {
  return {
    runId: uuidToBytes(progress.runId, 'run_id'),
    log: log(progress.log),
    result: progress.outcome === null ? null : writeOutcome(progress.outcome),
  };
}

function log(lines: LogLine[]): LogLine[] {
  return list(lines, 'log', frameLimits.logLines).map((line) => ({
    atMs: amount(line.atMs, 'log.at_ms'),
    text: text(line.text, 'log.text', frameLimits.sentence),
  }));
}
