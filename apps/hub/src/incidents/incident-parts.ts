// The rows beside an incident: its systems, its responders, the incidents it is related to.
import type { EntityManager } from 'typeorm';

/** One that was deleted keeps the name that stands there. */
export async function writeSystems(
  manager: EntityManager,
  id: string,
  systems: readonly { systemId: string; impact: string }[],
): Promise<void> {
  const systemIds = systems.map(({ systemId }) => systemId);
  await manager.query('DELETE FROM incident_systems WHERE incident_id = $1 AND system_id <> ALL($2)', [id, systemIds]);
  await manager.query(
    `UPDATE incident_systems AS a SET impact = g.impact FROM unnest($2::uuid[], $3::text[]) AS g (id, impact)
     WHERE a.incident_id = $1 AND a.system_id = g.id`,
    [id, systemIds, systems.map(({ impact }) => impact)],
  );
  await manager.query(
    `INSERT INTO incident_systems (incident_id, system_id, name, impact)
     SELECT $1, s.id, s.name, g.impact FROM unnest($2::uuid[], $3::text[]) AS g (id, impact) JOIN systems s ON s.id = g.id
     ON CONFLICT DO NOTHING`,
    [id, systemIds, systems.map(({ impact }) => impact)],
  );
}

export async function writeResponders(manager: EntityManager, id: string, userIds: readonly string[]): Promise<void> {
  await manager.query('DELETE FROM incident_responders WHERE incident_id = $1 AND user_id <> ALL($2)', [id, userIds]);
  await manager.query(
    'INSERT INTO incident_responders (incident_id, user_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING',
    [id, userIds],
  );
}

/** Both name each other. The others whose relations changed. */
export async function writeRelated(
  manager: EntityManager,
  id: string,
  relatedIds: readonly string[],
): Promise<{ id: string }[]> {
  const gone = await manager.query<[{ id: string }[], number]>(
    `DELETE FROM incident_relations WHERE $1 IN (one_id, other_id) AND NOT (one_id = ANY($2) OR other_id = ANY($2))
     RETURNING CASE WHEN one_id = $1 THEN other_id ELSE one_id END AS id`,
    [id, relatedIds],
  );
  return [
    ...gone[0],
    ...(
      await relatePairs(
        manager,
        relatedIds.map((other) => [id, other]),
      )
    ).filter((each) => each.id !== id),
  ];
}

/** Links these to each other; those that were not linked so before. */
export async function relatePairs(
  manager: EntityManager,
  pairs: readonly (readonly [string, string])[],
): Promise<{ id: string }[]> {
  return manager.query<{ id: string }[]>(
    `WITH added AS (
       INSERT INTO incident_relations (one_id, other_id)
       SELECT least(one, other), greatest(one, other) FROM unnest($1::uuid[], $2::uuid[]) AS p (one, other)
       ON CONFLICT DO NOTHING RETURNING one_id, other_id
     ) SELECT DISTINCT id FROM added CROSS JOIN LATERAL (VALUES (one_id), (other_id)) AS ends (id)`,
    [pairs.map(([one]) => one), pairs.map(([, other]) => other)],
  );
}

/** Those of them that exist, locked until the transaction ends, in the order of their ids. */
export async function lockIncidents(manager: EntityManager, ids: readonly string[]): Promise<Set<string>> {
  const rows = await manager.query<{ id: string }[]>(
    'SELECT id FROM incidents WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE',
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
