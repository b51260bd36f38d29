// Maintenances and series as their readers get them.
import type {
  ActorName,
  Maintenance,
  MaintenanceSeries,
  MaintenanceStatus,
  MaintenanceSummary,
  Named,
  routes,
  RouteInput,
} from '@checkstack/api';
import { z } from 'zod';
import { containing } from '../edits/rows.js';
import { stateOf, type Sql } from '../health/outlook-rows.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';

type Query = RouteInput<typeof routes.maintenances.list>['query'];

interface PlannedRow {
  id: string;
  title: string;
  description: string;
  fromAt: Date;
  toAt: Date;
  systems: Named[];
  groups: Named[];
  suppressNotifications: boolean;
  excludeFromAvailability: boolean;
  reminderMinutes: number[];
  createdBy: ActorName;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

interface MaintenanceRow extends PlannedRow {
  status: MaintenanceStatus;
  startedAt: Date | null;
  endedAt: Date | null;
  seriesId: string | null;
  occurrenceAt: Date | null;
  changedAlone: boolean;
  position: string;
}

interface SeriesRow extends PlannedRow {
  rule: string;
  timeZone: string;
  endedAt: Date | null;
  next: { id: string; from: string; to: string; changedAlone: boolean }[];
}

const named = (kind: 'system' | 'group', owner: string): string => `
  (SELECT coalesce(json_agg(json_build_object('id', n.id, 'name', n.name) ORDER BY lower(n.name), n.id), '[]')
     FROM maintenance_targets t JOIN ${kind}s n ON n.id = t.${kind}_id WHERE t.${owner} = m.id) AS ${kind}s`;

const plannedColumns = (owner: string): string => `
  m.id, m.title, m.description, m.from_at AS "fromAt", m.to_at AS "toAt", ${named('system', owner)}, ${named('group', owner)},
  m.suppress_notifications AS "suppressNotifications", m.exclude_from_availability AS "excludeFromAvailability",
  m.reminder_minutes AS "reminderMinutes", m.created_by AS "createdBy", m.created_at AS "createdAt",
  m.updated_at AS "updatedAt", m.version, m.ended_at AS "endedAt"`;

const columns = `${plannedColumns('maintenance_id')}, m.status, m.started_at AS "startedAt", m.series_id AS "seriesId",
  m.occurrence_at AS "occurrenceAt", m.changed_alone AS "changedAlone", m.from_at::text AS position`;

const shownNext = 5;
const seriesColumns = `${plannedColumns('series_id')}, m.rule, m.time_zone AS "timeZone",
  (SELECT coalesce(json_agg(n ORDER BY n."from"), '[]') FROM (
     SELECT id, from_at AS "from", to_at AS "to", changed_alone AS "changedAlone" FROM maintenances
     WHERE series_id = m.id AND status = 'scheduled' ORDER BY from_at LIMIT ${shownNext}) n) AS next`;

const phases = {
  upcoming: "m.status = 'scheduled'",
  current: "m.status = 'in-progress'",
  past: "m.status IN ('completed', 'cancelled')",
};

/** Systems that the maintenance is of: named or in a named group. */
const isOf = (system: string): string => `EXISTS (
  SELECT FROM maintenance_targets t WHERE t.maintenance_id = m.id AND (t.system_id = ${system} OR t.group_id IN (
    SELECT group_id FROM system_groups WHERE system_id = ${system})))
  OR EXISTS (SELECT FROM maintenance_spans s WHERE s.maintenance_id = m.id AND s.system_id = ${system})`;

export async function listMaintenances(
  sql: Sql,
  query: Query,
): Promise<{ items: MaintenanceSummary[]; next: string | null }> {
  const { phase, systemId, seriesId, search, from, to, limit } = query;
  const [position, id] = decodeCursor(query.after, z.tuple([z.string().max(40), z.uuid()])) ?? [null, null];
  const isPast = phase === 'past';
  const rows = await sql.query<MaintenanceRow[]>(
    `SELECT ${columns} FROM maintenances m
     WHERE ($1::timestamptz IS NULL OR (m.from_at, m.id) ${isPast ? '<' : '>'} ($1, $2::uuid))
       AND ${phase ? phases[phase] : 'true'}
       AND ($3::uuid IS NULL OR ${isOf('$3')})
       AND ($4::uuid IS NULL OR m.series_id = $4)
       AND ($5::text IS NULL OR m.title ILIKE $5 OR m.description ILIKE $5)
       AND ($6::timestamptz IS NULL OR coalesce(m.ended_at, m.to_at) > $6) AND ($7::timestamptz IS NULL OR m.from_at < $7)
     ORDER BY m.from_at ${isPast ? 'DESC, m.id DESC' : ', m.id'} LIMIT $8`,
    [
      position,
      id,
      systemId ?? null,
      seriesId ?? null,
      search === undefined ? null : containing(search),
      from ?? null,
      to ?? null,
      limit + 1,
    ],
  );
  const page = pageOf(rows, limit, (row) => [row.position, row.id]);
  return { items: page.items.map(summaryOf), next: page.next };
}

export async function findMaintenance(sql: Sql, id: string): Promise<Maintenance | undefined> {
  const [row] = await sql.query<MaintenanceRow[]>(`SELECT ${columns} FROM maintenances m WHERE m.id = $1`, [id]);
  return row && { ...summaryOf(row), affected: await readAffected(sql, row) };
}

/** Of one that began, who was in it; of one that did not, who would be. */
async function readAffected(sql: Sql, { id, startedAt }: MaintenanceRow): Promise<Maintenance['affected']> {
  const source = startedAt
    ? 'SELECT system_id FROM maintenance_spans WHERE maintenance_id = $1'
    : `SELECT coalesce(t.system_id, g.system_id) FROM maintenance_targets t
       LEFT JOIN system_groups g ON g.group_id = t.group_id WHERE t.maintenance_id = $1`;
  const rows = await sql.query<
    { id: string; name: string; state: number; since: Date | null; reason: string | null }[]
  >(
    `SELECT id, name, state, state_since AS since, state_reason AS reason FROM systems
     WHERE id IN (${source}) ORDER BY lower(name), id`,
    [id],
  );
  return rows.map(({ id, name, state, since, reason }) => ({
    system: { id, name },
    state: { state: stateOf(state), since: since?.toISOString() ?? null, reason },
  }));
}

export async function listSeries(
  sql: Sql,
  query: RouteInput<typeof routes.maintenanceSeries.list>['query'],
): Promise<{ items: MaintenanceSeries[]; next: string | null }> {
  const [title, id] = decodeCursor(query.after, z.tuple([z.string(), z.uuid()])) ?? [null, null];
  const rows = await sql.query<(SeriesRow & { position: string })[]>(
    `SELECT ${seriesColumns}, lower(m.title) AS position FROM maintenance_series m
     WHERE $1::text IS NULL OR (lower(m.title), m.id) > ($1, $2::uuid) ORDER BY lower(m.title), m.id LIMIT $3`,
    [title, id, query.limit + 1],
  );
  const page = pageOf(rows, query.limit, (row) => [row.position, row.id]);
  return { items: page.items.map(seriesOf), next: page.next };
}

export async function findSeries(sql: Sql, id: string): Promise<MaintenanceSeries | undefined> {
  const [row] = await sql.query<SeriesRow[]>(`SELECT ${seriesColumns} FROM maintenance_series m WHERE m.id = $1`, [id]);
  return row && seriesOf(row);
}

function summaryOf(row: MaintenanceRow): MaintenanceSummary {
  const { seriesId, occurrenceAt, changedAlone } = row;
  return {
    ...plannedOf(row),
    status: row.status,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    series:
      seriesId === null || occurrenceAt === null
        ? null
        : { id: seriesId, occurrence: occurrenceAt.toISOString(), changedAlone },
  };
}

function seriesOf(row: SeriesRow): MaintenanceSeries {
  const { rule, timeZone, endedAt } = row;
  const next = row.next.map(({ from, to, ...one }) => ({
    ...one,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  }));
  return { ...plannedOf(row), rule, timeZone, next, endedAt: endedAt?.toISOString() ?? null };
}

function plannedOf(row: PlannedRow) {
  const { id, title, description, systems, groups, suppressNotifications, excludeFromAvailability } = row;
  return {
    id,
    title,
    description,
    from: row.fromAt.toISOString(),
    to: row.toAt.toISOString(),
    systems,
    groups,
    suppressNotifications,
    excludeFromAvailability,
    reminderMinutes: row.reminderMinutes,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    version: row.version,
  };
}
