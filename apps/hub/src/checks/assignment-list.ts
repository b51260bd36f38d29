import type { Assignment, Named, routes, RouteInput } from '@checkstack/api';
import { verdicts } from '@checkstack/plugin-sdk/assertions';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { thresholdsColumn } from '../health/placed-slices.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';

type Query = RouteInput<typeof routes.assignments.list>['query'];

interface Row extends Pick<
  Assignment,
  | 'id'
  | 'enabled'
  | 'thresholds'
  | 'quorum'
  | 'satellites'
  | 'environments'
  | 'confirm'
  | 'retentionDays'
  | 'hourlyRetentionDays'
  | 'dailyRetentionDays'
  | 'version'
> {
  checkId: string;
  checkName: string;
  systemId: string;
  systemName: string;
  sortSystem: string;
  sortCheck: string;
  locations: Named[];
  satelliteTags: string[];
  state: number;
  stateSince: Date | null;
  stateReason: string | null;
}

const select = `
  SELECT a.id, a.enabled, ${thresholdsColumn}, a.quorum, a.satellites, a.environments, a.confirm, a.version,
         a.retention_days AS "retentionDays", a.hourly_retention_days AS "hourlyRetentionDays",
         a.daily_retention_days AS "dailyRetentionDays",
         checks.id AS "checkId", checks.name AS "checkName", lower(checks.name) AS "sortCheck",
         systems.id AS "systemId", systems.name AS "systemName", lower(systems.name) AS "sortSystem",
         a.state, a.state_since AS "stateSince", a.state_reason AS "stateReason",
         (SELECT coalesce(json_agg(json_build_object('id', locations.id, 'name', locations.name) ORDER BY lower(locations.name)), '[]')
            FROM assignment_locations JOIN locations ON locations.id = location_id
            WHERE assignment_id = a.id) AS locations,
         ARRAY(SELECT tag FROM assignment_tags WHERE assignment_id = a.id ORDER BY lower(tag), tag) AS "satelliteTags"
  FROM assignments a JOIN checks ON checks.id = check_id JOIN systems ON systems.id = system_id`;

export async function findAssignment(manager: EntityManager, id: string): Promise<Assignment | undefined> {
  const [row] = await manager.query<Row[]>(`${select} WHERE a.id = $1`, [id]);
  return row && assignmentOf(row);
}

/** One page by the names of system and check. */
export async function listAssignments(
  manager: EntityManager,
  query: Query,
): Promise<{ items: Assignment[]; next: string | null }> {
  const position = decodeCursor(query.after, z.tuple([z.string(), z.string(), z.uuid()]));
  const [system, check, id] = position ?? [null, null, null];
  const rows = await manager.query<Row[]>(
    `${select}
     WHERE ($1::text IS NULL OR (lower(systems.name), lower(checks.name), a.id) > ($1, $2, $3::uuid))
       AND ($4::uuid IS NULL OR check_id = $4) AND ($5::uuid IS NULL OR system_id = $5)
     ORDER BY lower(systems.name), lower(checks.name), a.id LIMIT $6`,
    [system, check, id, query.checkId ?? null, query.systemId ?? null, query.limit + 1],
  );
  const page = pageOf(rows, query.limit, (row) => [row.sortSystem, row.sortCheck, row.id]);
  return { items: page.items.map(assignmentOf), next: page.next };
}

function assignmentOf(row: Row): Assignment {
  return {
    id: row.id,
    check: { id: row.checkId, name: row.checkName },
    system: { id: row.systemId, name: row.systemName },
    systemId: row.systemId,
    enabled: row.enabled,
    thresholds: row.thresholds,
    quorum: row.quorum,
    locationIds: row.locations.map((location) => location.id),
    locations: row.locations,
    satelliteTags: row.satelliteTags,
    satellites: row.satellites,
    environments: row.environments,
    confirm: row.confirm,
    retentionDays: row.retentionDays,
    hourlyRetentionDays: row.hourlyRetentionDays,
    dailyRetentionDays: row.dailyRetentionDays,
    state: {
      state: verdicts[row.state] ?? 'unknown',
      since: row.stateSince?.toISOString() ?? null,
      reason: row.stateReason,
    },
    version: row.version,
  };
}
