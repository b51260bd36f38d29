import type { Check, CollectorUse, routes, RouteInput, Schedule } from '@checkstack/api';
import { verdicts } from '@checkstack/plugin-sdk/assertions';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { containing } from '../edits/rows.js';
import { readChecksInProgress, shownMaintenance } from '../maintenance/in-progress.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { redactDefinition } from './definitions.service.js';

type Query = RouteInput<typeof routes.checks.list>['query'];

interface Row {
  id: string;
  name: string;
  sortName: string;
  kind: string;
  config: Record<string, unknown>;
  collectors: CollectorUse[];
  schedule: Schedule;
  timeoutMs: number;
  paused: boolean;
  tags: string[];
  state: number;
  stateSince: Date | null;
  stateReason: string | null;
  flappingSince: Date | null;
  assignmentCount: number;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

const columns = `
  id, name, lower(name) AS "sortName", kind, config, collectors, schedule, timeout_ms AS "timeoutMs", paused, tags, version,
  state, state_since AS "stateSince", state_reason AS "stateReason",
  (SELECT min(flapping_since) FROM slices s JOIN assignments a ON a.id = s.assignment_id
     WHERE a.check_id = checks.id AND s.flapping_since IS NOT NULL) AS "flappingSince",
  created_at AS "createdAt", updated_at AS "updatedAt",
  (SELECT count(*)::int FROM assignments WHERE check_id = checks.id) AS "assignmentCount"`;

export async function findCheck(manager: EntityManager, id: string): Promise<Check | undefined> {
  const [row] = await manager.query<Row[]>(`SELECT ${columns} FROM checks WHERE id = $1`, [id]);
  return row && (await checksOf(manager, [row]))[0];
}

/** One page by name. */
export async function listChecks(
  manager: EntityManager,
  query: Query,
): Promise<{ items: Check[]; next: string | null }> {
  const [name, id] = decodeCursor(query.after, z.tuple([z.string(), z.uuid()])) ?? [null, null];
  const rows = await manager.query<Row[]>(
    `SELECT ${columns} FROM checks
     WHERE ($1::text IS NULL OR (lower(name), id) > ($1, $2::uuid))
       AND ($3::text IS NULL OR name ILIKE $3 OR EXISTS (SELECT FROM unnest(tags) tag WHERE tag ILIKE $3))
       AND ($4::text IS NULL OR kind = $4)
       AND ($5::smallint IS NULL OR state = $5)
       AND ($6::text IS NULL OR $6 = ANY(tags))
     ORDER BY lower(name), id LIMIT $7`,
    [
      name,
      id,
      query.search === undefined ? null : containing(query.search),
      query.kind ?? null,
      query.state === undefined ? null : verdicts.indexOf(query.state),
      query.tag ?? null,
      query.limit + 1,
    ],
  );
  const page = pageOf(rows, query.limit, (row) => [row.sortName, row.id]);
  return { items: await checksOf(manager, page.items), next: page.next };
}

async function checksOf(manager: EntityManager, rows: readonly Row[]): Promise<Check[]> {
  const maintenances = await readChecksInProgress(
    manager,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => checkOf(row, shownMaintenance(maintenances.get(row.id))));
}

function checkOf({ sortName: _, stateSince, stateReason, ...row }: Row, maintenance: Check['maintenance']): Check {
  return redactDefinition({
    ...row,
    maintenance,
    state: {
      state: verdicts[row.state] ?? 'unknown',
      since: stateSince?.toISOString() ?? null,
      reason: stateReason,
    },
    flappingSince: row.flappingSince?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  });
}
