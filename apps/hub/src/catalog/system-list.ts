import type { Cause, routes, RouteInput, System } from '@checkstack/api';
import { verdicts } from '@checkstack/plugin-sdk/assertions';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { containing } from '../edits/rows.js';
import { grouped } from '../health/outlook-rows.js';
import { readInProgress, shownMaintenance, type InProgress } from '../maintenance/in-progress.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import {
  byName,
  causesOf,
  readDependencies,
  statesOf,
  systemStateColumns,
  type SystemStateRow,
} from './dependency-rows.js';

type Query = RouteInput<typeof routes.systems.list>['query'];

/** A system without the names of the users among its contacts. */
export type StoredSystem = Omit<System, 'contactUsers'>;

type Stored = Omit<
  StoredSystem,
  'state' | 'own' | 'causes' | 'maintenance' | 'createdAt' | 'updatedAt' | 'groupIds' | 'environmentIds'
>;

interface Row extends Stored, SystemStateRow {
  sortName: string;
  createdAt: Date;
  updatedAt: Date;
}

// The inner selects run for the rows of the page only: PostgreSQL evaluates them after LIMIT.
const columns = `
  ${systemStateColumns}, name, lower(name) AS "sortName", description, contacts, links, tags, version,
  created_at AS "createdAt", updated_at AS "updatedAt",
  (SELECT coalesce(json_agg(json_build_object('id', groups.id, 'name', groups.name) ORDER BY lower(groups.name)), '[]')
     FROM system_groups JOIN groups ON groups.id = group_id WHERE system_id = systems.id) AS groups,
  (SELECT coalesce(json_agg(json_build_object('id', e.id, 'name', e.name) ORDER BY lower(e.name)), '[]')
     FROM system_environments JOIN environments e ON e.id = environment_id WHERE system_id = systems.id) AS environments,
  (SELECT count(*)::int FROM assignments WHERE system_id = systems.id) AS "checkCount",
  EXISTS (SELECT FROM assignments WHERE system_id = systems.id) AND NOT EXISTS (
    SELECT FROM assignments a JOIN checks c ON c.id = a.check_id WHERE a.system_id = systems.id AND a.enabled AND NOT c.paused
  ) AS paused`;

export async function findSystem(manager: EntityManager, id: string): Promise<StoredSystem | undefined> {
  const [row] = await manager.query<Row[]>(`SELECT ${columns} FROM systems WHERE id = $1`, [id]);
  if (!row) return undefined;
  return systemOf(row, await readCauses(manager, [id]), await readInProgress(manager, [id]));
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
  const ids = page.items.map((row) => row.id);
  const causes = await readCauses(manager, ids);
  const maintenances = await readInProgress(manager, ids);
  return { items: page.items.map((row) => systemOf(row, causes, maintenances)), next: page.next };
}

/** By downstream system, worst first. */
async function readCauses(manager: EntityManager, ids: readonly string[]): Promise<Map<string, Cause[]>> {
  const rows = await readDependencies(manager, `d.downstream_id = ANY($1) ${byName}`, [ids]);
  return new Map([...grouped(rows, ({ downstreamId }) => downstreamId)].map(([id, needs]) => [id, causesOf(needs)]));
}

function systemOf(
  row: Row,
  causes: ReadonlyMap<string, Cause[]>,
  maintenances: ReadonlyMap<string, InProgress>,
): StoredSystem {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    contacts: row.contacts,
    links: row.links,
    tags: row.tags,
    groups: row.groups,
    groupIds: row.groups.map((group) => group.id),
    environments: row.environments,
    environmentIds: row.environments.map((environment) => environment.id),
    checkCount: row.checkCount,
    ...statesOf(row),
    maintenance: shownMaintenance(maintenances.get(row.id)),
    paused: row.paused,
    causes: causes.get(row.id) ?? [],
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}
