import type { Outcome } from '@checkstack/link';

/** The outcome of a slot in which nothing was tried. */
export function refused(side: 'satellite' | 'config', code: string, message: string, nowMs: number): Outcome {
  return {
    verdict: 'unknown',
    startedAtMs: Math.round(nowMs),
    durationMs: 0,
    failure: { side, code, message },
    facts: {},
    assertions: [],
  };
}
