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
   * Runs in a process of its own, which is killed when it does not end, needs too much memory or dies: for probes that are
   * not trusted, and for those that compute. Config and readings cross a process boundary.
   */
  isolated?: boolean;
  /** Runs code or programs that a check names: only where the satellite's owner switched scripts on. */
  runsCode?: boolean;
  /**
   * One run. Resolves with one Reading per requested collector, by name; throws ProbeFailure when there is nothing to read.
   * The caller owns time-out, timing and assertions; the context's signal is honoured.
   */
  run(config: z.output<Config>, context: ProbeContext): Promise<Record<string, Reading>>;
}

export function defineProbe<Config extends z.ZodObject>(probe: ProbeDefinition<Config>): ProbeDefinition {
  return probe;
}
