import type { routes, RouteInput, Run } from '@checkstack/api';
import { z } from 'zod';
import { numberOf, type Sql } from '../health/outlook-rows.js';
import { HubProblem } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { runColumns, runJoins, runOf, type RunRow } from './run-rows.js';
import { conditions, sliceColumns, sliceJoins } from './slice-rows.js';

type Query = RouteInput<typeof routes.results.runs>['query'];

/** Slot (Unix milliseconds), attempt, slice. */
const position = z.tuple([z.int().min(0).max(8.64e15), z.int().min(0).max(32_767), z.uuid()]);

/**
 * Runs, newest first. Only the index of slice and slot is there to be used: so the newest run of each slice is found
 * first, and only those slices are read whose newest run would be on the page; no other can have a run there.
 */
export async function listRuns(sql: Sql, query: Query): Promise<{ items: Run[]; next: string | null }> {
  const after = decodeCursor(query.after, position);
  const parameters: unknown[] = [query.limit + 1, after && new Date(after[0]), after?.[1] ?? null, after?.[2] ?? null];
  const slices = conditions(parameters, {
    'a.check_id = ?': query.checkId,
    'a.system_id = ?': query.systemId,
    's.id = ?': query.sliceId,
    's.environment_id = ?': query.environmentId,
    '(s.location_id = ? OR s.satellite_id IN (SELECT id FROM satellites WHERE location_id = ?))': query.locationId,
  });
  const rows = conditions(parameters, {
    'r.verdict = ?': query.verdict && numberOf(query.verdict),
    'r.slot >= ?': query.from,
    'r.slot <= ?': query.to,
  });
  const ofSlice = (number: string, id: string, retention: string, oldest: string): string => `
    SELECT * FROM results r
    WHERE r.slice_number = ${number} AND r.slot > now() - make_interval(days => ${retention})
      AND r.slot >= ${oldest} AND ${rows}
      AND ($2::timestamptz IS NULL OR (r.slot <= $2 AND (r.slot, r.attempt, ${id}) < ($2, $3::integer, $4::uuid)))
    ORDER BY r.slot DESC, r.attempt DESC`;
  // As many slices as the page has rows: nothing before the oldest of their newest runs can be on it.
  const oldest = `(SELECT CASE WHEN count(*) < $1 THEN '-infinity' ELSE min(slot) END FROM newest)`;
  const found = await sql.query<RunRow[]>(
    `WITH newest AS MATERIALIZED (
       SELECT s.number, s.id, a.retention_days, r.slot
       FROM slices s JOIN assignments a ON a.id = s.assignment_id
       CROSS JOIN LATERAL (${ofSlice('s.number', 's.id', 'a.retention_days', "'-infinity'")} LIMIT 1) r
       WHERE ${slices} ORDER BY r.slot DESC LIMIT $1
     ),
     page AS MATERIALIZED (
       SELECT r.*, newest.id
       FROM newest CROSS JOIN LATERAL (${ofSlice('newest.number', 'newest.id', 'newest.retention_days', oldest)} LIMIT $1) r
       ORDER BY r.slot DESC, r.attempt DESC, newest.id DESC LIMIT $1
     )
     SELECT ${sliceColumns}, ${runColumns}
     FROM page r JOIN slices s ON s.number = r.slice_number ${sliceJoins} ${runJoins}
     ORDER BY r.slot DESC, r.attempt DESC, s.id DESC`,
    parameters,
  );
  const { items, next } = pageOf(found, query.limit, (row) => [row.slot.getTime(), row.attempt, row.sliceId]);
  return { items: items.map(runOf), next };
}

export async function findRun(sql: Sql, id: string): Promise<Run> {
  const [slice, slotMs, attempt] = id.split('.');
  const slot = new Date(Number(slotMs));
  if (!z.uuid().safeParse(slice).success || Number.isNaN(slot.getTime())) throw new HubProblem('not_found');
  const [row] = await sql.query<RunRow[]>(
    `SELECT ${sliceColumns}, ${runColumns}
     FROM slices s ${sliceJoins} JOIN results r ON r.slice_number = s.number ${runJoins}
     WHERE s.id = $1 AND r.slot = $2 AND r.attempt = $3 AND r.slot > now() - make_interval(days => a.retention_days)`,
    [slice, slot, attempt],
  );
  if (row === undefined) throw new HubProblem('not_found');
  return runOf(row);
}

/** Just stored runs by their keys; those that are gone again are left out. */
export async function findRuns(
  sql: Sql,
  keys: readonly (readonly [slice: number, slotMs: number, attempt: number])[],
): Promise<Run[]> {
  const rows = await sql.query<RunRow[]>(
    `SELECT ${sliceColumns}, ${runColumns}
     FROM unnest($1::integer[], $2::timestamptz[], $3::integer[]) AS asked (number, slot, attempt)
     JOIN results r ON r.slice_number = asked.number AND r.slot = asked.slot AND r.attempt = asked.attempt
     JOIN slices s ON s.number = r.slice_number ${sliceJoins} ${runJoins}
     ORDER BY r.slot, r.attempt`,
    [keys.map(([slice]) => slice), keys.map(([, slotMs]) => new Date(slotMs)), keys.map(([, , attempt]) => attempt)],
  );
  return rows.map(runOf);
}
