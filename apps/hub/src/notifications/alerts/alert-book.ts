// What a batch of events makes of alerts, gathered before it is written.
import { randomUUID } from 'node:crypto';
import type { Quiet, State } from '@checkstack/api';
import { stateOf } from '../../health/outlook-rows.js';
import { worstOf } from '../../health/roll-up.js';
import * as z from 'zod';
import type { OutboxEvent } from '../../outbox/outbox.service.js';
import type { Telling } from '../telling.js';
import { tellingOf, titleOf } from './alert-messages.js';
import type { AlertedSystem, KeptRow } from './alert-rows.js';
import { stepAlert, type AlertNow, type SystemOutlook } from './alert-step.js';

const states = z.enum(['healthy', 'degraded', 'unhealthy', 'unknown'] satisfies State[]);
const stateEvent = z.object({
  to: states,
  since: z.coerce.date(),
  reason: z.string().nullable(),
  own: states.optional(),
  causes: z.array(z.object({ system: z.object({ id: z.string(), name: z.string() }), reason: z.string() })).default([]),
});

export class AlertBook {
  readonly tellings: Telling[] = [];
  readonly kept: KeptRow[] = [];
  private readonly changed = new Map<string, AlertNow & { systemId: string }>();

  constructor(
    private readonly systems: ReadonlyMap<string, AlertedSystem>,
    private readonly suppressed: ReadonlyMap<string, Quiet>,
    private readonly now: Date,
  ) {}

  /** Those that are not as they were. */
  get alerts(): (AlertNow & { systemId: string })[] {
    return [...this.changed.values()];
  }

  /** A system turned. */
  take(event: OutboxEvent): void {
    const system = this.systems.get(event.subjectId);
    const { data } = stateEvent.safeParse(event.payload);
    if (!system || !data) return;
    const { to, since, reason, causes } = data;
    const isOwn = event.type === 'own-state';
    const own = isOwn ? to : (data.own ?? to);
    const knownReason = own === stateOf(system.ownState) ? system.ownReason : null;
    // What is told of its own state behind what it inherits leaves open what is shown: that is as it was, and is yet.
    const shown = isOwn ? worstOf([to, stateOf(system.state)]) : to;
    this.step(system, {
      shown,
      reason: isOwn && shown !== to ? system.stateReason : reason,
      own,
      ownReason: own === to ? reason : knownReason,
      causes,
      since,
    });
  }

  /** As the system is now: what kept it quiet may be over. */
  review(systemId: string): void {
    const system = this.systems.get(systemId);
    if (!system?.alert) return;
    const { state, stateReason, stateSince, ownState, ownReason } = system;
    this.step(system, {
      shown: stateOf(state),
      reason: stateReason,
      own: stateOf(ownState),
      ownReason,
      causes: [],
      since: stateSince ?? this.now,
    });
  }

  acknowledge(systemId: string, by: string, at: Date): void {
    const system = this.systems.get(systemId);
    if (!system?.alert || system.alert.acknowledgedAt !== null) return;
    this.keep(system, { ...system.alert, acknowledgedAt: at, acknowledgedBy: by });
  }

  private step(system: AlertedSystem, outlook: SystemOutlook): void {
    const { alert, told, kept } = stepAlert(system.alert, outlook, {
      suppressed: this.suppressed.get(system.id) ?? null,
      collapseKey: system.recentKey ?? `alert:${randomUUID()}`,
      now: this.now,
    });
    if (!alert) return;
    const { causes, since } = outlook;
    for (const each of told) this.tellings.push(tellingOf(system, alert, each, { causes, since, at: this.now }));
    if (kept && alert.quiet)
      this.kept.push({
        systemId: system.id,
        alertId: alert.id,
        at: this.now,
        title: titleOf(system, kept),
        quiet: alert.quiet,
      });
    this.keep(system, alert);
  }

  private keep(system: AlertedSystem, alert: AlertNow): void {
    this.changed.set(alert.id, { ...alert, systemId: system.id });
    system.alert = alert.endedAt === null ? alert : null;
    system.recentKey = alert.collapseKey;
  }
}
