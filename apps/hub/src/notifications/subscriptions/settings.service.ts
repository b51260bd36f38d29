import type { NotificationSettings as Settings, QuietHours, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../../actor.js';
import { HubClock } from '../../cluster/hub-clock.js';
import { merged } from '../../edits/rows.js';
import { HubProblem } from '../../problems.js';
import { ownerOf } from '../owner.js';
import { quietUntil } from '../quiet-hours.js';

interface Row {
  timeZone: string;
  quietHours: QuietHours[];
  criticalPasses: boolean;
  version: number;
}

/** Nobody chose anything yet. */
const untouched: Row = { timeZone: 'UTC', quietHours: [], criticalPasses: true, version: 0 };

/** When, and of which systems, a user wants to hear nothing. One's own, so nobody else is told of a change. */
@Injectable()
export class NotificationSettings {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: HubClock,
  ) {}

  async read(actor: Actor): Promise<Settings> {
    const userId = ownerOf(actor);
    const row = await rowOf(this.dataSource.manager, userId);
    const mutedSystems = await this.dataSource.query<{ id: string; name: string }[]>(
      `SELECT s.id, s.name FROM muted_systems m JOIN systems s ON s.id = m.system_id WHERE m.user_id = $1
       ORDER BY lower(s.name), s.id`,
      [userId],
    );
    const until = quietUntil(new Date(this.clock.now()), row.quietHours, row.timeZone);
    return { ...row, mutedSystems, quietUntil: until?.toISOString() ?? null };
  }

  async change(
    input: RouteInput<typeof routes.notifications.changeSettings>['body'],
    actor: Actor,
    version?: number,
  ): Promise<Settings> {
    const userId = ownerOf(actor);
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [userId]);
      const before = await rowOf(manager, userId);
      if (version !== undefined && version !== before.version) throw new HubProblem('changed_meanwhile');
      const { timeZone, quietHours, criticalPasses } = merged<Omit<Row, 'version'>>(before, input);
      await manager.query(
        `INSERT INTO notification_settings (user_id, time_zone, quiet_hours, critical_passes) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone, quiet_hours = excluded.quiet_hours,
           critical_passes = excluded.critical_passes, version = notification_settings.version + 1`,
        [userId, timeZone, JSON.stringify(quietHours), criticalPasses],
      );
    });
    return this.read(actor);
  }

  async mute(systemId: string, actor: Actor): Promise<void> {
    const found = await this.dataSource.query<unknown[]>('SELECT FROM systems WHERE id = $1', [systemId]);
    if (found.length === 0) throw new HubProblem('not_found');
    await this.dataSource.query(
      `INSERT INTO muted_systems (user_id, system_id) SELECT $1, id FROM systems WHERE id = $2 ON CONFLICT DO NOTHING`,
      [ownerOf(actor), systemId],
    );
  }

  async unmute(systemId: string, actor: Actor): Promise<void> {
    await this.dataSource.query('DELETE FROM muted_systems WHERE user_id = $1 AND system_id = $2', [
      ownerOf(actor),
      systemId,
    ]);
  }
}

async function rowOf(manager: EntityManager, userId: string): Promise<Row> {
  const [row] = await manager.query<Row[]>(
    `SELECT time_zone AS "timeZone", quiet_hours AS "quietHours", critical_passes AS "criticalPasses", version
     FROM notification_settings WHERE user_id = $1`,
    [userId],
  );
  return row ?? untouched;
}
