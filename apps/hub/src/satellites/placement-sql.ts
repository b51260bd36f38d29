// Placements as sets: each statement does all rows of a scope at once, so that 5,000 slices take no longer than a blink.
// This is the one place where catalog, checks and satellites meet; all of it runs under the placement lock.
import type { EntityManager } from 'typeorm';
import type { Move } from './move-gaps.js';
import { members, poolOf, type Pools } from './slice-sql.js';

/** For so long a satellite must be online before it gets slices that another one can run. */
export const steady = `interval '5 minutes'`;

/** For so long a satellite goes on with slices that have moved, so that the next one has begun before it ends. */
const handover = `interval '5 seconds'`;

/**
 * Rendezvous hashing among the enabled satellites of a slice's pool: when one comes or goes, only its own slices
 * move. Before the hash counts who can do it: online and steady (or running it already), online, draining but running
 * it, draining, offline but running it.
 */
const chosen = `
  SELECT DISTINCT ON (scope.number) scope.number, satellites.id AS satellite_id
  FROM scope
  JOIN (${members}) members USING (pool)
  JOIN satellites ON satellites.id = members.id
  LEFT JOIN placements held ON held.slice_number = scope.number AND held.ended_at IS NULL
  WHERE scope.retired_at IS NULL
  ORDER BY scope.number,
    CASE WHEN online AND NOT draining
              AND (held.satellite_id = satellites.id OR online_since < statement_timestamp() - ${steady}) THEN 0
         WHEN online AND NOT draining THEN 1
         WHEN online AND held.satellite_id = satellites.id THEN 2
         WHEN online THEN 3
         WHEN held.satellite_id = satellites.id THEN 4
         WHEN NOT draining THEN 5
         ELSE 6 END,
    md5(scope.id::text || satellites.id::text) COLLATE "C"`;

const scope = `
  SELECT number, id, assignment_id, retired_at, ${poolOf} AS pool FROM slices
  WHERE assignment_id = ANY($1) OR (retired_at IS NULL AND (location_id = ANY($2) OR tag = ANY($3)))`;

/** A slice that is to be run by another satellite than now, by one at last, or by none any more. */
interface Difference {
  sliceNumber: number;
  assignmentId: string;
  holderId: string | null;
  holderNumber: number | null;
  nextId: string | null;
  isRetired: boolean;
  /** Its holder can go on with it for a moment. */
  isHandedOver: boolean;
}

/** Ends the placements that do not hold any more, makes the new ones, and tells whom that touched. */
export async function place(
  manager: EntityManager,
  of: { assignmentIds?: readonly string[] } & Partial<Pools>,
): Promise<{ satelliteIds: string[]; assignmentIds: string[]; moves: Move[] }> {
  const differences = await manager.query<Difference[]>(
    `WITH scope AS (${scope}), chosen AS (${chosen})
     SELECT scope.number AS "sliceNumber", assignment_id AS "assignmentId", retired_at IS NOT NULL AS "isRetired",
            holder.id AS "holderId", holder.number AS "holderNumber", chosen.satellite_id AS "nextId",
            chosen.satellite_id IS NOT NULL AND holder.online AND NOT holder.disabled AS "isHandedOver"
     FROM scope
     LEFT JOIN chosen ON chosen.number = scope.number
     LEFT JOIN placements ON slice_number = scope.number AND ended_at IS NULL
     LEFT JOIN satellites holder ON holder.id = placements.satellite_id
     WHERE holder.id IS DISTINCT FROM chosen.satellite_id`,
    [of.assignmentIds ?? [], of.locationIds ?? [], of.tags ?? []],
  );
  const isThere = (id: string | null): id is string => id !== null;
  const touched = differences.flatMap(({ holderId, nextId }) => [holderId, nextId]).filter(isThere);
  return {
    satelliteIds: [...new Set(touched)],
    assignmentIds: [...new Set(differences.map(({ assignmentId }) => assignmentId))],
    moves: await replace(manager, differences),
  };
}

/** Answers what ended at once: what is handed over ends later. */
async function replace(manager: EntityManager, differences: readonly Difference[]): Promise<Move[]> {
  if (differences.length === 0) return [];
  const [ended] = await manager.query<[Omit<Move, 'satelliteNumber'>[], number]>(
    `UPDATE placements SET ended_at = statement_timestamp(),
       held_until = CASE WHEN "isHandedOver" THEN statement_timestamp() + ${handover} END
     FROM unnest($1::integer[], $2::boolean[]) AS difference (number, "isHandedOver")
     WHERE slice_number = number AND ended_at IS NULL
     RETURNING slice_number AS "sliceNumber", placed_at AS "heldSince", ended_at AS "heldUntil"`,
    [differences.map(({ sliceNumber }) => sliceNumber), differences.map(({ isHandedOver }) => isHandedOver)],
  );
  await manager.query(
    `INSERT INTO placements (slice_number, satellite_id, placed_at)
     SELECT number, next, statement_timestamp() FROM unnest($1::integer[], $2::uuid[]) AS difference (number, next)
     WHERE next IS NOT NULL`,
    [differences.map(({ sliceNumber }) => sliceNumber), differences.map(({ nextId }) => nextId)],
  );
  const bySlice = new Map(differences.map((difference) => [difference.sliceNumber, difference]));
  return ended.flatMap((end) => {
    const difference = bySlice.get(end.sliceNumber);
    if (!difference || difference.holderNumber === null || difference.isRetired || difference.isHandedOver) return [];
    return [{ ...end, satelliteNumber: difference.holderNumber }];
  });
}

/** Those who went on with slices that have moved are done with them. */
export async function endHandovers(manager: EntityManager): Promise<{ satelliteIds: string[]; moves: Move[] }> {
  const [moves] = await manager.query<[(Move & { satelliteId: string })[], number]>(
    `UPDATE placements SET held_until = NULL FROM satellites
     WHERE held_until <= statement_timestamp() AND satellites.id = satellite_id
     RETURNING slice_number AS "sliceNumber", satellites.id AS "satelliteId", satellites.number AS "satelliteNumber",
               placed_at AS "heldSince", ended_at AS "heldUntil"`,
  );
  return { satelliteIds: [...new Set(moves.map(({ satelliteId }) => satelliteId))], moves };
}

/** The pools in which there is a choice, and on what it depends: when that is as it was, so are the placements. */
export async function readStanding(
  manager: EntityManager,
): Promise<Pools & { text: string | null; isHandingOver: boolean }> {
  const [standing] = await manager.query<[Pools & { text: string | null; isHandingOver: boolean }]>(
    `SELECT ARRAY(SELECT location_id FROM satellites WHERE NOT disabled GROUP BY location_id HAVING count(*) > 1) AS "locationIds",
            ARRAY(SELECT tag FROM satellites CROSS JOIN LATERAL unnest(tags) AS tag WHERE NOT disabled
                  GROUP BY tag HAVING count(*) > 1) AS tags,
            EXISTS (SELECT FROM placements WHERE held_until <= now()) AS "isHandingOver",
            string_agg(id || ' ' || online || ' ' || (online_since < now() - ${steady}), ',' ORDER BY id) AS text
     FROM satellites WHERE NOT disabled`,
  );
  return standing;
}

/** The rosters of these satellites are others now. */
export async function raiseRevisions(manager: EntityManager, satelliteIds: readonly string[]): Promise<void> {
  await lockSatellites(manager, satelliteIds);
  await manager.query('UPDATE satellites SET roster_revision = roster_revision + 1 WHERE id = ANY($1)', [satelliteIds]);
}

/** In the order of their ids, as everybody does. */
export async function lockSatellites(manager: EntityManager, satelliteIds: readonly string[]): Promise<void> {
  await manager.query('SELECT FROM satellites WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [satelliteIds]);
}
