import type { State } from '@checkstack/api';
import type { AssertionOutcome } from '@checkstack/link';
import { flappingRuns } from './flapping.js';
import { grouped, stateOf, type Sql } from './outlook-rows.js';
import type { PlacedSlice } from './placed-slices.js';
import { messageOf } from './reasons.js';
import { isSettled, nextEvaluation, unevaluated, type Run } from './threshold.js';
import { windowLength, windowOf, type Window } from './window.js';

/** A slice's state in its row. */
export interface Shown {
  state: State;
  reason: string | null;
  sinceMs: number;
  isFlapping: boolean;
}

type Asked = Pick<PlacedSlice, 'number' | 'thresholds'>;

interface RunRow {
  sliceNumber: number;
  slot: Date;
  attempt: number;
  verdict: number;
  failure: string | null;
  assertions: AssertionOutcome[] | null;
}

/** Where the runs read do not tell the state by themselves, so many times more are. */
const readMore = 16;

/** The windows of slices after all their runs, and the states in their rows. */
export async function readWindows(
  sql: Sql,
  slices: readonly Asked[],
): Promise<Map<number, { window: Window; shown: Shown }>> {
  const shown = await readShown(
    sql,
    slices.map(({ number }) => number),
  );
  const windows = new Map<number, { window: Window; shown: Shown }>();
  let unread = slices;
  for (let factor = 1; unread.length > 0; factor *= readMore) {
    const lengthOf = ({ thresholds }: Asked): number => factor * firstLength(thresholds);
    const runsOf = await readRuns(sql, unread, lengthOf);
    unread = unread.filter((slice) => {
      const runs = runsOf.get(slice.number) ?? [];
      const window = windowOf(runs, slice.thresholds);
      windows.set(slice.number, { window, shown: shown.get(slice.number) ?? unseen });
      return runs.length === lengthOf(slice) && !hasSettled(runs, slice);
    });
  }
  return windows;
}

/** Every run from `fromMs` on, behind so many before that the state at each of them is sure; in slot order. */
export async function readRunsFrom(sql: Sql, slice: Asked, fromMs: number): Promise<Run[]> {
  const later = await sql.query<RunRow[]>(
    `SELECT slice_number AS "sliceNumber", ${runColumns} FROM results
     WHERE slice_number = $1 AND slot >= $2 ORDER BY slot, attempt`,
    [slice.number, new Date(fromMs)],
  );
  for (let length = firstLength(slice.thresholds); ; length *= readMore) {
    const before = (await readRuns(sql, [slice], () => length, fromMs)).get(slice.number) ?? [];
    if (before.length < length || hasSettled(before, slice)) return [...before, ...later.map(runOf)];
  }
}

export async function readShown(sql: Sql, numbers: readonly number[]): Promise<Map<number, Shown>> {
  const rows = await sql.query<
    { number: number; state: number; reason: string | null; sinceMs: number; isFlapping: boolean }[]
  >(
    `SELECT number, state, state_reason AS reason, coalesce(extract(epoch FROM state_since) * 1000, 0)::float8 AS "sinceMs",
       flapping_since IS NOT NULL AS "isFlapping"
     FROM slices WHERE number = ANY($1)`,
    [numbers],
  );
  return new Map(rows.map(({ number, ...row }) => [number, { ...row, state: stateOf(row.state) }]));
}

const unseen: Shown = { state: 'unknown', reason: null, sinceMs: 0, isFlapping: false };

function firstLength(thresholds: Asked['thresholds']): number {
  return Math.max(flappingRuns, 2 * windowLength(thresholds));
}

/** Whether the state after one of these runs is the same whatever came before, and so after those that follow. */
function hasSettled(runs: readonly Run[], { thresholds }: Asked): boolean {
  let now = unevaluated;
  return runs.some((run) => {
    now = nextEvaluation(now, run, thresholds);
    return isSettled(now, thresholds);
  });
}

const runColumns =
  'slot, attempt, verdict, failure_message AS failure, CASE WHEN verdict > 0 THEN assertions END AS assertions';

/** The last runs of slices, of those before a time, in slot order. */
async function readRuns(
  sql: Sql,
  slices: readonly Asked[],
  lengthOf: (slice: Asked) => number,
  beforeMs?: number,
): Promise<Map<number, Run[]>> {
  const rows = await sql.query<RunRow[]>(
    `SELECT asked.number AS "sliceNumber", r.*
     FROM unnest($1::integer[], $2::integer[]) AS asked (number, length)
     CROSS JOIN LATERAL (
       SELECT ${runColumns}
       FROM results WHERE slice_number = asked.number ${beforeMs === undefined ? '' : 'AND slot < $3'}
       ORDER BY slot DESC, attempt DESC LIMIT asked.length
     ) r
     ORDER BY asked.number, r.slot, r.attempt`,
    [slices.map(({ number }) => number), slices.map(lengthOf), ...(beforeMs === undefined ? [] : [new Date(beforeMs)])],
  );
  const runsOf = grouped(rows, ({ sliceNumber }) => sliceNumber);
  return new Map([...runsOf].map(([number, own]) => [number, own.map(runOf)]));
}

function runOf({ slot, attempt, verdict, failure, assertions }: RunRow): Run {
  const message = messageOf(failure === null ? null : { message: failure }, assertions ?? []);
  return { slotMs: slot.getTime(), attempt, verdict: stateOf(verdict), message };
}
