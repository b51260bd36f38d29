import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { map, merge, type Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { HubClock } from '../cluster/hub-clock.js';
import { Notices } from '../cluster/notices.js';
import { Sockets } from '../link/sockets.js';
import { Evaluator } from './evaluator.js';
import { rosterRevisions, watchedSlices, type WatchedSlice } from './placed-slices.js';
import { silentSince } from './reasons.js';
import { silentFrom } from './silence.js';
import { StateNotices } from './state-notices.js';
import { writeTransitions, type Written } from './transitions.js';

const lookEveryMs = 5_000;
/** Notices tell what changed; lest one is lost, the roster of each satellite is compared again after so many looks. */
const looksUntilCompared = 12;

interface Watched extends WatchedSlice {
  satelliteId: string;
  heardAtMs: number;
  isSilent: boolean;
}

/**
 * A slice whose satellite is here and says nothing of it for too long becomes unknown. Only the replica that holds the
 * socket can tell; and time in which it, or the database, was away is no silence.
 */
@Injectable()
export class SilenceWatch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('health');
  private readonly watched = new Map<number, Watched>();
  /** The slices of each satellite that is here, as of a revision of its roster; longest ago compared first. */
  private readonly held = new Map<string, { revision: number | undefined; numbers: number[] }>();
  private readonly changed = new Set<string>();
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
    const changed = merge(
      notices.on('roster').pipe(map(({ satelliteIds }) => satelliteIds)),
      notices.on('satellite').pipe(map(({ id }) => [id])),
      notices.missed$.pipe(map(() => [...this.held.keys()])),
    );
    this.changes = changed.subscribe((ids) => {
      for (const id of ids) this.changed.add(id);
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
    for (const number of slices) {
      const slice = this.watched.get(number);
      if (slice) slice.heardAtMs = nowMs;
    }
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
    const news: Watched[] = [];
    for (const slice of this.watched.values()) {
      if (!this.isOverdue(slice, nowMs)) slice.isSilent = false;
      else if (!slice.isSilent) news.push(slice);
    }
    if (news.length > 0) await this.write(news, nowMs);
  }

  private isOverdue(slice: Watched, nowMs: number): boolean {
    const lastMs = this.lastHeard(slice);
    return lastMs !== null && silentFrom(slice.schedule, slice.timeoutMs, lastMs) < nowMs;
  }

  /** The last sign that a slice gave, or could have given; null: its satellite is not here. */
  private lastHeard({ satelliteId, heardAtMs, placedAtMs }: Watched): number | null {
    const socket = this.sockets.get(satelliteId);
    if (!socket) return null;
    return Math.max(heardAtMs, placedAtMs, socket.connectedAtMs, this.awayUntilMs);
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
    for (const slice of overdue) slice.isSilent = true;
    this.evaluator.adoptShown(written.slices);
    await this.stateNotices.publish(written);
  }

  private async reread(): Promise<void> {
    const here = new Set(this.sockets.all().map(({ satelliteId }) => satelliteId));
    for (const id of this.held.keys()) if (!here.has(id)) this.replace(id, []);
    const known = [...this.held.keys()];
    const inTurn = known.slice(0, Math.ceil(known.length / looksUntilCompared));
    const due = new Set([...here].filter((id) => this.changed.has(id) || !this.held.has(id)));
    this.changed.clear();
    const compared = [...new Set([...due, ...inTurn])];
    if (compared.length === 0) return;
    try {
      // Before the slices: should a roster change in between, it is read once more.
      const revisions = await rosterRevisions(this.dataSource.manager, compared);
      const outdated = compared.filter((id) => due.has(id) || this.held.get(id)?.revision !== revisions.get(id));
      for (const id of compared) this.toTheEnd(id);
      const slicesOf = await watchedSlices(this.dataSource.manager, outdated);
      for (const id of outdated) this.replace(id, slicesOf.get(id) ?? [], { revision: revisions.get(id) });
    } catch (error) {
      for (const id of compared) this.changed.add(id);
      throw error;
    }
  }

  private toTheEnd(satelliteId: string): void {
    const held = this.held.get(satelliteId);
    this.held.delete(satelliteId);
    if (held) this.held.set(satelliteId, held);
  }

  /** A slice that is new here was heard now. */
  private replace(satelliteId: string, slices: readonly WatchedSlice[], here?: { revision: number | undefined }): void {
    const nowMs = this.clock.now();
    const before = this.held.get(satelliteId)?.numbers ?? [];
    this.held.delete(satelliteId);
    if (here) this.held.set(satelliteId, { ...here, numbers: slices.map(({ number }) => number) });
    const stays = new Set(slices.map(({ number }) => number));
    for (const number of before)
      if (!stays.has(number) && this.watched.get(number)?.satelliteId === satelliteId) this.watched.delete(number);
    for (const slice of slices) {
      const { heardAtMs = nowMs, isSilent = false } = this.watched.get(slice.number) ?? {};
      this.watched.set(slice.number, { ...slice, satelliteId, heardAtMs, isSilent });
    }
  }
}
