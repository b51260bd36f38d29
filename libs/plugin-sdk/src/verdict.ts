import type { Reading } from './facts.js';

/** What one run says, and what a slice, check or system is over time. Worst first: unhealthy, degraded, unknown, healthy. */
export const verdicts = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

/** Whose trouble a failure is. */
export const sides = ['target', 'network', 'satellite', 'config'] as const;
export type Side = (typeof sides)[number];

/** Why a run has no good verdict: data for people, never an exception that escapes. */
export interface Failure {
  side: Side;
  /** Stable, snake_case. */
  code: string;
  /** One sentence a person can act on. */
  message: string;
}

/** Thrown inside a probe's `run` to end it with a failure. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
  /** What was read before the failure, by collector: kept with the run, and its assertions are evaluated. */
  readonly readings: Record<string, Reading> | undefined;

  constructor(
    readonly side: Side,
    readonly code: string,
    message: string,
    options?: ErrorOptions & { readings?: Record<string, Reading> },
  ) {
    super(message, options);
    this.readings = options?.readings;
  }
}
