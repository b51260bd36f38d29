// Thresholds that count how many of the last runs failed, in a row or not.
import type { State, Thresholds } from '@checkstack/api';

export type Known = Exclude<State, 'unknown'>;

const letters: Record<Known, string> = { healthy: 'H', degraded: 'D', unhealthy: 'U' };

/** The last verdicts with one more, at most `window` of them. */
export function withLetter(lastRuns: string, verdict: Known, window: number): string {
  return (lastRuns + letters[verdict]).slice(-window);
}

/** Runs that speak for a state: those that failed speak for degraded too. */
export function countIn(lastRuns: string, state: 'degraded' | 'unhealthy'): number {
  return [...lastRuns].filter((letter) => letter === 'U' || (letter === 'D' && state === 'degraded')).length;
}

/** As long as there are fewer runs than the window takes, the first one stands for those that are missing. */
export function decideAmong(lastRuns: string, { degraded, unhealthy, window }: Thresholds & { window: number }): Known {
  const all = lastRuns.padStart(window, lastRuns[0]);
  if (countIn(all, 'unhealthy') >= unhealthy) return 'unhealthy';
  return countIn(all, 'degraded') >= degraded ? 'degraded' : 'healthy';
}
