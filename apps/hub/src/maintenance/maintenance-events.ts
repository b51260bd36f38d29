import type { Audience, Named } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Outbox } from '../outbox/outbox.service.js';
import { HubProblem } from '../problems.js';
import { findMaintenance } from './maintenance-rows.js';

export type What = 'scheduled' | 'reminder' | 'started' | 'completed' | 'cancelled' | 'changed' | 'updated';

/** What all events of type `maintenance` tell; some tell more. */
export interface MaintenancePayload {
  what: What;
  title: string;
  /** Markdown. */
  description: string;
  status: string;
  from: string;
  to: string;
  systems: Named[];
  /** Its systems alert nobody anew while it is in progress. */
  suppress: boolean;
  seriesId: string | null;
  /** Who may be told: what is said of the maintenance itself is for whoever signs in. */
  audience: Audience;
  /** When it happened, which may be earlier than it is told. */
  at: string;
  /** Of a reminder. */
  minutesBefore?: number;
  /** Of the first of a series. */
  recurs?: { rule: string; timeZone: string };
  /** Of a change. */
  before?: { from: string; to: string };
  /** What was posted. */
  update?: { id: string; body: string; author: string };
}

@Injectable()
export class MaintenanceEvents {
  constructor(private readonly outbox: Outbox) {}

  /** The maintenance as it stands now, in the transaction that made it so. */
  async tell(
    manager: EntityManager,
    id: string,
    what: What,
    { at, audience = 'signed-in', ...more }: Partial<MaintenancePayload> & { at: string },
  ): Promise<void> {
    const maintenance = await findMaintenance(manager, id);
    if (!maintenance) throw new HubProblem('not_found');
    const { title, description, status, from, to, suppressNotifications, series, affected } = maintenance;
    const payload: MaintenancePayload = {
      what,
      title,
      description,
      status,
      from,
      to,
      systems: affected.map(({ system }) => system),
      suppress: suppressNotifications,
      seriesId: series?.id ?? null,
      audience,
      at,
      ...more,
    };
    await this.outbox.write(manager, [{ type: 'maintenance', subject: { kind: 'maintenance', id }, payload }]);
  }
}
