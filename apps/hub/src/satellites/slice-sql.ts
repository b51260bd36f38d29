// Which slices there are: as many as assignments, environments and places ask for. All of it runs under the placement lock.
import type { EntityManager } from 'typeorm';

/** The satellites that share the slices of a place. A tag stands for its satellites wherever they are. */
export interface Pools {
  locationIds: readonly string[];
  tags: readonly string[];
}

/** Which satellites a slice can run on, as pairs of pool and satellite. */
export const members = `
  SELECT id, 'location ' || location_id AS pool FROM satellites WHERE NOT disabled
  UNION ALL SELECT id, 'tag ' || tag FROM satellites CROSS JOIN LATERAL unnest(tags) AS tag WHERE NOT disabled
  UNION ALL SELECT id, 'satellite ' || id FROM satellites WHERE NOT disabled`;

/** The pool of a row that has a place: one of these three is set. */
export const poolOf = `coalesce('satellite ' || satellite_id, 'tag ' || tag, 'location ' || location_id)`;

/**
 * assignment × environment × place, for the assignments $1. Where every satellite is to run it, each satellite is a
 * place of its own, once for all pools that it is in; a pool without any stands for itself, so that it is seen.
 */
const wanted = `
  SELECT assignments.id AS assignment_id, fan.environment_id, place.location_id, place.tag, place.satellite_id
  FROM assignments
  JOIN (
    SELECT DISTINCT pool.assignment_id, members.id AS satellite_id,
      CASE WHEN members.id IS NULL THEN pool.location_id END AS location_id,
      CASE WHEN members.id IS NULL THEN pool.tag END AS tag
    FROM (
      SELECT assignment_id, location_id, NULL AS tag, NULL::uuid AS satellite_id FROM assignment_locations
      UNION ALL SELECT assignment_id, NULL, tag, NULL FROM assignment_tags
    ) pool
    JOIN assignments ON assignments.id = assignment_id
    LEFT JOIN (${members}) members ON satellites = 'every' AND members.pool = ${poolOf}
    WHERE assignment_id = ANY($1)
  ) place ON place.assignment_id = assignments.id
  CROSS JOIN LATERAL (
    SELECT environment_id FROM system_environments
    WHERE system_environments.system_id = assignments.system_id
      AND (environments->>'mode' = 'all' OR (environments->>'mode' = 'chosen' AND environments->'ids' ? environment_id::text))
    UNION ALL
    SELECT NULL
    WHERE environments->>'mode' = 'none'
       OR (environments->>'mode' = 'all' AND NOT EXISTS (
             SELECT FROM system_environments WHERE system_environments.system_id = assignments.system_id))
  ) fan
  WHERE assignments.id = ANY($1)`;

const isWanted = `
  wanted.assignment_id = slices.assignment_id AND wanted.environment_id IS NOT DISTINCT FROM slices.environment_id
  AND wanted.location_id IS NOT DISTINCT FROM slices.location_id AND wanted.tag IS NOT DISTINCT FROM slices.tag
  AND wanted.satellite_id IS NOT DISTINCT FROM slices.satellite_id`;

/** Creates the slices that are missing, takes back retired ones that are wanted again, retires the others. Answers whose changed. */
export async function syncSlices(
  manager: EntityManager,
  assignmentIds: readonly string[],
  { redefined = false } = {},
): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `WITH wanted AS MATERIALIZED (${wanted}),
     retired AS (
       UPDATE slices SET retired_at = statement_timestamp()
       WHERE assignment_id = ANY($1) AND retired_at IS NULL AND NOT EXISTS (SELECT FROM wanted WHERE ${isWanted})
       RETURNING assignment_id
     ),
     revived AS (
       UPDATE slices SET retired_at = NULL, changed_at = statement_timestamp()
       FROM wanted WHERE slices.retired_at IS NOT NULL AND ${isWanted}
       RETURNING slices.assignment_id
     ),
     created AS (
       INSERT INTO slices (assignment_id, environment_id, location_id, tag, satellite_id)
       SELECT * FROM wanted WHERE NOT EXISTS (SELECT FROM slices WHERE ${isWanted})
       RETURNING assignment_id
     )
     SELECT assignment_id AS id FROM retired UNION SELECT assignment_id FROM revived UNION SELECT assignment_id FROM created`,
    [assignmentIds],
  );
  if (redefined)
    await manager.query(
      `UPDATE slices SET changed_at = statement_timestamp()
       WHERE assignment_id = ANY($1) AND retired_at IS NULL AND changed_at < statement_timestamp()`,
      [assignmentIds],
    );
  return rows.map(({ id }) => id);
}

/** Remembers since when slices are not to run: what was missed before that is still to be declared. */
export async function noteIdle(manager: EntityManager, assignmentIds: readonly string[]): Promise<void> {
  await manager.query(
    `UPDATE slices SET idle_since = CASE WHEN idle_since IS NULL THEN statement_timestamp() END
     FROM assignments JOIN checks ON checks.id = check_id
     WHERE assignments.id = ANY($1) AND assignment_id = assignments.id
       AND (idle_since IS NULL) = (paused OR NOT enabled)`,
    [assignmentIds],
  );
}

/** The assignments of which each satellite of these pools has slices of its own; of all pools, when none are named. */
export async function assignmentsOnEvery(manager: EntityManager, pools: Pools | null): Promise<string[]> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT id FROM assignments
     WHERE satellites = 'every' AND ($1::uuid[] IS NULL
       OR id IN (SELECT assignment_id FROM assignment_locations WHERE location_id = ANY($1))
       OR id IN (SELECT assignment_id FROM assignment_tags WHERE tag = ANY($2)))`,
    [pools?.locationIds ?? null, pools?.tags ?? []],
  );
  return rows.map(({ id }) => id);
}
