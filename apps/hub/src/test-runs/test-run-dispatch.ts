import type { RunProgress } from '@checkstack/link';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { concatMap, filter, merge, mergeMap, type Subscription } from 'rxjs';
import { DataSource, type EntityManager } from 'typeorm';
import { Definitions } from '../checks/definitions.service.js';
import { Jobs } from '../cluster/jobs.js';
import { Notices } from '../cluster/notices.js';
import { Sockets } from '../link/sockets.js';
import { appendProgress, claimTestRun, failOverdue, failTestRun } from './test-run-rows.js';
import { bindingOf } from './test-runs.service.js';

/** Frames that wait while the database is slow; beyond them lines of a log are left out, never an outcome. */
const mostWaiting = 50;

/** Brings test runs to the satellites whose sockets this hub holds, and their answers into the rows. */
@Injectable()
export class TestRunDispatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('test-runs');
  /** What runs on a satellite here: test run → satellite and the epoch of its socket. */
  private readonly here = new Map<string, { satelliteId: string; epoch: number }>();
  private work: Subscription | undefined;
  /** Frames of progress that are still to be stored. */
  private waiting = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly definitions: Definitions,
    private readonly jobs: Jobs,
    private readonly notices: Notices,
    private readonly sockets: Sockets,
  ) {}

  onModuleInit(): void {
    const safely = (work: Promise<void>): Promise<void> =>
      work.catch((error: Error) => this.logger.error(`A test run stopped here: ${error.message}`));
    this.work = merge(
      this.notices.on('testRun').pipe(mergeMap(({ id }) => safely(this.look(id)))),
      this.notices.on('satellite').pipe(mergeMap(({ id }) => safely(this.lose(id)))),
      // In the order in which they were told.
      this.sockets.runProgress$.pipe(
        filter(({ satelliteId, frame }) => this.takes(satelliteId, frame)),
        concatMap(({ satelliteId, frame }) => safely(this.progress(satelliteId, frame))),
      ),
    ).subscribe();
    this.jobs.every('test-runs', { everySeconds: 5 }, (manager) => this.review(manager));
    this.jobs.every('test-runs-cleaning', { cron: '0 * * * *' }, (manager) =>
      manager.query(`DELETE FROM test_runs WHERE created_at < now() - interval '1 day'`),
    );
  }

  onApplicationShutdown(): void {
    this.work?.unsubscribe();
  }

  /** Something became of a test run: it may be asked for, or over. */
  private async look(id: string): Promise<void> {
    const [row] = await this.dataSource.query<{ status: string }[]>('SELECT status FROM test_runs WHERE id = $1', [id]);
    if (row?.status === 'waiting') await this.start(id);
    else if (row?.status !== 'running') this.stop(id);
  }

  private async start(id: string): Promise<void> {
    const satelliteIds = this.sockets.all().map((socket) => socket.satelliteId);
    if (satelliteIds.length === 0) return;
    const claimed = await claimTestRun(this.dataSource.manager, id, satelliteIds);
    if (claimed === null) return;
    const { satelliteId, job } = claimed;
    const socket = this.sockets.get(satelliteId);
    if (socket === undefined) {
      await failTestRun(this.dataSource.manager, id, lost);
    } else {
      this.here.set(id, { satelliteId, epoch: socket.epoch });
      const opened = this.definitions.jobOf({ definition: job.definition, binding: bindingOf(id) });
      socket.send({ kind: 'runNow', runId: id, job: opened, labels: job.labels });
    }
    await this.notices.publish('testRun', { id });
  }

  /** Cancelled, or given up: the satellite need not go on. */
  private stop(id: string): void {
    const run = this.here.get(id);
    if (run === undefined) return;
    this.here.delete(id);
    this.sockets.send(run.satelliteId, { kind: 'cancelRun', runId: id });
  }

  /** Only what runs here, and no more of its log than is waited for: a satellite cannot fill the hub's memory. */
  private takes(satelliteId: string, { runId, outcome }: RunProgress): boolean {
    if (this.here.get(runId)?.satelliteId !== satelliteId) return false;
    if (outcome === null && this.waiting >= mostWaiting) return false;
    if (outcome !== null) this.here.delete(runId);
    this.waiting += 1;
    return true;
  }

  private async progress(satelliteId: string, { runId, log, outcome }: RunProgress): Promise<void> {
    this.waiting -= 1;
    if (await appendProgress(this.dataSource.manager, runId, satelliteId, { log, outcome }))
      await this.notices.publish('testRun', { id: runId });
  }

  /** A satellite's connection changed: what ran over its old socket brings no answer any more. */
  private async lose(satelliteId: string): Promise<void> {
    const epoch = this.sockets.get(satelliteId)?.epoch;
    for (const [id, run] of this.here) {
      if (run.satelliteId !== satelliteId || run.epoch === epoch) continue;
      this.here.delete(id);
      await failTestRun(this.dataSource.manager, id, lost);
      await this.notices.publish('testRun', { id });
    }
  }

  /** Notices may get lost, and hubs may die: what waits is announced again, what waited for too long is given up. */
  private async review(manager: EntityManager): Promise<void> {
    const overdue = await failOverdue(manager);
    const waiting = await manager.query<{ id: string }[]>(`SELECT id FROM test_runs WHERE status = 'waiting'`);
    for (const id of [...overdue, ...waiting.map((row) => row.id)])
      await this.notices.publish('testRun', { id }, manager);
  }
}

const lost = 'The connection to the satellite was lost.';
