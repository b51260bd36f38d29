import type { MaintenanceSeries, routes, RouteAnswer, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { inheritTargets, writeTargets } from './coverage.js';
import { MaintenanceEvents } from './maintenance-events.js';
import { MaintenanceProgress } from './maintenance-progress.service.js';
import { findSeries, listSeries } from './maintenance-rows.js';
import { MaintenanceSeriesEntity } from './maintenance.entity.js';
import { insertOccurrences, readSeriesToMake, recurrenceOf, wantedBegins, type SeriesToMake } from './occurrences.js';
import { nextReminder, refuseBadTimes } from './plan.js';
import { beginsAfter, refuseBadRecurrence } from './recurrence.js';

type Routes = typeof routes.maintenanceSeries;
type Fields = RouteInput<Routes['create']>['body'];

/** Maintenances that recur. */
@Injectable()
export class MaintenanceSeriesPlanning {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly progress: MaintenanceProgress,
    private readonly events: MaintenanceEvents,
  ) {}

  list(query: RouteInput<Routes['list']>['query']): Promise<RouteAnswer<Routes['list']>> {
    return listSeries(this.dataSource.manager, query);
  }

  async read(id: string, manager: EntityManager = this.dataSource.manager): Promise<MaintenanceSeries> {
    const found = await findSeries(manager, id);
    if (!found) throw new HubProblem('not_found');
    return found;
  }

  preview({ rule, timeZone, from, to, count }: RouteInput<Routes['preview']>['query']): RouteAnswer<Routes['preview']> {
    const recurrence = { rule, timeZone, ...timesOf({ from, to }) };
    const { fromMs, toMs } = recurrence;
    refuseBadTimes(recurrence);
    refuseBadRecurrence(recurrence, fromMs - 1);
    return {
      items: beginsAfter(recurrence, fromMs - 1, count).map((ms) => ({
        from: new Date(ms).toISOString(),
        to: new Date(ms + toMs - fromMs).toISOString(),
      })),
    };
  }

  create({ from, to, systemIds, groupIds, ...columns }: Fields, actor: Actor): Promise<MaintenanceSeries> {
    const times = timesOf({ from, to });
    refuseBadTimes(times);
    return this.edits.run(async (manager) => {
      const now = await this.progress.takeTurn(manager);
      // One that is in progress already is the first.
      const afterMs = now.getTime() - (times.toMs - times.fromMs);
      refuseBadRecurrence({ ...columns, ...times }, afterMs);
      const { id } = await manager.save(MaintenanceSeriesEntity, {
        ...columns,
        fromAt: new Date(times.fromMs),
        toAt: new Date(times.toMs),
        madeUntil: new Date(afterMs),
        createdBy: { kind: actor.kind, id: actor.id, name: actor.name },
      });
      await writeTargets(manager, 'series_id', id, { systemIds, groupIds });
      const [first] = await this.settle(manager, id, { afterMs, now });
      const { rule, timeZone } = columns;
      if (first !== undefined)
        await this.events.tell(manager, first, 'scheduled', { at: now.toISOString(), recurs: { rule, timeZone } });
      await this.progress.advance(manager);
      const created = await this.read(id, manager);
      await this.edits.record(manager, actor, { ...about(created), after: shown(created) });
      return created;
    });
  }

  update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<MaintenanceSeries> {
    return this.edits.run(async (manager) => {
      const now = await this.progress.takeTurn(manager);
      const { endedAt } = await lockForEdit(manager, MaintenanceSeriesEntity, id, version);
      if (endedAt) throw new HubProblem('not_now', { detail: 'It recurs no more.' });
      const before = await this.read(id, manager);
      const { title, description, rule, timeZone, ...after } = merged<Fields>(fieldsOf(before), input);
      const { suppressNotifications, excludeFromAvailability, reminderMinutes } = after;
      const times = timesOf(after);
      refuseBadTimes(times);
      refuseBadRecurrence({ rule, timeZone, ...times }, now.getTime());
      await manager.update(MaintenanceSeriesEntity, id, {
        ...{ title, description, rule, timeZone, suppressNotifications, excludeFromAvailability, reminderMinutes },
        fromAt: new Date(times.fromMs),
        toAt: new Date(times.toMs),
      });
      await writeTargets(manager, 'series_id', id, input);
      const changed = await this.read(id, manager);
      const change = { ...about(changed), before: shown(before), after: shown(changed) };
      if (!(await this.edits.record(manager, actor, change))) return changed;
      await manager.update(MaintenanceSeriesEntity, id, { version: () => 'version + 1', updatedAt: () => 'now()' });
      await this.settle(manager, id, { afterMs: now.getTime(), now });
      return this.read(id, manager);
    });
  }

  end(id: string, actor: Actor, version?: number): Promise<MaintenanceSeries> {
    return this.edits.run(async (manager) => {
      const now = await this.progress.takeTurn(manager);
      const { endedAt } = await lockForEdit(manager, MaintenanceSeriesEntity, id, version);
      if (endedAt) throw new HubProblem('not_now', { detail: 'It recurs no more.' });
      const [next] = (await this.read(id, manager)).next;
      if (next) await this.events.tell(manager, next.id, 'cancelled', { at: now.toISOString() });
      await manager.query(
        `UPDATE maintenances SET status = 'cancelled', ended_at = $2, next_reminder_at = NULL, version = version + 1, updated_at = $2
         WHERE series_id = $1 AND status = 'scheduled'`,
        [id, now],
      );
      await manager.update(MaintenanceSeriesEntity, id, { endedAt: now, version: () => 'version + 1' });
      const after = await this.read(id, manager);
      await this.edits.record(manager, actor, { ...about(after), before: { endedAt: null }, after: { endedAt: now } });
      return after;
    });
  }

  /** Lets all that are to begin after the given time be as the series says; those that were changed alone stay. */
  private async settle(
    manager: EntityManager,
    id: string,
    { afterMs, now }: { afterMs: number; now: Date },
  ): Promise<string[]> {
    const [series] = await readSeriesToMake(manager, id);
    if (!series) return [];
    const begins = wantedBegins(recurrenceOf(series), afterMs, now.getTime());
    const wanted = begins.map((ms) => new Date(ms));
    await manager.query(
      `DELETE FROM maintenances WHERE series_id = $1 AND status = 'scheduled' AND NOT changed_alone AND occurrence_at <> ALL($2)`,
      [id, wanted],
    );
    await manager.query(
      `UPDATE maintenances m SET title = s.title, description = s.description, from_at = m.occurrence_at,
         to_at = m.occurrence_at + make_interval(secs => extract(epoch FROM s.to_at - s.from_at)::float8),
         suppress_notifications = s.suppress_notifications, exclude_from_availability = s.exclude_from_availability,
         reminder_minutes = s.reminder_minutes, version = m.version + 1, updated_at = now(), next_reminder_at = r.at
       FROM maintenance_series s, unnest($2::timestamptz[], $3::timestamptz[]) AS r (occurrence, at)
       WHERE s.id = $1 AND m.series_id = s.id AND m.status = 'scheduled' AND NOT m.changed_alone AND m.occurrence_at = r.occurrence`,
      [id, wanted, begins.map((ms) => nextReminder(ms, series.reminderMinutes, now.getTime()))],
    );
    const kept = await manager.query<{ id: string }[]>(
      "SELECT id FROM maintenances WHERE series_id = $1 AND status = 'scheduled' AND NOT changed_alone",
      [id],
    );
    await inheritTargets(
      manager,
      id,
      kept.map((row) => row.id),
    );
    return this.insert(manager, series, begins, now);
  }

  private async insert(
    manager: EntityManager,
    series: SeriesToMake,
    begins: readonly number[],
    now: Date,
  ): Promise<string[]> {
    const made = await insertOccurrences(manager, series, begins, now.getTime());
    const last = begins.at(-1);
    if (last !== undefined) await manager.update(MaintenanceSeriesEntity, series.id, { madeUntil: new Date(last) });
    return made;
  }
}

function timesOf({ from, to }: { from: string; to: string }): { fromMs: number; toMs: number } {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) };
}

function fieldsOf({ systems, groups, ...series }: MaintenanceSeries): Fields {
  return { ...series, systemIds: systems.map(({ id }) => id), groupIds: groups.map(({ id }) => id) };
}

function about({ id, title }: MaintenanceSeries): { thing: 'maintenance-series'; id: string; name: string } {
  return { thing: 'maintenance-series', id, name: title };
}

/** As the audit log tells it. */
function shown(series: MaintenanceSeries): object {
  const { title, description, rule, timeZone, from, to, systems, groups } = series;
  const { suppressNotifications, excludeFromAvailability, reminderMinutes } = series;
  return {
    ...{
      title,
      description,
      rule,
      timeZone,
      from,
      to,
      suppressNotifications,
      excludeFromAvailability,
      reminderMinutes,
    },
    systems: systems.map(({ name }) => name),
    groups: groups.map(({ name }) => name),
  };
}
