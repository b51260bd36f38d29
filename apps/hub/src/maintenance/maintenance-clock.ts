import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { debounceTime, filter, merge, type Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { HubClock } from '../cluster/hub-clock.js';
import { Jobs } from '../cluster/jobs.js';
import { Notices } from '../cluster/notices.js';
import { MaintenanceProgress } from './maintenance-progress.service.js';

const longestWaitMs = 3_600_000;
const gatherMs = 50;
/** What bears on when something is due, or on which systems belong to it. */
const watched: ReadonlySet<string> = new Set(['maintenance', 'maintenance-series', 'system', 'group']);

/**
 * Lets maintenances begin and end on time. Each replica has a timer for what is due next, and whoever comes first does it;
 * a job looks again every now and then, should all timers have been lost.
 */
@Injectable()
export class MaintenanceClock implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('maintenance');
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly progress: MaintenanceProgress,
    private readonly jobs: Jobs,
    private readonly notices: Notices,
    private readonly clock: HubClock,
  ) {}

  onModuleInit(): void {
    this.jobs.every('maintenance', { everySeconds: 15 }, (manager) => this.progress.advance(manager));
    this.jobs.every('maintenance-ahead', { everySeconds: 3600 }, async (manager) => {
      await this.progress.makeAhead(manager);
      await this.progress.advance(manager);
    });
    const changed$ = this.notices.on('changed').pipe(filter(({ thing }) => watched.has(thing)));
    this.subscription = merge(changed$, this.notices.missed$)
      .pipe(debounceTime(gatherMs))
      .subscribe(() => this.look());
  }

  onApplicationBootstrap(): void {
    this.look();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    this.subscription?.unsubscribe();
    clearTimeout(this.timer);
    await this.running;
  }

  /** Does what is due, then sets the timer for what is due next. */
  look(): void {
    this.running = this.running.then(() => this.advanceThenWait());
  }

  private async advanceThenWait(): Promise<void> {
    if (this.closed) return;
    clearTimeout(this.timer);
    let waitMs = longestWaitMs;
    try {
      await this.dataSource.transaction((manager) => this.progress.advance(manager));
      const dueMs = await this.progress.nextDueMs(this.dataSource.manager);
      if (dueMs !== undefined) waitMs = Math.max(1, Math.min(longestWaitMs, dueMs - this.clock.now()));
    } catch (error) {
      // The job comes again soon.
      this.logger.warn(`Maintenances were not looked after: ${(error as Error).message}`);
    }
    this.timer = setTimeout(() => this.look(), waitMs).unref();
  }
}
