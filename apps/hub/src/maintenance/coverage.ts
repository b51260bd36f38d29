// Which systems a maintenance is of: those that are named, and those in a named group.
import { invalidField } from '../problems.js';
import type { Sql } from '../health/outlook-rows.js';

/** Whose targets: a maintenance's or a series'. */
export type Owner = 'maintenance_id' | 'series_id';

export interface Targets {
  systemIds: readonly string[];
  groupIds: readonly string[];
}

const covered = `
  SELECT t.maintenance_id, t.system_id FROM maintenance_targets t WHERE t.system_id IS NOT NULL
  UNION SELECT t.maintenance_id, g.system_id FROM maintenance_targets t JOIN system_groups g ON g.group_id = t.group_id`;

/** Replaces what is named; what is absent stays. */
export async function writeTargets(sql: Sql, owner: Owner, id: string, targets: Partial<Targets>): Promise<void> {
  await replace(sql, { owner, id, kind: 'system', ids: targets.systemIds });
  await replace(sql, { owner, id, kind: 'group', ids: targets.groupIds });
}

async function replace(
  sql: Sql,
  { owner, id, kind, ids }: { owner: Owner; id: string; kind: 'system' | 'group'; ids: readonly string[] | undefined },
): Promise<void> {
  if (!ids) return;
  const wanted = [...new Set(ids)];
  const known = await sql.query<{ id: string }[]>(
    `SELECT id FROM ${kind}s WHERE id = ANY($1) ORDER BY id FOR KEY SHARE`,
    [wanted],
  );
  const unknown = ids.findIndex((given) => !known.some((row) => row.id === given));
  if (unknown >= 0) throw invalidField(`${kind}Ids.${unknown}`, `There is no such ${kind}.`);
  await sql.query(`DELETE FROM maintenance_targets WHERE ${owner} = $1 AND ${kind}_id IS NOT NULL`, [id]);
  await sql.query(`INSERT INTO maintenance_targets (${owner}, ${kind}_id) SELECT $1, unnest($2::uuid[])`, [id, wanted]);
}

/** Gives maintenances the targets that their series has. */
export async function inheritTargets(sql: Sql, seriesId: string, maintenanceIds: readonly string[]): Promise<void> {
  await sql.query('DELETE FROM maintenance_targets WHERE maintenance_id = ANY($1)', [maintenanceIds]);
  await sql.query(
    `INSERT INTO maintenance_targets (maintenance_id, system_id, group_id)
     SELECT m, t.system_id, t.group_id FROM unnest($2::uuid[]) m, maintenance_targets t WHERE t.series_id = $1`,
    [seriesId, maintenanceIds],
  );
}

/** Begins the time in maintenance of all systems that belong to it. */
export async function openSpans(sql: Sql, maintenanceId: string, fromAt: Date): Promise<void> {
  await sql.query(
    `INSERT INTO maintenance_spans (maintenance_id, system_id, from_at)
     SELECT $1, id, $2 FROM systems
     WHERE id IN (SELECT system_id FROM (${covered}) c WHERE maintenance_id = $1) ORDER BY id FOR KEY SHARE
     ON CONFLICT DO NOTHING`,
    [maintenanceId, fromAt],
  );
}

export async function closeSpans(sql: Sql, maintenanceId: string, toAt: Date): Promise<void> {
  await sql.query(
    `UPDATE maintenance_spans SET to_at = greatest(from_at, $2) WHERE maintenance_id = $1 AND to_at IS NULL`,
    [maintenanceId, toAt],
  );
}

/**
 * Systems that came to a maintenance in progress since, by an edit or through a group, are in it from now on; those that
 * left are not any more. Answers whose systems changed.
 */
export async function followTargets(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }[]>(
    `WITH going_on AS (SELECT id FROM maintenances WHERE status = 'in-progress'),
     wanted AS (SELECT c.* FROM (${covered}) c JOIN going_on ON going_on.id = c.maintenance_id),
     left_it AS (
       UPDATE maintenance_spans s SET to_at = greatest(s.from_at, now())
       FROM going_on WHERE s.maintenance_id = going_on.id AND s.to_at IS NULL
         AND NOT EXISTS (SELECT FROM wanted w WHERE w.maintenance_id = s.maintenance_id AND w.system_id = s.system_id)
       RETURNING s.maintenance_id
     ),
     came AS (
       INSERT INTO maintenance_spans (maintenance_id, system_id, from_at)
       SELECT w.maintenance_id, w.system_id, now() FROM wanted w
       WHERE NOT EXISTS (
         SELECT FROM maintenance_spans s WHERE s.maintenance_id = w.maintenance_id AND s.system_id = w.system_id AND s.to_at IS NULL)
       ON CONFLICT DO NOTHING RETURNING maintenance_id
     )
     SELECT maintenance_id AS id FROM left_it UNION SELECT maintenance_id FROM came`,
  );
  return rows.map(({ id }) => id);
}
