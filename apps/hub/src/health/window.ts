import type { State, Thresholds } from '@checkstack/api';
import { attempts } from '@checkstack/link';
import { nextEvaluation, unevaluated, type Evaluation, type Run } from './threshold.js';

/** The runs of a slice that may still decide its state, in slot order, and what they add up to. */
export interface Window {
  /** After the runs that have left the window. */
  start: Evaluation;
  runs: readonly Run[];
  now: Evaluation;
}

/** How many runs it takes: no streak that matters is longer. */
export function windowLength({ healthy, degraded, unhealthy, window }: Thresholds): number {
  return window ?? Math.max(healthy, degraded, unhealthy);
}

/** The window after these runs, given in slot order. */
export function windowOf(runs: readonly Run[], thresholds: Thresholds): Window {
  let window: Window = { start: unevaluated, runs: [], now: unevaluated };
  for (const run of runs) window = withRun(window, run, thresholds);
  return window;
}

/**
 * Runs enter in slot order. A late one takes its place among the kept ones, and the state as of now is evaluated anew;
 * one older than all of them fills history only.
 */
export function withRun(window: Window, run: Run, thresholds: Thresholds): Window {
  const { runs, start } = window;
  let at = runs.length;
  while (at > 0 && isBefore(run, runs[at - 1] as Run)) at--;
  const length = windowLength(thresholds);
  if (at === 0 && runs.length >= length) return window;
  const left = Math.max(0, runs.length + 1 - length);
  const isLast = at === runs.length;
  const kept = runs.slice(left);
  if (isLast) kept.push(run);
  else kept.splice(at - left, 0, run);
  let newStart = start;
  for (let index = 0; index < left; index++) newStart = nextEvaluation(newStart, runs[index] as Run, thresholds);
  let now = isLast ? nextEvaluation(window.now, run, thresholds) : newStart;
  if (!isLast) for (const each of kept) now = nextEvaluation(now, each, thresholds);
  return { start: newStart, runs: kept, now };
}

/** The run among these, given in slot order, with which a healthy slice begins to fail; one that confirms begins nothing. */
export function onsetIn(before: Window, runs: readonly Run[]): Run | undefined {
  const failing = runs.find(({ verdict, attempt }) => isFailing(verdict) && attempt <= attempts.first);
  if (!failing) return undefined;
  const known = before.runs.findLast(({ verdict }) => verdict !== 'unknown');
  return known?.verdict === 'healthy' && isBefore(known, failing) ? failing : undefined;
}

export function newestSlot(window: Window): number | undefined {
  return window.runs.at(-1)?.slotMs;
}

function isFailing(verdict: State): boolean {
  return verdict === 'unhealthy' || verdict === 'degraded';
}

/** In slot order. */
export function isBefore(one: Run, other: Run): boolean {
  return one.slotMs === other.slotMs ? one.attempt < other.attempt : one.slotMs < other.slotMs;
}
