import type { routes, RouteInput, Slice } from '@checkstack/api';
import { z } from 'zod';
import { numberOf, stateOf, type Sql } from '../health/outlook-rows.js';
import { readInProgress, shownMaintenance } from '../maintenance/in-progress.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { failureOf, runId } from './run-rows.js';
import { conditions, named, namesOf, sliceColumns, sliceJoins, stateNow, type SliceNames } from './slice-rows.js';

type Query = RouteInput<typeof routes.results.slices>['query'];

interface Row extends SliceNames {
  createdAt: string;
  satelliteId: string | null;
  satelliteName: string | null;
  state: number;
  stateSince: Date | null;
  stateReason: string | null;
  flappingSince: Date | null;
  paused: boolean;
  slot: Date | null;
  attempt: number;
  verdict: number;
  durationMs: number;
  failureSide: number | null;
  failureCode: string | null;
  failureMessage: string | null;
}

const position = z.tuple([z.string().max(40), z.uuid()]);

/** One page of the slices that are scheduled, in the order in which they came to be. */
export async function listSlices(sql: Sql, query: Query): Promise<{ items: Slice[]; next: string | null }> {
  const after = decodeCursor(query.after, position);
  const parameters: unknown[] = [query.limit + 1, after?.[0] ?? null, after?.[1] ?? null];
  const filters = conditions(parameters, {
    'a.check_id = ?': query.checkId,
    'a.system_id = ?': query.systemId,
    't.id = ?': query.satelliteId,
    's.state = ?': query.state && numberOf(query.state),
  });
  const rows = await sql.query<Row[]>(
    `WITH page AS (
       SELECT ${sliceColumns}, s.number, s.created_at, s.state, s.state_since, s.state_reason, s.flapping_since, a.retention_days, c.paused OR NOT a.enabled AS paused,
         t.id AS "satelliteId", t.name AS "satelliteName"
       FROM slices s ${sliceJoins}
       LEFT JOIN placements p ON p.slice_number = s.number AND p.ended_at IS NULL
       LEFT JOIN satellites t ON t.id = p.satellite_id
       WHERE s.retired_at IS NULL AND ($2::timestamptz IS NULL OR (s.created_at, s.id) > ($2, $3::uuid)) AND ${filters}
       ORDER BY s.created_at, s.id LIMIT $1
     )
     SELECT page.*, page.created_at::text AS "createdAt", page.state_since AS "stateSince", page.state_reason AS "stateReason",
       page.flapping_since AS "flappingSince",
       r.slot, r.attempt, r.verdict, r.duration_ms AS "durationMs",
       r.failure_side AS "failureSide", r.failure_code AS "failureCode", r.failure_message AS "failureMessage"
     FROM page LEFT JOIN LATERAL (
       SELECT * FROM results WHERE slice_number = page.number AND slot > now() - make_interval(days => page.retention_days)
       ORDER BY slot DESC, attempt DESC LIMIT 1
     ) r ON true
     ORDER BY page.created_at, "sliceId"`,
    parameters,
  );
  const { items, next } = pageOf(rows, query.limit, (row) => [row.createdAt, row.sliceId]);
  const maintenances = await readInProgress(sql, [...new Set(items.map((row) => row.systemId))]);
  return { items: items.map((row) => sliceOf(row, shownMaintenance(maintenances.get(row.systemId)))), next };
}

function sliceOf(row: Row, maintenance: Slice['maintenance']): Slice {
  const { slot, attempt, verdict, durationMs } = row;
  return {
    id: row.sliceId,
    assignmentId: row.assignmentId,
    ...namesOf(row),
    satellite: named(row.satelliteId, row.satelliteName),
    state: stateNow(row.state, row.stateSince, row.stateReason),
    flappingSince: row.flappingSince?.toISOString() ?? null,
    maintenance,
    paused: row.paused,
    lastRun: slot && {
      id: runId(row.sliceId, slot, attempt),
      slot: slot.toISOString(),
      verdict: stateOf(verdict),
      durationMs,
      failure: failureOf(row),
    },
  };
}
