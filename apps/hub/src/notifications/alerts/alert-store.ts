import { importances } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../../cluster/notices.js';
import type { AlertBook } from './alert-book.js';
import { writeAlerts, writeKept } from './alert-rows.js';

/** Writes what a batch made of alerts. */
@Injectable()
export class AlertStore {
  constructor(private readonly notices: Notices) {}

  /** The systems of alerts that are kept quiet. */
  async quiet(manager: EntityManager): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      'SELECT system_id AS id FROM alerts WHERE ended_at IS NULL AND quiet_kind IS NOT NULL',
    );
    return rows.map(({ id }) => id);
  }

  async write(manager: EntityManager, book: AlertBook): Promise<void> {
    const { alerts } = book;
    await writeAlerts(manager, alerts);
    await writeKept(manager, book.kept);
    const over = alerts.filter(({ endedAt, acknowledgedAt }) => endedAt !== null || acknowledgedAt !== null);
    if (over.length > 0)
      await this.calm(
        manager,
        over.map(({ id }) => id),
      );
    for (const { id } of alerts) await this.notices.publish('changed', { thing: 'alert', id }, manager);
  }

  /** Neither reminders nor steps any more. */
  async calm(manager: EntityManager, alertIds: readonly string[]): Promise<void> {
    await manager.query('UPDATE escalations SET due_at = NULL WHERE alert_id = ANY($1)', [alertIds]);
    await manager.query('UPDATE alert_recipients SET remind_at = NULL WHERE alert_id = ANY($1)', [alertIds]);
  }

  /** What was told to subscribers begins the policies that are for it. */
  async escalate(manager: EntityManager, book: AlertBook, now: Date): Promise<void> {
    const open = new Map(book.alerts.filter(({ endedAt }) => endedAt === null).map((alert) => [alert.id, alert]));
    const told = book.tellings.flatMap(({ alertId, message, subscribedAt }) => {
      const alert = alertId === null ? undefined : open.get(alertId);
      return alert && subscribedAt !== null && message.family === 'state' && alert.acknowledgedAt === null
        ? [{ alert, level: importances.indexOf(subscribedAt) }]
        : [];
    });
    if (told.length === 0) return;
    await manager.query(
      `INSERT INTO escalations (alert_id, policy_id, begun_at, due_at)
       SELECT DISTINCT t.alert_id, p.id, $4::timestamptz, $4::timestamptz + make_interval(mins => (p.steps->0->>'afterMinutes')::integer)
       FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS t (alert_id, system_id, level)
       JOIN systems s ON s.id = t.system_id
       JOIN escalation_policies p ON p.least_importance <= t.level AND (num_nonnulls(p.system_id, p.group_id, p.tag) = 0
         OR p.system_id = s.id OR p.tag = ANY (s.tags)
         OR p.group_id IN (SELECT group_id FROM system_groups WHERE system_id = s.id))
       ON CONFLICT DO NOTHING`,
      [told.map(({ alert }) => alert.id), told.map(({ alert }) => alert.systemId), told.map(({ level }) => level), now],
    );
  }
}
