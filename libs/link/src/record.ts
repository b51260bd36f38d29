// What a satellite reports: results and gaps, as the two apps see them; frame.ts says of which kind numbers and texts are.

export type LinkRecord = Result | Gap;

export const verdicts = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

export const sides = ['target', 'network', 'satellite', 'config'] as const;
export type Side = (typeof sides)[number];

export interface Failure {
  side: Side;
  /** Stable, snake_case. */
  code: string;
  message: string;
}

export type FactValue = number | string | boolean;

/** What one run reported. */
export interface Outcome {
  verdict: Verdict;
  startedAtMs: number;
  durationMs: number;
  failure: Failure | null;
  facts: Record<string, FactValue>;
  /** Those that did not hold, or could not be evaluated. */
  assertions: AssertionOutcome[];
}

/** Why a run was made: `attempt` of a result. What confirms is ordered behind the run of the same slot that failed. */
export const attempts = { scheduled: 0, first: 1, confirm: 2, askedFor: 3 } as const;

/** The outcome of a slice's run. (slice, slotMs, attempt) names it for good. */
export interface Result extends Outcome {
  kind: 'result';
  slice: string;
  /** The due time on the grid. */
  slotMs: number;
  /** See `attempts`. */
  attempt: number;
  monotonicMs: number;
}

export interface AssertionOutcome {
  /** Position of the collector in the job, then of the assertion in the collector. */
  collector: number;
  assertion: number;
  passed: boolean;
  expected: string;
  actual: string;
  severity: 'degraded' | 'unhealthy';
}

/** Slots that have no record: from and to are the first and last missing slot, both included. */
export interface Gap {
  kind: 'gap';
  slice: string;
  fromSlotMs: number;
  toSlotMs: number;
  count: number;
  /** `satellite_stopped`, `spool_full`, `clock`, … */
  reason: string;
}
