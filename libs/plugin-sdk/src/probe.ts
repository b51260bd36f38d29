import type { z } from 'zod';
import type { Assertion } from './assertion.js';
import type { ProbeContext } from './context.js';
import type { FactDefinition, Reading } from './facts.js';
import type { Side } from './verdict.js';

/** A named reading on a probe's connection. A simple probe has one. */
export interface CollectorDefinition<Config extends z.ZodObject = z.ZodObject> {
  title: string;
  description?: string;
  /** Collector options; absent: none. */
  config?: Config;
  facts: Record<string, FactDefinition>;
  /** What makes a bare check useful. */
  defaultAssertions?: Assertion[];
}

export interface FailureDefinition {
  side: Side;
  title: string;
}

/** A kind of check that a satellite can run. */
export interface ProbeDefinition<Config extends z.ZodObject = z.ZodObject> {
  /** Stable, lower case: `http`. */
  kind: string;
  title: string;
  description: string;
  /** Titles, descriptions, examples and `meta({ secret: true })` become the form, the validation and the reference page. */
  config: Config;
  collectors: Record<string, CollectorDefinition>;
  /** Every code that `run` can throw as ProbeFailure. */
  failures: Record<string, FailureDefinition>;
  /** `light` runs share one large limit; `process` has its own small lane. */
  lane?: 'light' | 'process';
  /**
   * One run. Resolves with one Reading per requested collector, by name; throws ProbeFailure when there is nothing to read.
   * The caller owns time-out, timing and assertions; the context's signal is honoured.
   */
  run(config: z.output<Config>, context: ProbeContext): Promise<Record<string, Reading>>;
}

export function defineProbe<Config extends z.ZodObject>(probe: ProbeDefinition<Config>): ProbeDefinition {
  return probe;
}
