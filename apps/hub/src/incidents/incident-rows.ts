// Incidents as they are read, whole or as a line of a list.
import type { ActorName, Incident, IncidentImpact, IncidentSummary, Named, routes, RouteInput } from '@checkstack/api';
import { z } from 'zod';
import { containing } from '../edits/rows.js';
import type { Sql } from '../health/outlook-rows.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { stateNow } from '../results/slice-rows.js';
import type { StoredActionItem } from './incident.entity.js';

type Query = RouteInput<typeof routes.incidents.list>['query'];

interface SummaryRow {
  id: string;
  title: string;
  status: Incident['status'];
  severity: Incident['severity'];
  systems: {
    id: string;
    name: string;
    impact: IncidentImpact;
    /** null: it was deleted. */
    state: number | null;
    since: string | null;
    reason: string | null;
  }[];
  suppressNotifications: boolean;
  lead: Named | null;
  openedAt: Date;
  acknowledgedAt: Date | null;
  resolvedAt: Date | null;
  version: number;
}

interface Row extends SummaryRow {
  description: string;
  links: Incident['links'];
  responders: Named[];
  related: Incident['related'];
  postMortem: string;
  actionItems: StoredActionItem[];
  owners: Named[];
  openedBy: ActorName;
  acknowledgedBy: ActorName | null;
  updatedAt: Date;
}

// The inner selects run for the rows of the page only: PostgreSQL evaluates them after LIMIT.
const summaryColumns = `
  i.id, i.title, i.status, i.severity, i.suppress_notifications AS "suppressNotifications", i.opened_at AS "openedAt",
  i.acknowledged_at AS "acknowledgedAt", i.resolved_at AS "resolvedAt", i.version,
  (SELECT json_build_object('id', u.id, 'name', u.name) FROM users u WHERE u.id = i.lead_id) AS lead,
  (SELECT coalesce(json_agg(json_build_object('id', a.system_id, 'name', coalesce(s.name, a.name), 'impact', a.impact,
       'state', s.state, 'since', s.state_since, 'reason', s.state_reason) ORDER BY lower(coalesce(s.name, a.name)), a.system_id), '[]')
     FROM incident_systems a LEFT JOIN systems s ON s.id = a.system_id WHERE a.incident_id = i.id) AS systems`;

const columns = `${summaryColumns}, i.description, i.links, i.post_mortem AS "postMortem", i.action_items AS "actionItems",
  i.opened_by AS "openedBy", i.acknowledged_by AS "acknowledgedBy", i.updated_at AS "updatedAt",
  (SELECT coalesce(json_agg(json_build_object('id', u.id, 'name', u.name) ORDER BY lower(u.name), u.id), '[]')
     FROM incident_responders r JOIN users u ON u.id = r.user_id WHERE r.incident_id = i.id) AS responders,
  (SELECT coalesce(json_agg(json_build_object('id', o.id, 'title', o.title, 'status', o.status) ORDER BY o.opened_at DESC, o.id), '[]')
     FROM incident_relations r JOIN incidents o ON o.id = CASE WHEN r.one_id = i.id THEN r.other_id ELSE r.one_id END
     WHERE i.id IN (r.one_id, r.other_id)) AS related,
  (SELECT coalesce(json_agg(json_build_object('id', u.id, 'name', u.name)), '[]') FROM users u
     WHERE u.id IN (SELECT (item->>'ownerId')::uuid FROM jsonb_array_elements(i.action_items) item)) AS owners`;

/** In no particular order; those that do not exist are not among them. */
export async function readIncidents(sql: Sql, ids: readonly string[]): Promise<Incident[]> {
  const rows = await sql.query<Row[]>(`SELECT ${columns} FROM incidents i WHERE i.id = ANY($1)`, [ids]);
  return rows.map(incidentOf);
}

/** Last opened first. `audiences`: whose updates are searched. */
export async function listIncidents(
  sql: Sql,
  query: Query,
  audiences: readonly string[],
): Promise<{ items: IncidentSummary[]; next: string | null }> {
  const [openedMs, id] = decodeCursor(query.after, z.tuple([z.int().min(0).max(8.64e15), z.uuid()])) ?? [];
  const rows = await sql.query<SummaryRow[]>(
    `SELECT ${summaryColumns} FROM incidents i
     WHERE ($1::timestamptz IS NULL OR (i.opened_at, i.id) < ($1, $2::uuid))
       AND ($3::text IS NULL OR i.status = $3) AND ($4::text IS NULL OR i.severity = $4)
       AND ($5::uuid IS NULL OR i.id IN (SELECT incident_id FROM incident_systems WHERE system_id = $5))
       AND ($6::boolean IS NULL OR (i.resolved_at IS NULL) = $6)
       AND ($7::timestamptz IS NULL OR i.resolved_at IS NULL OR i.resolved_at >= $7)
       AND ($8::timestamptz IS NULL OR i.opened_at <= $8)
       AND ($9::text IS NULL OR i.title ILIKE $9 OR i.description ILIKE $9 OR i.id IN (
         SELECT incident_id FROM incident_updates WHERE body ILIKE $9 AND deleted_at IS NULL AND audience = ANY($10)))
     ORDER BY i.opened_at DESC, i.id DESC LIMIT $11`,
    [
      openedMs === undefined ? null : new Date(openedMs),
      id ?? null,
      query.status ?? null,
      query.severity ?? null,
      query.systemId ?? null,
      query.open === undefined ? null : query.open === 'true',
      query.from ?? null,
      query.to ?? null,
      query.search === undefined ? null : containing(query.search),
      audiences,
      query.limit + 1,
    ],
  );
  const { items, next } = pageOf(rows, query.limit, (row) => [row.openedAt.getTime(), row.id]);
  return { items: items.map(summaryOf), next };
}

function summaryOf(row: SummaryRow): IncidentSummary {
  return {
    id: row.id,
    title: row.title,
    status: row.status,
    severity: row.severity,
    systems: row.systems.map(({ id, name, impact, state, since, reason }) => ({
      system: { id, name },
      impact,
      state: state === null ? null : stateNow(state, since === null ? null : new Date(since), reason),
    })),
    suppressNotifications: row.suppressNotifications,
    lead: row.lead,
    openedAt: row.openedAt.toISOString(),
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    resolvedAt: row.resolvedAt?.toISOString() ?? null,
    version: row.version,
  };
}

function incidentOf(row: Row): Incident {
  const { openedAt, acknowledgedAt, resolvedAt } = row;
  return {
    ...summaryOf(row),
    description: row.description,
    links: row.links,
    responders: row.responders,
    related: row.related,
    postMortem: row.postMortem,
    actionItems: row.actionItems.map((item) => ({
      ...item,
      owner: row.owners.find(({ id }) => id === item.ownerId) ?? null,
    })),
    openedBy: row.openedBy,
    acknowledgedBy: row.acknowledgedBy,
    secondsToAcknowledge: secondsBetween(openedAt, acknowledgedAt),
    secondsToResolve: secondsBetween(openedAt, resolvedAt),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function secondsBetween(from: Date, to: Date | null): number | null {
  return to && (to.getTime() - from.getTime()) / 1000;
}
