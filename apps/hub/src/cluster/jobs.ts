import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { faultOf } from '../database/database-fault.js';
import { HubClock } from './hub-clock.js';
import { lastDue, nextDue, type JobSchedule } from './job-schedule.js';

interface Job {
  name: string;
  schedule: JobSchedule;
  work: (manager: EntityManager) => Promise<unknown>;
}

/** First key of the jobs' advisory locks. */
const lockSpace = 7_226_002;
const retryAfterMs = 30_000;
/** setTimeout takes no longer delay. */
const longestWaitMs = 2_000_000_000;

/**
 * Work that one replica does for all, once for each due time. The advisory lock spares the others the wait; the job's
 * row, moved in the job's own transaction, is what makes it once.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('jobs');
  private readonly jobs: Job[] = [];
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Set<Promise<void>>();
  private started = false;
  private closed = false;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: HubClock,
  ) {}

  /** A slot that passed while no hub ran is made up for at start, the last one only. */
  every(name: string, schedule: JobSchedule, work: Job['work']): void {
    const job = { name, schedule, work };
    this.jobs.push(job);
    if (this.started) this.start(job);
  }

  onApplicationBootstrap(): void {
    this.started = true;
    for (const job of this.jobs) this.start(job);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running);
  }

  private start(job: Job): void {
    const run = this.runThenWait(job);
    this.running.add(run);
    void run.finally(() => this.running.delete(run));
  }

  private async runThenWait(job: Job): Promise<void> {
    let waitMs: number;
    try {
      await this.runIfDue(job);
      waitMs = Math.max(1, nextDue(job.schedule, this.clock.now()) - this.clock.now());
    } catch (error) {
      const message = `The job ${job.name} failed: ${error instanceof Error ? error.message : String(error)}`;
      // Somebody else was first; the next time is soon.
      if (faultOf(error) === 'lock') this.logger.debug(message);
      else this.logger.error(message);
      waitMs = Math.min(retryAfterMs, nextDue(job.schedule, this.clock.now()) - this.clock.now());
    }
    if (this.closed) return;
    this.timers.set(job.name, setTimeout(() => this.start(job), Math.min(waitMs, longestWaitMs)).unref());
  }

  private async runIfDue({ name, schedule, work }: Job): Promise<void> {
    const due = new Date(lastDue(schedule, this.clock.now()));
    await this.dataSource.transaction(async (manager) => {
      const [lock] = await manager.query<[{ held: boolean }]>(
        'SELECT pg_try_advisory_xact_lock($1, hashtext($2)) AS held',
        [lockSpace, name],
      );
      if (!lock.held) return;
      const claimed = await manager.query<unknown[]>(
        `INSERT INTO jobs (name, slot) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET slot = excluded.slot WHERE jobs.slot < excluded.slot RETURNING name`,
        [name, due],
      );
      if (claimed.length > 0) await work(manager);
    });
  }
}
