import type { State } from '@checkstack/api';
import type { AssertionOutcome } from '@checkstack/link';
import { stateOf, type Sql } from './outlook-rows.js';
import type { PlacedSlice } from './placed-slices.js';
import { messageOf } from './reasons.js';
import type { Run } from './threshold.js';
import { windowLength } from './window.js';

interface RunRow {
  sliceNumber: number;
  slot: Date;
  attempt: number;
  verdict: number;
  failure: string | null;
  assertions: AssertionOutcome[] | null;
}

/** The last runs of slices, in slot order, twice as many as a window holds, and the states in their rows. */
export async function readRuns(
  sql: Sql,
  slices: readonly PlacedSlice[],
): Promise<{
  runs: (Run & { sliceNumber: number })[];
  shown: Map<number, { state: State; reason: string | null }>;
}> {
  const numbers = slices.map(({ number }) => number);
  const rows = await sql.query<RunRow[]>(
    `SELECT asked.number AS "sliceNumber", r.*
     FROM unnest($1::integer[], $2::integer[]) AS asked (number, length)
     CROSS JOIN LATERAL (
       SELECT slot, attempt, verdict, failure_message AS failure, CASE WHEN verdict > 0 THEN assertions END AS assertions
       FROM results WHERE slice_number = asked.number ORDER BY slot DESC, attempt DESC LIMIT asked.length
     ) r
     ORDER BY asked.number, r.slot, r.attempt`,
    [numbers, slices.map(({ thresholds }) => 2 * windowLength(thresholds))],
  );
  const states = await sql.query<{ number: number; state: number; reason: string | null }[]>(
    'SELECT number, state, state_reason AS reason FROM slices WHERE number = ANY($1)',
    [numbers],
  );
  return {
    runs: rows.map(({ sliceNumber, slot, attempt, verdict, failure, assertions }) => ({
      sliceNumber,
      slotMs: slot.getTime(),
      attempt,
      verdict: stateOf(verdict),
      message: messageOf(failure === null ? null : { message: failure }, assertions ?? []),
    })),
    shown: new Map(states.map(({ number, state, reason }) => [number, { state: stateOf(state), reason }])),
  };
}
