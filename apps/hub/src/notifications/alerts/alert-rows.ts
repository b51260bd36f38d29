// Alerts and the systems they are of, as they are read and written for a batch.
import { importances, type Importance, type QuietKind } from '@checkstack/api';
import { numberOf, stateOf, type Sql } from '../../health/outlook-rows.js';
import type { AlertNow } from './alert-step.js';

export interface AlertedSystem {
  id: string;
  name: string;
  state: number;
  stateReason: string | null;
  stateSince: Date | null;
  ownState: number;
  ownReason: string | null;
  /** The alert that has not ended. */
  alert: AlertNow | null;
  /** Of the alert that ended last, a short time ago. */
  recentKey: string | null;
}

interface Row extends Omit<AlertedSystem, 'alert' | 'recentKey'> {
  alert: AlertRow | null;
  recentKey: string | null;
}

interface AlertRow {
  id: string;
  collapse_key: string;
  state: number;
  reason: string | null;
  importance: number;
  opened_at: string;
  told: number | null;
  told_inherited: number | null;
  told_at: string | null;
  told_inherited_at: string | null;
  quiet_kind: QuietKind | null;
  quiet_id: string | null;
  quiet_text: string | null;
  quiet_importance: number | null;
  acknowledged_at: string | null;
  acknowledged_by: string | null;
  ended_at: string | null;
}

/** What begins again so soon grows in the same notification. */
const sameFor = '30 minutes';

export async function readAlerted(sql: Sql, systemIds: readonly string[]): Promise<Map<string, AlertedSystem>> {
  if (systemIds.length === 0) return new Map();
  const rows = await sql.query<Row[]>(
    `SELECT s.id, s.name, s.state, s.state_reason AS "stateReason", s.state_since AS "stateSince",
       s.own_state AS "ownState", s.own_state_reason AS "ownReason", to_jsonb(a) AS alert,
       (SELECT collapse_key FROM alerts WHERE system_id = s.id AND ended_at > now() - interval '${sameFor}'
        ORDER BY opened_at DESC LIMIT 1) AS "recentKey"
     FROM systems s LEFT JOIN alerts a ON a.system_id = s.id AND a.ended_at IS NULL WHERE s.id = ANY($1)`,
    [systemIds],
  );
  return new Map(rows.map((row) => [row.id, { ...row, alert: row.alert && alertOf(row.alert) }]));
}

/** All columns of alerts that changed, new ones too. */
export async function writeAlerts(sql: Sql, alerts: readonly (AlertNow & { systemId: string })[]): Promise<void> {
  if (alerts.length === 0) return;
  const rows = alerts.map((alert) => ({
    id: alert.id,
    system_id: alert.systemId,
    collapse_key: alert.collapseKey,
    state: numberOf(alert.state),
    reason: alert.reason,
    importance: levelOf(alert.importance),
    opened_at: alert.openedAt,
    told: levelOf(alert.told),
    told_inherited: levelOf(alert.toldInherited),
    told_at: alert.toldAt,
    told_inherited_at: alert.toldInheritedAt,
    quiet_kind: alert.quiet?.kind ?? null,
    quiet_id: alert.quiet?.id ?? null,
    quiet_text: alert.quiet?.text ?? null,
    quiet_importance: levelOf(alert.quiet?.importance ?? null),
    acknowledged_at: alert.acknowledgedAt,
    acknowledged_by: alert.acknowledgedBy,
    ended_at: alert.endedAt,
  }));
  const columns = Object.keys(rows[0] ?? {});
  // Those that end make room for those that open.
  await sql.query(
    `WITH given AS (SELECT * FROM jsonb_populate_recordset(NULL::alerts, $1::jsonb))
     UPDATE alerts AS a SET ${columns.map((column) => `${column} = g.${column}`).join(', ')} FROM given g WHERE a.id = g.id`,
    [JSON.stringify(rows)],
  );
  await sql.query(
    `INSERT INTO alerts (${columns.join(', ')})
     SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::alerts, $1::jsonb) ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

export interface KeptRow {
  systemId: string;
  alertId: string | null;
  at: Date;
  title: string;
  quiet: { kind: QuietKind; id: string | null; text: string };
}

export async function writeKept(sql: Sql, kept: readonly KeptRow[]): Promise<void> {
  if (kept.length === 0) return;
  await sql.query(
    `INSERT INTO kept_quiet (system_id, alert_id, at, title, quiet_kind, quiet_id, quiet_text)
     SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::uuid[], $7::text[])`,
    [
      kept.map(({ systemId }) => systemId),
      kept.map(({ alertId }) => alertId),
      kept.map(({ at }) => at),
      kept.map(({ title }) => title),
      kept.map(({ quiet }) => quiet.kind),
      kept.map(({ quiet }) => quiet.id),
      kept.map(({ quiet }) => quiet.text),
    ],
  );
}

export function importanceAt(level: number): Importance {
  return importances[level] ?? 'info';
}

function levelOf(importance: Importance | null): number | null {
  return importance === null ? null : importances.indexOf(importance);
}

export function alertOf(row: AlertRow): AlertNow {
  const dateOf = (at: string | null): Date | null => (at === null ? null : new Date(at));
  return {
    id: row.id,
    collapseKey: row.collapse_key,
    state: stateOf(row.state),
    reason: row.reason,
    importance: importanceAt(row.importance),
    openedAt: new Date(row.opened_at),
    told: row.told === null ? null : importanceAt(row.told),
    toldInherited: row.told_inherited === null ? null : importanceAt(row.told_inherited),
    toldAt: dateOf(row.told_at),
    toldInheritedAt: dateOf(row.told_inherited_at),
    quiet:
      row.quiet_kind === null
        ? null
        : {
            kind: row.quiet_kind,
            id: row.quiet_id,
            text: row.quiet_text ?? '',
            importance: importanceAt(row.quiet_importance ?? 0),
          },
    acknowledgedAt: dateOf(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    endedAt: dateOf(row.ended_at),
  };
}
