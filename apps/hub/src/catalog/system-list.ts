import type { Cause, EnvironmentState, routes, RouteInput, System } from '@checkstack/api';
import { verdicts } from '@checkstack/plugin-sdk/assertions';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { containing } from '../edits/rows.js';
import { readEnvironmentStates } from '../health/environment-states.js';
import { grouped } from '../health/outlook-rows.js';
import { readInProgress, shownMaintenance } from '../maintenance/in-progress.js';
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

/** What does not stand in its row. */
type Read = 'causes' | 'maintenance' | 'paused' | 'byEnvironment';

type Stored = Omit<StoredSystem, 'state' | 'own' | Read | 'createdAt' | 'updatedAt' | 'groupIds' | 'environmentIds'>;

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
  (SELECT count(*)::int FROM assignments WHERE system_id = systems.id) AS "checkCount"`;

export async function findSystem(manager: EntityManager, id: string): Promise<StoredSystem | undefined> {
  const rows = await manager.query<Row[]>(`SELECT ${columns} FROM systems WHERE id = $1`, [id]);
  const [system] = await systemsOf(manager, rows);
  return system;
}

/** One page by name. */
export async function listSystems(
  manager: EntityManager,
  query: Query,
): Promise<{ items: StoredSystem[]; next: string | null }> {
  const page = await readPage(manager, query);
  return { items: await systemsOf(manager, page.items), next: page.next };
}

interface Page {
  items: Row[];
  next: string | null;
}

async function readPage(manager: EntityManager, { state, ...query }: Query): Promise<Page> {
  const { environmentId, limit } = query;
  if (state === undefined || environmentId === undefined) return readRows(manager, { state, ...query });
  // What a system is in an environment stands in no column: pages are read until enough of their systems fit.
  const found: Row[] = [];
  let after = query.after;
  do {
    const { items, next } = await readRows(manager, {
      ...query,
      limit: Math.min(mostAtOnce, limit * oversized),
      after,
    });
    const states = await readEnvironmentStates(manager, idsOf(items));
    const isThere = (here: EnvironmentState): boolean => here.environment?.id === environmentId && here.state === state;
    found.push(...items.filter(({ id }) => states.get(id)?.some(isThere)));
    after = next ?? undefined;
  } while (after !== undefined && found.length <= limit);
  return pageOf(found, limit, positionOf);
}

const mostAtOnce = 1_000;
/** Of so many systems one is expected to fit. */
const oversized = 4;
const idsOf = (rows: readonly Row[]): string[] => rows.map(({ id }) => id);
const positionOf = ({ sortName, id }: Row): [string, string] => [sortName, id];

async function readRows(manager: EntityManager, query: Query): Promise<Page> {
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
  return pageOf(rows, query.limit, positionOf);
}

async function systemsOf(manager: EntityManager, rows: readonly Row[]): Promise<StoredSystem[]> {
  const ids = idsOf(rows);
  const causes = await readCauses(manager, ids);
  const maintenances = await readInProgress(manager, ids);
  const paused = await readPaused(manager, ids);
  const environments = await readEnvironmentStates(manager, ids);
  return rows.map((row) =>
    systemOf(row, {
      causes: causes.get(row.id) ?? [],
      maintenance: shownMaintenance(maintenances.get(row.id)),
      paused: paused.has(row.id),
      byEnvironment: environments.get(row.id) ?? [],
    }),
  );
}

/** Those that have checks, all of them paused or switched off. */
async function readPaused(manager: EntityManager, ids: readonly string[]): Promise<Set<string>> {
  const rows = await manager.query<{ id: string }[]>(
    `SELECT a.system_id AS id FROM assignments a JOIN checks c ON c.id = a.check_id
     WHERE a.system_id = ANY($1) GROUP BY a.system_id HAVING bool_and(c.paused OR NOT a.enabled)`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** By downstream system, worst first. */
async function readCauses(manager: EntityManager, ids: readonly string[]): Promise<Map<string, Cause[]>> {
  const rows = await readDependencies(manager, `d.downstream_id = ANY($1) ${byName}`, [ids]);
  return new Map([...grouped(rows, ({ downstreamId }) => downstreamId)].map(([id, needs]) => [id, causesOf(needs)]));
}

function systemOf(row: Row, read: Pick<StoredSystem, Read>): StoredSystem {
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
    ...read,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}
