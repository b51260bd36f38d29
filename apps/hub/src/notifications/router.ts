import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { merge, type Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { faultOf } from '../database/database-fault.js';
import { Routing } from './routing.js';

const batch = 250;
/** A notice may be lost, and not every writer sends one. */
const lookEveryMs = 1_000;
const retryAfterMs = 1_000;

/** Brings events to those who are to know, as soon as they are committed, on whichever replica wakes first. */
@Injectable()
export class Router implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('notifications');
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isAsked = false;
  private isClosed = false;
  private work: Promise<void> | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notices: Notices,
    private readonly routing: Routing,
  ) {}

  onApplicationBootstrap(): void {
    const { notices } = this;
    this.subscription = merge(notices.on('outbox'), notices.on('state'), notices.missed$).subscribe(() => this.wake());
    this.timer = setInterval(() => this.wake(), lookEveryMs).unref();
    this.wake();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.timer);
    this.subscription?.unsubscribe();
    await this.work;
  }

  /** Who is awake already looks once more when done. */
  wake(): void {
    this.isAsked = true;
    this.work ??= this.drain().finally(() => {
      this.work = undefined;
      if (this.isAsked && !this.isClosed) this.wake();
    });
  }

  private async drain(): Promise<void> {
    try {
      while (this.isAsked && !this.isClosed) {
        this.isAsked = false;
        if (await this.isWaiting()) await this.routeAll();
      }
    } catch (error) {
      if (faultOf(error) !== 'lock') this.logger.warn(`Events could not be routed: ${(error as Error).message}`);
      setTimeout(() => this.wake(), retryAfterMs).unref();
    }
  }

  private async isWaiting(): Promise<boolean> {
    const [row] = await this.dataSource.query<[{ some: boolean }]>(
      'SELECT EXISTS (SELECT FROM events WHERE processed_at IS NULL) AS some',
    );
    return row.some;
  }

  private async routeAll(): Promise<void> {
    while (!this.isClosed) if ((await this.routeSome(batch)) < batch) return;
  }

  /** One event that cannot be routed must not hold the others: it is found, logged and left behind. */
  private async routeSome(most: number): Promise<number> {
    try {
      return await this.dataSource.transaction((manager) => this.routing.routeNext(manager, most));
    } catch (error) {
      if (!isItsOwnFault(error)) throw error;
      if (most > 1) {
        await this.routeSome(Math.ceil(most / 2));
        return most;
      }
      await this.leaveBehind(error as Error);
      return 1;
    }
  }

  private async leaveBehind(error: Error): Promise<void> {
    const [events] = await this.dataSource.query<[{ id: string; type: string }[], number]>(
      `UPDATE events SET processed_at = now()
       WHERE id = (SELECT id FROM events WHERE processed_at IS NULL ORDER BY id LIMIT 1 FOR UPDATE) RETURNING id, type`,
    );
    for (const { id, type } of events)
      this.logger.error(`The event ${id} (${type}) was told to nobody: ${error.message}`, error.stack);
  }
}

/** Of what is routed, not of the database. */
function isItsOwnFault(error: unknown): boolean {
  const fault = faultOf(error);
  return fault === 'data' || fault === 'double' || error instanceof TypeError || error instanceof RangeError;
}
