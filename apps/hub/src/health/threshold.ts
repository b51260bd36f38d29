import type { State, Thresholds } from '@checkstack/api';
import { withVerdict } from './flapping.js';
import { countIn, decideAmong, withLetter, type Known } from './last-runs.js';

/** What a run contributes to its slice's state. */
export interface Run {
  slotMs: number;
  attempt: number;
  verdict: State;
  /** Why it has no good verdict. */
  message: string | null;
}

/**
 * A slice as its runs show it, after the last of them. A streak counts the runs in a row, up to the last, that were
 * healthy; that were unhealthy; that were not healthy; that were not unhealthy; that were unknown.
 */
export interface Evaluation {
  /** null before the first run that had a verdict other than unknown. */
  state: Known | null;
  /** Its last runs could not be carried out: the slice is unknown, whatever `state` was before. */
  isBlind: boolean;
  /** Slot of the run that made it so. */
  sinceMs: number;
  reason: string | null;
  healthy: number;
  unhealthy: number;
  notHealthy: number;
  notUnhealthy: number;
  unknown: number;
  /** With a window of thresholds: the last verdicts, a letter each. */
  lastRuns: string;
  lastVerdict: Known | null;
  /** Which of the last runs brought another verdict. */
  changes: number;
}

export const unevaluated: Evaluation = {
  state: null,
  isBlind: false,
  sinceMs: 0,
  reason: null,
  healthy: 0,
  unhealthy: 0,
  notHealthy: 0,
  notUnhealthy: 0,
  unknown: 0,
  lastRuns: '',
  lastVerdict: null,
  changes: 0,
};

/**
 * Consecutive thresholds. A slice becomes healthy after `healthy` healthy runs in a row, unhealthy after `unhealthy`
 * unhealthy ones, and degraded after `degraded` runs on its way: down, those that were not healthy (an unhealthy run
 * counts towards degraded too); up from unhealthy, those that were not unhealthy. Its very first run decides alone:
 * there is no state yet to protect from flapping. Runs that are unknown neither count nor break a streak, but
 * `degraded` of them in a row make the slice blind, until a run has a verdict again. With a window, what counts is how many of the
 * last runs were unhealthy, or not healthy.
 */
export function nextEvaluation(before: Evaluation, run: Run, thresholds: Thresholds): Evaluation {
  if (run.verdict === 'unknown') {
    const unknown = before.unknown + 1;
    if (before.isBlind || (before.state !== null && unknown < thresholds.degraded)) return { ...before, unknown };
    return { ...before, unknown, isBlind: true, sinceMs: run.slotMs, reason: run.message };
  }
  const isHealthy = run.verdict === 'healthy';
  const isUnhealthy = run.verdict === 'unhealthy';
  const counted: Evaluation = {
    state: before.state,
    isBlind: false,
    sinceMs: before.sinceMs,
    reason: before.reason,
    healthy: isHealthy ? before.healthy + 1 : 0,
    unhealthy: isUnhealthy ? before.unhealthy + 1 : 0,
    notHealthy: isHealthy ? 0 : before.notHealthy + 1,
    notUnhealthy: isUnhealthy ? 0 : before.notUnhealthy + 1,
    unknown: 0,
    lastRuns: thresholds.window === undefined ? '' : withLetter(before.lastRuns, run.verdict, thresholds.window),
    lastVerdict: run.verdict,
    changes: withVerdict(before.changes, before.lastVerdict !== null && before.lastVerdict !== run.verdict),
  };
  const state =
    thresholds.window === undefined
      ? decide(before.state ?? run.verdict, counted, thresholds)
      : decideAmong(counted.lastRuns, { ...thresholds, window: thresholds.window });
  if (state === before.state && !before.isBlind) return counted;
  return { ...counted, state, sinceMs: run.slotMs, reason: reasonOf(state, run, counted) };
}

/** Whether the state is the same, whatever came before the runs that were evaluated. */
export function isSettled(evaluation: Evaluation, thresholds: Thresholds): boolean {
  const { healthy, unhealthy, notHealthy, notUnhealthy } = evaluation;
  if (thresholds.window !== undefined) return evaluation.lastRuns.length >= thresholds.window;
  return (
    healthy >= thresholds.healthy ||
    unhealthy >= thresholds.unhealthy ||
    Math.min(notHealthy, notUnhealthy) >= thresholds.degraded
  );
}

type Streaks = Pick<Evaluation, 'healthy' | 'unhealthy' | 'notHealthy' | 'notUnhealthy'>;

function decide(state: Known, streaks: Streaks, thresholds: Thresholds): Known {
  if (streaks.healthy >= thresholds.healthy) return 'healthy';
  if (streaks.unhealthy >= thresholds.unhealthy) return 'unhealthy';
  const towardsDegraded = state === 'unhealthy' ? streaks.notUnhealthy : streaks.notHealthy;
  return towardsDegraded >= thresholds.degraded ? 'degraded' : state;
}

function reasonOf(state: Known, run: Run, counted: Evaluation): string | null {
  if (state === 'healthy') return null;
  const message = run.message ?? (run.verdict === 'healthy' ? 'Recovering' : 'The run failed');
  const sentence = message.replace(/\.$/, '');
  const { lastRuns } = counted;
  if (lastRuns.length > 1) return `${sentence} (${countIn(lastRuns, state)} of the last ${lastRuns.length} runs)`;
  const count = state === 'unhealthy' ? counted.unhealthy : counted.notHealthy;
  return count > 1 ? `${sentence} (${count} runs in a row)` : message;
}
