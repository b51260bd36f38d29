import type { Maintenance, MaintenanceSummary, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { closeSpans, writeTargets } from './coverage.js';
import { MaintenanceEvents } from './maintenance-events.js';
import { MaintenanceProgress } from './maintenance-progress.service.js';
import { findMaintenance, listMaintenances } from './maintenance-rows.js';
import { MaintenanceEntity } from './maintenance.entity.js';
import { nextReminder, refuseBadTimes, refuseLateChange } from './plan.js';

type Fields = RouteInput<typeof routes.maintenances.create>['body'];

/** What people do with single maintenances, those of a series too. */
@Injectable()
export class MaintenancePlanning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly progress: MaintenanceProgress,
    private readonly events: MaintenanceEvents,
  ) {}

  list(
    query: RouteInput<typeof routes.maintenances.list>['query'],
  ): Promise<{ items: MaintenanceSummary[]; next: string | null }> {
    return listMaintenances(this.dataSource.manager, query);
  }

  async read(id: string, manager: EntityManager = this.dataSource.manager): Promise<Maintenance> {
    const found = await findMaintenance(manager, id);
    if (!found) throw new HubProblem('not_found');
    return found;
  }

  create({ from, to, systemIds, groupIds, ...columns }: Fields, actor: Actor): Promise<Maintenance> {
    const times = { fromMs: Date.parse(from), toMs: Date.parse(to) };
    refuseBadTimes(times);
    return this.edits.run(async (manager) => {
      const now = await this.progress.takeTurn(manager);
      const { id } = await manager.save(MaintenanceEntity, {
        ...columns,
        fromAt: new Date(times.fromMs),
        toAt: new Date(times.toMs),
        createdBy: { kind: actor.kind, id: actor.id, name: actor.name },
        nextReminderAt: nextReminder(times.fromMs, columns.reminderMinutes, now.getTime()),
      });
      await writeTargets(manager, 'maintenance_id', id, { systemIds, groupIds });
      const created = await this.read(id, manager);
      if (times.fromMs > now.getTime()) await this.tell(manager, id, 'scheduled', now);
      await this.progress.advance(manager);
      await this.edits.record(manager, actor, { ...about(created), after: shown(created) });
      return this.read(id, manager);
    });
  }

  update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<Maintenance> {
    return this.edits.run(async (manager) => {
      const now = await this.progress.takeTurn(manager);
      const { status } = await lockForEdit(manager, MaintenanceEntity, id, version);
      const before = await this.read(id, manager);
      const given = fieldsOf(before);
      const after = merged<Fields>(given, input);
      const times = { fromMs: Date.parse(after.from), toMs: Date.parse(after.to) };
      refuseBadTimes(times);
      refuseLateChange(status, given, { ...after, from: iso(after.from), to: iso(after.to) }, now.getTime());
      const { title, description, suppressNotifications, excludeFromAvailability, reminderMinutes } = after;
      await manager.update(MaintenanceEntity, id, {
        ...{ title, description, suppressNotifications, excludeFromAvailability, reminderMinutes },
        fromAt: new Date(times.fromMs),
        toAt: new Date(times.toMs),
        nextReminderAt: status === 'scheduled' ? nextReminder(times.fromMs, reminderMinutes, now.getTime()) : null,
      });
      await writeTargets(manager, 'maintenance_id', id, input);
      const changed = await this.read(id, manager);
      const change = { ...about(changed), before: shown(before), after: shown(changed) };
      if (!(await this.edits.record(manager, actor, change))) return changed;
      await raise(manager, id);
      if (status === 'scheduled' || status === 'in-progress')
        await this.tell(manager, id, 'changed', now, { before: { from: before.from, to: before.to } });
      await this.progress.advance(manager);
      return this.read(id, manager);
    });
  }

  end(id: string, actor: Actor, version?: number): Promise<Maintenance> {
    return this.turn(
      { id, actor, version, from: 'in-progress', refusal: 'It is not in progress.' },
      async (manager, now) => {
        await manager.update(MaintenanceEntity, id, { status: 'completed', endedAt: now });
        await closeSpans(manager, id, now);
        await this.tell(manager, id, 'completed', now);
      },
    );
  }

  cancel(id: string, actor: Actor, version?: number): Promise<Maintenance> {
    const refusal = 'Only one that has not begun can be cancelled; one that is in progress can be ended.';
    return this.turn({ id, actor, version, from: 'scheduled', refusal }, async (manager, now) => {
      await manager.update(MaintenanceEntity, id, { status: 'cancelled', endedAt: now, nextReminderAt: null });
      await this.tell(manager, id, 'cancelled', now);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      await this.progress.takeTurn(manager);
      const { startedAt, seriesId } = await lockForEdit(manager, MaintenanceEntity, id, version);
      if (startedAt) throw new HubProblem('not_now', { detail: 'It took place: it cannot be deleted any more.' });
      if (seriesId !== null)
        throw new HubProblem('not_now', { detail: 'It belongs to a series, which would make it again: cancel it.' });
      const before = await this.read(id, manager);
      await manager.delete(MaintenanceEntity, id);
      await this.edits.record(manager, actor, { ...about(before), before: shown(before) });
    });
  }

  private turn(
    turn: { id: string; actor: Actor; version: number | undefined; from: Maintenance['status']; refusal: string },
    work: (manager: EntityManager, now: Date) => Promise<void>,
  ): Promise<Maintenance> {
    const { id, actor, version, from, refusal } = turn;
    return this.edits.run(async (manager) => {
      const now = await this.progress.takeTurn(manager);
      const { status } = await lockForEdit(manager, MaintenanceEntity, id, version);
      if (status !== from) throw new HubProblem('not_now', { detail: refusal });
      const before = await this.read(id, manager);
      await work(manager, now);
      await raise(manager, id);
      const after = await this.read(id, manager);
      await this.edits.record(manager, actor, { ...about(after), before: shown(before), after: shown(after) });
      return after;
    });
  }

  private tell(
    manager: EntityManager,
    id: string,
    what: Parameters<MaintenanceEvents['tell']>[2],
    now: Date,
    more: object = {},
  ): Promise<void> {
    return this.events.tell(manager, id, what, { at: now.toISOString(), ...more });
  }
}

/** One of a series goes its own way from its first edit on. */
async function raise(manager: EntityManager, id: string): Promise<void> {
  await manager.update(MaintenanceEntity, id, {
    version: () => 'version + 1',
    updatedAt: () => 'now()',
    changedAlone: () => 'series_id IS NOT NULL',
  });
}

function iso(instant: string): string {
  return new Date(instant).toISOString();
}

function fieldsOf({ systems, groups, ...maintenance }: Maintenance): Fields {
  return { ...maintenance, systemIds: systems.map(({ id }) => id), groupIds: groups.map(({ id }) => id) };
}

function about({ id, title }: Maintenance): { thing: 'maintenance'; id: string; name: string } {
  return { thing: 'maintenance', id, name: title };
}

/** As the audit log tells it. */
function shown(maintenance: Maintenance): object {
  const { title, description, status, from, to, systems, groups } = maintenance;
  const { suppressNotifications, excludeFromAvailability, reminderMinutes } = maintenance;
  return {
    ...{ title, description, status, from, to, suppressNotifications, excludeFromAvailability, reminderMinutes },
    systems: systems.map(({ name }) => name),
    groups: groups.map(({ name }) => name),
  };
}
