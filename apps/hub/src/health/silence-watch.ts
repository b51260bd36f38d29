import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { merge, type Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { HubClock } from '../cluster/hub-clock.js';
import { Notices } from '../cluster/notices.js';
import { Sockets } from '../link/sockets.js';
import { Evaluator } from './evaluator.js';
import { watchedSlices, type PlacedSlice } from './placed-slices.js';
import { silentSince } from './reasons.js';
import { silentFrom } from './silence.js';
import { StateNotices } from './state-notices.js';
import { writeTransitions, type Written } from './transitions.js';

const lookEveryMs = 5_000;
const rereadSlicesAfterMs = 30_000;

type Watched = PlacedSlice & { satelliteId: string };

/**
 * A slice whose satellite is here and says nothing of it for too long becomes unknown. Only the replica that holds the
 * socket can tell; and time in which it, or the database, was away is no silence.
 */
@Injectable()
export class SilenceWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('health');
  private readonly heardAtMs = new Map<number, number>();
  private readonly silent = new Set<number>();
  private watched: Watched[] = [];
  private readAtMs = -Infinity;
  private lookedAtMs = performance.now();
  private awayUntilMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private changes: Subscription | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sockets: Sockets,
    private readonly evaluator: Evaluator,
    private readonly notices: Notices,
    private readonly stateNotices: StateNotices,
    private readonly clock: HubClock,
  ) {}

  onModuleInit(): void {
    const { notices } = this;
    this.changes = merge(notices.on('slices'), notices.on('satellite'), notices.missed$).subscribe(() => {
      this.readAtMs = -Infinity;
    });
    this.timer = setInterval(() => {
      this.looking = this.look(this.clock.now()).catch((error: Error) => {
        this.restart();
        this.logger.warn(`Silent slices were not looked for: ${error.message}`);
      });
    }, lookEveryMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.changes?.unsubscribe();
    await this.looking;
  }

  /** Results of these arrived. */
  heard(slices: Iterable<number>, nowMs = this.clock.now()): void {
    for (const slice of slices) this.heardAtMs.set(slice, nowMs);
  }

  /** Nothing could be heard until now. */
  restart(): void {
    this.awayUntilMs = this.clock.now();
  }

  async look(nowMs: number): Promise<void> {
    const sinceLookMs = performance.now() - this.lookedAtMs;
    this.lookedAtMs = performance.now();
    // This process itself stood still.
    if (sinceLookMs > 3 * lookEveryMs) this.restart();
    await this.reread();
    const news = this.watched.filter((slice) => {
      if (this.isOverdue(slice, nowMs)) return !this.silent.has(slice.number);
      this.silent.delete(slice.number);
      return false;
    });
    if (news.length > 0) await this.write(news, nowMs);
  }

  private isOverdue(slice: Watched, nowMs: number): boolean {
    const lastMs = this.lastHeard(slice);
    return lastMs !== null && silentFrom(slice.schedule, slice.timeoutMs, lastMs) < nowMs;
  }

  /** The last sign that a slice gave, or could have given; null: its satellite is not here. */
  private lastHeard({ number, satelliteId, placedAtMs }: Watched): number | null {
    const socket = this.sockets.get(satelliteId);
    if (!socket) return null;
    return Math.max(this.heardAtMs.get(number) ?? 0, placedAtMs, socket.connectedAtMs, this.awayUntilMs);
  }

  private async write(overdue: Watched[], nowMs: number): Promise<void> {
    const reasonOf = new Map(overdue.map((slice) => [slice.number, silentSince(this.lastHeard(slice) ?? nowMs)]));
    const written = await this.dataSource.transaction(async (manager): Promise<Written> => {
      await manager.query("SET LOCAL lock_timeout = '500ms'");
      // A satellite that went elsewhere is heard elsewhere.
      const epochs = await manager.query<{ id: string; epoch: number }[]>(
        'SELECT id, epoch::float8 AS epoch FROM satellites WHERE id = ANY($1) ORDER BY id FOR SHARE',
        [[...new Set(overdue.map(({ satelliteId }) => satelliteId))]],
      );
      const here = new Set(epochs.filter(({ id, epoch }) => this.sockets.get(id)?.epoch === epoch).map(({ id }) => id));
      const silent = overdue.filter(({ satelliteId }) => here.has(satelliteId));
      const assignmentIds = [...new Set(silent.map(({ assignmentId }) => assignmentId))];
      return writeTransitions(manager, { assignmentIds }, nowMs, () =>
        silent.map(({ number }) => ({
          slice: number,
          state: 'unknown',
          reason: reasonOf.get(number) ?? null,
          sinceMs: nowMs,
        })),
      );
    });
    for (const { number } of overdue) this.silent.add(number);
    this.evaluator.adoptShown(written.slices);
    await this.stateNotices.publish(written);
  }

  private async reread(): Promise<void> {
    if (performance.now() - this.readAtMs < rereadSlicesAfterMs) return;
    this.readAtMs = performance.now();
    const satelliteIds = this.sockets.all().map(({ satelliteId }) => satelliteId);
    this.watched = await watchedSlices(this.dataSource.manager, satelliteIds);
    const numbers = new Set(this.watched.map(({ number }) => number));
    const nowMs = this.clock.now();
    for (const number of numbers) if (!this.heardAtMs.has(number)) this.heardAtMs.set(number, nowMs);
    for (const number of this.heardAtMs.keys()) if (!numbers.has(number)) this.heardAtMs.delete(number);
    for (const number of this.silent) if (!numbers.has(number)) this.silent.delete(number);
  }
}
