import type { Run } from '@checkstack/api';
import { FactSummary } from './fact-summary.js';

/** A failed assertion: collector and assertion by position, what it expected, and how many runs it failed in. */
export type FailedAssertion = [collector: number, assertion: number, expected: string, count: number];

export interface RunToRollUp {
  verdict: number;
  durationMs: number;
  hasFailure: boolean;
  facts: Run['facts'];
  /** Only those that did not hold are stored. */
  assertions: Run['assertions'];
}

/** A row of a rollup, and as much of it as is read. */
export interface RollupRow {
  healthy: number;
  degraded: number;
  unhealthy: number;
  unknown: number;
  evaluated: number;
  failedAssertions: FailedAssertion[] | null;
  latency: Buffer | null;
  factNames: string[] | null;
  facts: Buffer[] | null;
}

const verdictNames = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
const unknownVerdict = 3;
const longestExpectation = 200;

/** What the runs of one slice in one bucket come to. */
export class Rollup {
  private readonly counts = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0, evaluated: 0 };
  private readonly latency = new FactSummary();
  private readonly failed = new Map<string, FailedAssertion>();
  private readonly facts = new Map<string, FactSummary>();

  addRun({ verdict, durationMs, hasFailure, facts, assertions }: RunToRollUp): void {
    this.counts[verdictNames[verdict] ?? 'unknown']++;
    if (verdict < unknownVerdict) this.latency.add(durationMs);
    if (wasEvaluated({ hasFailure, facts, assertions })) this.counts.evaluated++;
    for (const { collector, assertion, expected } of assertions)
      this.addFailed([collector, assertion, cutExpectation(expected), 1]);
    for (const [name, value] of Object.entries(facts)) this.factOf(name).add(value);
  }

  addRow(row: RollupRow): void {
    for (const name of [...verdictNames, 'evaluated'] as const) this.counts[name] += row[name];
    if (row.latency) this.latency.merge(row.latency);
    for (const failed of row.failedAssertions ?? []) this.addFailed(failed);
    row.factNames?.forEach((name, position) => {
      const summary = row.facts?.[position];
      if (summary) this.factOf(name).merge(summary);
    });
  }

  toRow(): RollupRow {
    const facts = [...this.facts];
    const failed = [...this.failed.values()];
    return {
      ...this.counts,
      failedAssertions: failed.length > 0 ? failed : null,
      latency: this.latency.numbers ? this.latency.encode() : null,
      factNames: facts.length > 0 ? facts.map(([name]) => name) : null,
      facts: facts.length > 0 ? facts.map(([, summary]) => summary.encode()) : null,
    };
  }

  private addFailed([collector, assertion, expected, count]: FailedAssertion): void {
    const key = failedKey([collector, assertion, expected]);
    const before = this.failed.get(key)?.[3] ?? 0;
    this.failed.set(key, [collector, assertion, expected, before + count]);
  }

  private factOf(name: string): FactSummary {
    const summary = this.facts.get(name) ?? new FactSummary();
    if (summary.isEmpty) this.facts.set(name, summary);
    return summary;
  }
}

export function cutExpectation(expected: string): string {
  return expected.slice(0, longestExpectation);
}

/** Positions move when a check is edited: only with the same expectation it is the same assertion. */
export function failedKey([collector, assertion, expected]: readonly [number, number, string, ...unknown[]]): string {
  return `${collector} ${assertion} ${expected}`;
}

/** Of a run that read something each assertion was evaluated; of one that could not, none. */
function wasEvaluated({
  hasFailure,
  facts,
  assertions,
}: Pick<RunToRollUp, 'hasFailure' | 'facts' | 'assertions'>): boolean {
  return !hasFailure || assertions.length > 0 || Object.keys(facts).length > 0;
}
