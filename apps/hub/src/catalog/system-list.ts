import type { routes, RouteInput, System } from '@checkstack/api';
import { verdicts } from '@checkstack/plugin-sdk/assertions';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { containing } from '../edits/rows.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';

type Query = RouteInput<typeof routes.systems.list>['query'];

/** A system without the names of the users among its contacts. */
export type StoredSystem = Omit<System, 'contactUsers'>;

interface Row extends Omit<StoredSystem, 'state' | 'createdAt' | 'updatedAt' | 'groupIds' | 'environmentIds'> {
  sortName: string;
  state: number;
  stateSince: Date | null;
  stateReason: string | null;
  createdAt: Date;
  updatedAt: Date;
}

// The inner selects run for the rows of the page only: PostgreSQL evaluates them after LIMIT.
const columns = `
  id, name, lower(name) AS "sortName", description, contacts, links, tags, version,
  state, state_since AS "stateSince", state_reason AS "stateReason",
  created_at AS "createdAt", updated_at AS "updatedAt",
  (SELECT coalesce(json_agg(json_build_object('id', groups.id, 'name', groups.name) ORDER BY lower(groups.name)), '[]')
     FROM system_groups JOIN groups ON groups.id = group_id WHERE system_id = systems.id) AS groups,
  (SELECT coalesce(json_agg(json_build_object('id', e.id, 'name', e.name) ORDER BY lower(e.name)), '[]')
     FROM system_environments JOIN environments e ON e.id = environment_id WHERE system_id = systems.id) AS environments,
  (SELECT count(*)::int FROM assignments WHERE system_id = systems.id) AS "checkCount"`;

export async function findSystem(manager: EntityManager, id: string): Promise<StoredSystem | undefined> {
  const [row] = await manager.query<Row[]>(`SELECT ${columns} FROM systems WHERE id = $1`, [id]);
  return row && systemOf(row);
}

/** One page by name. */
export async function listSystems(
  manager: EntityManager,
  query: Query,
): Promise<{ items: StoredSystem[]; next: string | null }> {
  const [name, id] = decodeCursor(query.after, z.tuple([z.string(), z.uuid()])) ?? [null, null];
  const rows = await manager.query<Row[]>(
    `SELECT ${columns} FROM systems
     WHERE ($1::text IS NULL OR (lower(name), id) > ($1, $2::uuid))
       AND ($3::text IS NULL OR name ILIKE $3 OR description ILIKE $3 OR EXISTS (SELECT FROM unnest(tags) tag WHERE tag ILIKE $3))
       AND ($4::uuid IS NULL OR id IN (SELECT system_id FROM system_groups WHERE group_id = $4))
       AND ($5::uuid IS NULL OR id IN (SELECT system_id FROM system_environments WHERE environment_id = $5))
       AND ($6::text IS NULL OR $6 = ANY(tags))
       AND ($7::smallint IS NULL OR state = $7)
     ORDER BY lower(name), id LIMIT $8`,
    [
      name,
      id,
      query.search === undefined ? null : containing(query.search),
      query.groupId ?? null,
      query.environmentId ?? null,
      query.tag ?? null,
      query.state === undefined ? null : verdicts.indexOf(query.state),
      query.limit + 1,
    ],
  );
  const page = pageOf(rows, query.limit, (row) => [row.sortName, row.id]);
  return { items: page.items.map(systemOf), next: page.next };
}

function systemOf({ stateSince, stateReason, ...row }: Row): StoredSystem {
  return {
    ...row,
    groupIds: row.groups.map((group) => group.id),
    environmentIds: row.environments.map((environment) => environment.id),
    state: {
      state: verdicts[row.state] ?? 'unknown',
      since: stateSince?.toISOString() ?? null,
      reason: stateReason,
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
