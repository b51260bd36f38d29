// Slices and placements as sets: each statement does all rows of a scope at once, so that 5,000 slices take no longer than a blink.
// This is the one place where catalog, checks and satellites meet; all of it runs under the placement lock.
import type { EntityManager } from 'typeorm';
import type { Move } from './move-gaps.js';

/** For so long a satellite must be online before it gets slices that another one can run. */
export const steady = `interval '5 minutes'`;

/** assignment × environment × location, for the assignments $1. */
const wanted = `
  SELECT assignments.id AS assignment_id, fan.environment_id, assignment_locations.location_id
  FROM assignments
  JOIN assignment_locations ON assignment_id = assignments.id
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
  wanted.assignment_id = slices.assignment_id AND wanted.location_id = slices.location_id
  AND wanted.environment_id IS NOT DISTINCT FROM slices.environment_id AND slices.satellite_id IS NULL`;

/** Creates the slices that are missing, takes back retired ones that are wanted again, retires the others. */
export async function syncSlices(manager: EntityManager, assignmentIds: string[], redefined: boolean): Promise<void> {
  await manager.query(
    `WITH wanted AS (${wanted}),
     retired AS (
       UPDATE slices SET retired_at = statement_timestamp()
       WHERE assignment_id = ANY($1) AND retired_at IS NULL AND NOT EXISTS (SELECT FROM wanted WHERE ${isWanted})
     ),
     revived AS (
       UPDATE slices SET retired_at = NULL, changed_at = statement_timestamp()
       FROM wanted WHERE slices.retired_at IS NOT NULL AND ${isWanted}
     )
     INSERT INTO slices (assignment_id, environment_id, location_id)
     SELECT assignment_id, environment_id, location_id FROM wanted WHERE NOT EXISTS (SELECT FROM slices WHERE ${isWanted})`,
    [assignmentIds],
  );
  if (!redefined) return;
  await manager.query(
    `UPDATE slices SET changed_at = statement_timestamp()
     WHERE assignment_id = ANY($1) AND retired_at IS NULL AND changed_at < statement_timestamp()`,
    [assignmentIds],
  );
}

/**
 * Rendezvous hashing among the enabled satellites of a slice's location: when one comes or goes, only its own slices
 * move. Before the hash counts who can do it: online and steady (or running it already), online, offline but running it.
 */
const chosen = `
  SELECT DISTINCT ON (scope.number) scope.number, satellites.id AS satellite_id
  FROM scope
  JOIN satellites ON satellites.location_id = scope.location_id AND NOT disabled
  LEFT JOIN placements held ON held.slice_number = scope.number AND held.ended_at IS NULL
  WHERE scope.retired_at IS NULL
  ORDER BY scope.number,
    CASE WHEN online AND (held.satellite_id = satellites.id OR online_since < statement_timestamp() - ${steady}) THEN 0
         WHEN online THEN 1
         WHEN held.satellite_id = satellites.id THEN 2
         ELSE 3 END,
    md5(scope.id::text || satellites.id::text)`;

const scope = `
  SELECT number, id, assignment_id, location_id, retired_at FROM slices
  WHERE assignment_id = ANY($1) OR (location_id = ANY($2) AND retired_at IS NULL)`;

/** Ends the placements that do not hold any more, makes the new ones, and tells whom that touched. */
export async function place(
  manager: EntityManager,
  of: { assignmentIds?: string[]; locationIds?: string[] },
): Promise<{ satelliteIds: string[]; checkIds: string[]; moves: Move[] }> {
  const parameters = [of.assignmentIds ?? [], of.locationIds ?? []];
  const [ended] = await manager.query<[(Placed & { heldSince: Date })[], number]>(
    `WITH scope AS (${scope}), chosen AS (${chosen})
     UPDATE placements SET ended_at = statement_timestamp()
     FROM scope LEFT JOIN chosen ON chosen.number = scope.number
     WHERE slice_number = scope.number AND ended_at IS NULL
       AND placements.satellite_id IS DISTINCT FROM chosen.satellite_id
     RETURNING slice_number AS "sliceNumber", placements.satellite_id AS "satelliteId", assignment_id AS "assignmentId",
               placed_at AS "heldSince"`,
    parameters,
  );
  const placed = await manager.query<Placed[]>(
    `WITH scope AS (${scope}), chosen AS (${chosen}),
     placed AS (
       INSERT INTO placements (slice_number, satellite_id, placed_at)
       SELECT number, satellite_id, statement_timestamp() FROM chosen
       WHERE NOT EXISTS (SELECT FROM placements WHERE slice_number = number AND ended_at IS NULL)
       RETURNING slice_number, satellite_id
     )
     SELECT slice_number AS "sliceNumber", satellite_id AS "satelliteId", assignment_id AS "assignmentId"
     FROM placed JOIN scope ON number = slice_number`,
    parameters,
  );
  const touched = [...ended, ...placed];
  const placedAnew = new Set(placed.map(({ sliceNumber }) => sliceNumber));
  const checks = await manager.query<{ id: string }[]>(
    'SELECT DISTINCT check_id AS id FROM assignments WHERE id = ANY($1)',
    [[...new Set(touched.map(({ assignmentId }) => assignmentId))]],
  );
  return {
    satelliteIds: [...new Set(touched.map(({ satelliteId }) => satelliteId))],
    checkIds: checks.map(({ id }) => id),
    moves: ended.filter(({ sliceNumber }) => placedAnew.has(sliceNumber)),
  };
}

interface Placed {
  sliceNumber: number;
  satelliteId: string;
  assignmentId: string;
}

/** The rosters of these satellites are others now. */
export async function raiseRevisions(manager: EntityManager, satelliteIds: string[]): Promise<void> {
  await lockSatellites(manager, satelliteIds);
  await manager.query('UPDATE satellites SET roster_revision = roster_revision + 1 WHERE id = ANY($1)', [satelliteIds]);
}

/** In the order of their ids, as everybody does. */
export async function lockSatellites(manager: EntityManager, satelliteIds: string[]): Promise<void> {
  await manager.query('SELECT FROM satellites WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [satelliteIds]);
}
