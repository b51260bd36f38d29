// Integrations as people see them.
import type { Integration, IntegrationDetail, IntegrationSubscription } from '@checkstack/api';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { trafficColumns, trafficOf, type TrafficRow } from '../delivery/lanes.js';
import { HubProblem } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { redactConfig } from '../secrets/secret-values.js';

interface Row extends Omit<Integration, 'traffic' | 'createdAt'>, TrafficRow {
  sortName: string;
  createdAt: Date;
}

/** One page by name. */
export async function listIntegrations(
  manager: EntityManager,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<{ items: Integration[]; next: string | null }> {
  const [name, id] = decodeCursor(after, z.tuple([z.string(), z.uuid()])) ?? [null, null];
  const rows = await readRows(
    manager,
    `$1::text IS NULL OR (lower(name), id) > ($1, $2::uuid) ORDER BY lower(name), id LIMIT $3`,
    [name, id, limit + 1],
  );
  const page = pageOf(rows, limit, (row) => [row.sortName, row.id]);
  return { items: page.items.map(integrationOf), next: page.next };
}

export async function readIntegration(manager: EntityManager, id: string): Promise<IntegrationDetail> {
  const [row] = await readRows(manager, 'id = $1', [id]);
  if (!row) throw new HubProblem('not_found');
  return { ...integrationOf(row), subscriptions: await readSubscriptions(manager, 's.integration_id = $1', [id]) };
}

export async function readSubscription(manager: EntityManager, id: string): Promise<IntegrationSubscription> {
  const [subscription] = await readSubscriptions(manager, 's.id = $1', [id]);
  if (!subscription) throw new HubProblem('not_found');
  return subscription;
}

async function readSubscriptions(
  manager: EntityManager,
  where: string,
  parameters: unknown[],
): Promise<IntegrationSubscription[]> {
  const namesOf = (table: string, ids: string): string =>
    `COALESCE((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name) ORDER BY lower(t.name), t.id)
       FROM ${table} t WHERE t.id = ANY(${ids})), '[]')`;
  const rows = await manager.query<IntegrationSubscription[]>(
    `SELECT s.id, s.name, s.enabled, s.events, s.families, s.least_importance AS "leastImportance",
       s.system_ids AS "systemIds", s.group_ids AS "groupIds", s.tags, s.options, s.template, s.version,
       ${namesOf('systems', 's.system_ids')} AS systems, ${namesOf('groups', 's.group_ids')} AS groups
     FROM integration_subscriptions s WHERE ${where} ORDER BY lower(s.name), s.id`,
    parameters,
  );
  return rows.map((row) => ({ ...row, options: redactConfig(row.options) }));
}

function readRows(manager: EntityManager, where: string, parameters: unknown[]): Promise<Row[]> {
  return manager.query<Row[]>(
    `SELECT id, name, lower(name) AS "sortName", kind, config, enabled, version, created_at AS "createdAt",
       (SELECT count(*)::int FROM integration_subscriptions WHERE integration_id = integrations.id) AS "subscriptionCount",
       ${trafficColumns('integrations.id')}
     FROM integrations WHERE ${where}`,
    parameters,
  );
}

function integrationOf({ sortName: _, waiting, dead, lastSentAt, lastError, ...row }: Row): Integration {
  return {
    ...row,
    config: redactConfig(row.config),
    traffic: trafficOf({ waiting, dead, lastSentAt, lastError }),
    createdAt: row.createdAt.toISOString(),
  };
}
