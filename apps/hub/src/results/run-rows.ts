import type { Run } from '@checkstack/api';
import { sides } from '@checkstack/plugin-sdk/assertions';
import { stateOf } from '../health/outlook-rows.js';
import { unpackFacts, type FactTemplate } from './packed-facts.js';
import { named, namesOf, type SliceNames } from './slice-rows.js';

/** `r` is the result, `s` its slice. */
export const runColumns = `
  r.slot, r.attempt, r.verdict, r.started_at AS "startedAt", r.duration_ms AS "durationMs",
  r.failure_side AS "failureSide", r.failure_code AS "failureCode", r.failure_message AS "failureMessage",
  r.facts, f.template AS "factTemplate", r.fact_values AS "factValues", r.assertions, t.id AS "satelliteId", t.name AS "satelliteName"`;

/** Who ran it, and the template of its facts; a satellite may be deleted since. */
export const runJoins = `
  LEFT JOIN satellites t ON t.number = r.satellite_number LEFT JOIN fact_templates f ON f.number = r.fact_template`;

export interface FailureColumns {
  failureSide: number | null;
  failureCode: string | null;
  failureMessage: string | null;
}

export interface StoredFacts {
  facts: Run['facts'] | null;
  factTemplate: FactTemplate | null;
  factValues: Buffer | null;
}

export interface RunRow extends SliceNames, FailureColumns, StoredFacts {
  slot: Date;
  attempt: number;
  verdict: number;
  startedAt: Date;
  durationMs: number;
  assertions: Run['assertions'] | null;
  satelliteId: string | null;
  satelliteName: string | null;
}

export function runId(sliceId: string, slot: Date, attempt: number): string {
  return `${sliceId}.${slot.getTime()}.${attempt}`;
}

export function failureOf({ failureSide, failureCode, failureMessage }: FailureColumns): Run['failure'] {
  const side = failureSide === null ? undefined : sides[failureSide];
  return side === undefined ? null : { side, code: failureCode ?? '', message: failureMessage ?? '' };
}

export function factsOf({ facts, factTemplate, factValues }: StoredFacts): Run['facts'] {
  if (factTemplate === null || factValues === null) return facts ?? {};
  return unpackFacts(factTemplate, factValues)[0] ?? {};
}

export function runOf(row: RunRow): Run {
  return {
    id: runId(row.sliceId, row.slot, row.attempt),
    sliceId: row.sliceId,
    ...namesOf(row),
    satellite: named(row.satelliteId, row.satelliteName),
    slot: row.slot.toISOString(),
    attempt: row.attempt,
    verdict: stateOf(row.verdict),
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    failure: failureOf(row),
    facts: factsOf(row),
    assertions: row.assertions ?? [],
  };
}
