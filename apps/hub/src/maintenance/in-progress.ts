// What is in maintenance, and when: for all who show it, keep notifications back or leave its time out.
import type { CurrentMaintenance } from '@checkstack/api';
import { grouped, type Sql } from '../health/outlook-rows.js';
import type { Span } from '../results/availability.js';
import { inAll, type MaintenanceTime } from './spans.js';

export interface InProgress {
  id: string;
  title: string;
  until: Date;
  /** Whether this one, or another of the same time, keeps notifications back. */
  suppress: boolean;
}

/** A check and a system together are the check on the system. */
export interface MaintainedSubject {
  checkId?: string | undefined;
  systemId?: string | undefined;
  sliceId?: string | undefined;
}

/** Of several the one that ends last. Few rows: only what is in progress is looked at. */
const openSpans = `
  SELECT DISTINCT ON (s.system_id) s.system_id, m.id, m.title, m.to_at,
    bool_or(m.suppress_notifications) OVER (PARTITION BY s.system_id) AS suppress
  FROM maintenance_spans s JOIN maintenances m ON m.id = s.maintenance_id
  WHERE s.to_at IS NULL`;
const lastFirst = 'ORDER BY s.system_id, m.to_at DESC, m.id';

/** By system; those that are in none are missing. */
export async function readInProgress(sql: Sql, systemIds: readonly string[]): Promise<Map<string, InProgress>> {
  if (systemIds.length === 0) return new Map();
  const rows = await sql.query<(InProgress & { systemId: string })[]>(
    `SELECT system_id AS "systemId", id, title, to_at AS until, suppress
     FROM (${openSpans} AND s.system_id = ANY($1) ${lastFirst}) open`,
    [systemIds],
  );
  return new Map(rows.map(({ systemId, ...maintenance }) => [systemId, maintenance]));
}

/** A check is in maintenance while all systems are that it watches; of theirs the one that ends first. */
export async function readChecksInProgress(sql: Sql, checkIds: readonly string[]): Promise<Map<string, InProgress>> {
  if (checkIds.length === 0) return new Map();
  const rows = await sql.query<(InProgress & { checkId: string })[]>(
    `WITH open AS MATERIALIZED (${openSpans} ${lastFirst})
     SELECT DISTINCT ON (a.check_id) a.check_id AS "checkId", open.id, open.title, open.to_at AS until, open.suppress
     FROM open JOIN assignments a ON a.system_id = open.system_id
     WHERE a.check_id = ANY($1) AND a.enabled AND NOT EXISTS (
       SELECT FROM assignments other WHERE other.check_id = a.check_id AND other.enabled
         AND other.system_id NOT IN (SELECT system_id FROM open))
     ORDER BY a.check_id, open.to_at, open.id`,
    [checkIds],
  );
  return new Map(rows.map(({ checkId, ...maintenance }) => [checkId, maintenance]));
}

/** When each system was in maintenance within the span; what goes on has no end. */
export async function spansOfSystems(
  sql: Sql,
  systemIds: readonly string[],
  { fromMs, toMs }: Span,
): Promise<Map<string, MaintenanceTime[]>> {
  const rows = await sql.query<
    { systemId: string; id: string; title: string; fromMs: number; toMs: number | null; excluded: boolean }[]
  >(
    `SELECT s.system_id AS "systemId", m.id, m.title, m.exclude_from_availability AS excluded,
       (extract(epoch FROM s.from_at) * 1000)::float8 AS "fromMs", (extract(epoch FROM s.to_at) * 1000)::float8 AS "toMs"
     FROM maintenance_spans s JOIN maintenances m ON m.id = s.maintenance_id
     WHERE s.system_id = ANY($1) AND s.from_at < $3 AND (s.to_at IS NULL OR s.to_at > $2) ORDER BY s.from_at, m.id`,
    [systemIds, new Date(fromMs), new Date(toMs)],
  );
  const times = grouped(rows, ({ systemId }) => systemId);
  return new Map(systemIds.map((id) => [id, (times.get(id) ?? []).map(timeOf)]));
}

/** When the subject was in maintenance: a check while all systems were that it watches now. */
export async function readSpans(sql: Sql, subject: MaintainedSubject, span: Span): Promise<MaintenanceTime[]> {
  const times = await spansOfSystems(sql, await systemsOf(sql, subject), span);
  return inAll([...times.values()]);
}

/** The time that is not to count, within the span. */
export async function readExcludedSpans(sql: Sql, subject: MaintainedSubject, span: Span): Promise<Span[]> {
  const times = await spansOfSystems(sql, await systemsOf(sql, subject), span);
  return inAll([...times.values()].map((all) => all.filter(({ excluded }) => excluded)));
}

/** As lists show it. */
export function shownMaintenance(maintenance: InProgress | undefined): CurrentMaintenance | null {
  return maintenance ? { id: maintenance.id, title: maintenance.title, until: maintenance.until.toISOString() } : null;
}

function timeOf(row: {
  id: string;
  title: string;
  fromMs: number;
  toMs: number | null;
  excluded: boolean;
}): MaintenanceTime {
  const { id, title, fromMs, excluded } = row;
  return { maintenance: { id, title }, fromMs, toMs: row.toMs ?? Infinity, excluded };
}

async function systemsOf(sql: Sql, { checkId, systemId, sliceId }: MaintainedSubject): Promise<string[]> {
  if (sliceId !== undefined) {
    const query = 'SELECT system_id AS id FROM slices s JOIN assignments a ON a.id = s.assignment_id WHERE s.id = $1';
    return (await sql.query<{ id: string }[]>(query, [sliceId])).map(({ id }) => id);
  }
  if (systemId !== undefined) return [systemId];
  if (checkId === undefined) return [];
  const query = 'SELECT system_id AS id FROM assignments WHERE check_id = $1 AND enabled';
  return (await sql.query<{ id: string }[]>(query, [checkId])).map(({ id }) => id);
}
