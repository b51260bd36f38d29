import type { Alert, KeptQuiet, QuietKind, routes, RouteAnswer, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import * as z from 'zod';
import type { Actor } from '../../actor.js';
import { Edits } from '../../edits/edits.service.js';
import { stateOf } from '../../health/outlook-rows.js';
import { HubProblem } from '../../problems.js';
import { decodeCursor, pageOf } from '../../rest/cursor.js';
import { importanceAt } from './alert-rows.js';
import { AlertStore } from './alert-store.js';

interface AlertRow {
  id: string;
  systemId: string;
  systemName: string;
  state: number;
  reason: string | null;
  importance: number;
  openedAt: Date;
  toldAt: Date | null;
  quietKind: QuietKind | null;
  quietId: string | null;
  quietText: string | null;
  acknowledgedAt: Date | null;
  acknowledgedBy: string | null;
  endedAt: Date | null;
  position: string;
}

interface KeptRow {
  id: string;
  at: Date;
  systemId: string;
  systemName: string;
  alertId: string | null;
  title: string;
  quietKind: QuietKind;
  quietId: string | null;
  quietText: string;
}

const columns = `a.id, a.system_id AS "systemId", s.name AS "systemName", a.state, a.reason, a.importance,
  a.opened_at AS "openedAt", least(a.told_at, a.told_inherited_at) AS "toldAt", a.quiet_kind AS "quietKind",
  a.quiet_id AS "quietId", a.quiet_text AS "quietText", a.acknowledged_at AS "acknowledgedAt",
  a.acknowledged_by AS "acknowledgedBy", a.ended_at AS "endedAt", a.opened_at::text AS position`;

@Injectable()
export class Alerts {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly store: AlertStore,
  ) {}

  async list({
    limit,
    after,
    systemId,
    open,
  }: RouteInput<typeof routes.alerts.list>['query']): Promise<RouteAnswer<typeof routes.alerts.list>> {
    const [at, id] = decodeCursor(after, z.tuple([z.string().regex(/^[\d\-:. +]{1,40}$/), z.uuid()])) ?? [];
    const rows = await this.dataSource.query<AlertRow[]>(
      `SELECT ${columns} FROM alerts a JOIN systems s ON s.id = a.system_id
       WHERE ($1::uuid IS NULL OR a.system_id = $1) AND ($2::boolean IS NULL OR (a.ended_at IS NULL) = $2)
         AND ($3::timestamptz IS NULL OR (a.opened_at, a.id) < ($3, $4::uuid))
       ORDER BY a.opened_at DESC, a.id DESC LIMIT $5`,
      [systemId ?? null, open ?? null, at ?? null, id ?? null, limit + 1],
    );
    const page = pageOf(rows, limit, (row) => [row.position, row.id]);
    return { items: page.items.map(alertOf), next: page.next };
  }

  /** Who is first looks after it; whoever comes later is shown who that is. */
  acknowledge(id: string, actor: Actor): Promise<Alert> {
    return this.edits.run(async (manager) => {
      const [, count] = await manager.query<[unknown[], number]>(
        `UPDATE alerts SET acknowledged_at = now(), acknowledged_by = $2
         WHERE id = $1 AND acknowledged_at IS NULL AND ended_at IS NULL`,
        [id, actor.name],
      );
      const alert = await one(manager, id);
      if (count === 0) return alert;
      await this.store.calm(manager, [id]);
      await this.edits.record(manager, actor, {
        thing: 'alert',
        id,
        name: alert.system.name,
        before: { acknowledgedBy: null },
        after: { acknowledgedBy: actor.name },
      });
      return alert;
    });
  }

  async keptQuiet({
    limit,
    after,
    systemId,
  }: RouteInput<typeof routes.alerts.keptQuiet>['query']): Promise<RouteAnswer<typeof routes.alerts.keptQuiet>> {
    const [id] = decodeCursor(after, z.tuple([z.string().regex(/^\d{1,18}$/)])) ?? [];
    const rows = await this.dataSource.query<KeptRow[]>(
      `SELECT k.id, k.at, k.system_id AS "systemId", s.name AS "systemName", k.alert_id AS "alertId", k.title,
         k.quiet_kind AS "quietKind", k.quiet_id AS "quietId", k.quiet_text AS "quietText"
       FROM kept_quiet k JOIN systems s ON s.id = k.system_id
       WHERE ($1::uuid IS NULL OR k.system_id = $1) AND ($2::bigint IS NULL OR k.id < $2) ORDER BY k.id DESC LIMIT $3`,
      [systemId ?? null, id ?? null, limit + 1],
    );
    const page = pageOf(rows, limit, (row) => [row.id]);
    return { items: page.items.map(keptOf), next: page.next };
  }
}

async function one(manager: EntityManager, id: string): Promise<Alert> {
  const [row] = await manager.query<AlertRow[]>(
    `SELECT ${columns} FROM alerts a JOIN systems s ON s.id = a.system_id WHERE a.id = $1`,
    [id],
  );
  if (!row) throw new HubProblem('not_found');
  return alertOf(row);
}

function alertOf(row: AlertRow): Alert {
  const { id, systemId, systemName, reason, quietKind, quietId, quietText, acknowledgedBy } = row;
  return {
    id,
    system: { id: systemId, name: systemName },
    state: stateOf(row.state),
    reason,
    importance: importanceAt(row.importance),
    openedAt: row.openedAt.toISOString(),
    toldAt: row.toldAt?.toISOString() ?? null,
    quiet: quietKind === null ? null : { kind: quietKind, id: quietId, text: quietText ?? '' },
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy,
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function keptOf({ id, at, systemId, systemName, alertId, title, ...row }: KeptRow): KeptQuiet {
  return {
    id,
    at: at.toISOString(),
    system: { id: systemId, name: systemName },
    alertId,
    title,
    quiet: { kind: row.quietKind, id: row.quietId, text: row.quietText },
  };
}
