import type { MaintenanceStatus } from '@checkstack/api';
import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { closeSpans, followTargets, openSpans } from './coverage.js';
import { MaintenanceEvents } from './maintenance-events.js';
import { makeOccurrences, readSeriesToMake } from './occurrences.js';
import { nextReminder } from './plan.js';

/** Whoever plans and whatever the clock does take turns. */
const maintenanceLock = 7_226_010;

interface DueRow {
  id: string;
  seriesId: string | null;
  status: MaintenanceStatus;
  fromAt: Date;
  toAt: Date;
  isOver: boolean;
  /** It was over before anybody entered it: noted, but no news. */
  isHistory: boolean;
}

interface Turn {
  at: Date;
  what: 'started' | 'completed';
  row: DueRow;
}

/** What the clock does: maintenances begin, complete and are made ahead, systems come and go, people are reminded. */
@Injectable()
export class MaintenanceProgress {
  private readonly logger = new Logger('maintenance');

  constructor(
    private readonly events: MaintenanceEvents,
    private readonly notices: Notices,
  ) {}

  /** Until the transaction ends nobody else changes anything about maintenances. */
  async takeTurn(manager: EntityManager): Promise<Date> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [maintenanceLock]);
    // Not now(): that is when the transaction began, which may have waited for its turn.
    const [{ now }] = await manager.query<[{ now: Date }]>('SELECT clock_timestamp() AS now');
    return now;
  }

  /** Brings everything up to date; what was missed is made up for in the order in which it was due. */
  async advance(manager: EntityManager): Promise<void> {
    const now = await this.takeTurn(manager);
    for (const turn of turnsOf(await readDue(manager, now))) await this.make(manager, turn, now);
    for (const id of await followTargets(manager)) await this.notices.publish('changed', about(id), manager);
    await this.remind(manager, now);
  }

  /** Makes the maintenances of all series that are to exist by now. */
  async makeAhead(manager: EntityManager): Promise<void> {
    const now = await this.takeTurn(manager);
    for (const series of await readSeriesToMake(manager)) await this.makeOf(manager, series, now);
  }

  /** When by the clock there is something to do next. */
  async nextDueMs(manager: EntityManager): Promise<number | undefined> {
    const [{ ms }] = await manager.query<[{ ms: number | null }]>(
      `SELECT (extract(epoch FROM least(
         (SELECT min(from_at) FROM maintenances WHERE status = 'scheduled'),
         (SELECT min(to_at) FROM maintenances WHERE status = 'in-progress'),
         (SELECT min(next_reminder_at) FROM maintenances WHERE next_reminder_at IS NOT NULL))) * 1000)::float8 AS ms`,
    );
    return ms ?? undefined;
  }

  private async make(manager: EntityManager, { at, what, row }: Turn, now: Date): Promise<void> {
    if (what === 'started') {
      await manager.query(
        `UPDATE maintenances SET status = 'in-progress', started_at = $2, next_reminder_at = NULL WHERE id = $1`,
        [row.id, at],
      );
      await openSpans(manager, row.id, at);
    } else {
      await manager.query(`UPDATE maintenances SET status = 'completed', ended_at = $2 WHERE id = $1`, [row.id, at]);
      await closeSpans(manager, row.id, at);
    }
    if (!row.isHistory) await this.events.tell(manager, row.id, what, { at: at.toISOString() });
    await this.notices.publish('changed', about(row.id), manager);
    if (what === 'started' && row.seriesId !== null)
      for (const series of await readSeriesToMake(manager, row.seriesId)) await this.makeOf(manager, series, now);
  }

  /** A series that cannot be followed, after an upgrade perhaps, does not hold the others up. */
  private async makeOf(
    manager: EntityManager,
    series: Parameters<typeof makeOccurrences>[1],
    now: Date,
  ): Promise<void> {
    try {
      const made = await makeOccurrences(manager, series, now.getTime());
      if (made.length > 0)
        await this.notices.publish('changed', { thing: 'maintenance-series', id: series.id }, manager);
    } catch (error) {
      if (!isOfTheRule(error)) throw error;
      this.logger.error(`The rule of maintenance series ${series.id} cannot be followed: ${(error as Error).message}`);
    }
  }

  private async remind(manager: EntityManager, now: Date): Promise<void> {
    const rows = await manager.query<{ id: string; fromAt: Date; reminderMinutes: number[] }[]>(
      `SELECT id, from_at AS "fromAt", reminder_minutes AS "reminderMinutes" FROM maintenances
       WHERE status = 'scheduled' AND next_reminder_at <= $1 AND from_at > $1 ORDER BY next_reminder_at, id FOR NO KEY UPDATE`,
      [now],
    );
    for (const { id, fromAt, reminderMinutes } of rows) {
      const minutesBefore = Math.max(1, Math.round((fromAt.getTime() - now.getTime()) / 60_000));
      await this.events.tell(manager, id, 'reminder', { at: now.toISOString(), minutesBefore });
      await manager.query('UPDATE maintenances SET next_reminder_at = $2 WHERE id = $1', [
        id,
        nextReminder(fromAt.getTime(), reminderMinutes, now.getTime()),
      ]);
    }
  }
}

/** The transaction is still good: nothing that the database said. */
function isOfTheRule(error: unknown): boolean {
  return error instanceof Error && !('driverError' in error) && !('code' in error);
}

function about(id: string): { thing: 'maintenance'; id: string } {
  return { thing: 'maintenance', id };
}

function readDue(manager: EntityManager, now: Date): Promise<DueRow[]> {
  return manager.query<DueRow[]>(
    `SELECT id, series_id AS "seriesId", status, from_at AS "fromAt", to_at AS "toAt", to_at <= $1 AS "isOver",
       to_at <= created_at AS "isHistory"
     FROM maintenances
     WHERE (status = 'scheduled' AND from_at <= $1) OR (status = 'in-progress' AND to_at <= $1) FOR NO KEY UPDATE`,
    [now],
  );
}

/** In the order of their times; what ends goes before what begins at the same time. */
function turnsOf(rows: readonly DueRow[]): Turn[] {
  return rows
    .flatMap((row): Turn[] => [
      ...(row.isOver ? [{ at: row.toAt, what: 'completed' as const, row }] : []),
      ...(row.status === 'scheduled' ? [{ at: row.fromAt, what: 'started' as const, row }] : []),
    ])
    .toSorted((one, other) => one.at.getTime() - other.at.getTime());
}
