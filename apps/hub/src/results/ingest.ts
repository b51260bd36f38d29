import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationShutdown } from '@nestjs/common';
import type { IntakeBatch, StreamCursor, StreamLoss } from '@checkstack/link';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { HubClock } from '../cluster/hub-clock.js';
import { faultOf } from '../database/database-fault.js';
import { together } from '../database/together.js';
import { SilenceWatch } from '../health/silence-watch.js';
import { linkLimits } from '../link/link-limits.js';
import { endFrozenHubs } from './frozen-hubs.js';
import { waitForMore } from './gathering.js';
import type { Shipment, Shipper } from './group-plan.js';
import { IngestMetrics } from './ingest-metrics.js';
import { IngestNotices } from './ingest-notices.js';
import { ResultStore, type StoreMode } from './result-store.js';
import { halves } from './stream-piece.js';
import { readStreamStandings, type StreamQuestion } from './stream-standing.js';

/** The socket that shipped it counts no longer: its satellite has another one, or was revoked. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}

interface Waiting {
  shipment: Shipment;
  resolve: (cursor: StreamCursor) => void;
  reject: (error: Error) => void;
}

const maxGroupRecords = 5_000;
const maxWaitingRecords = 50_000;
const retryAfterMs = { first: 50, most: 2_000 };
/** What took so long to store was held up by the database, not by satellites. */
const awayAfterMs = 5_000;
/** Who waits for locks so long ends those who hold them and do nothing. */
const endFrozenAfterMs = 5_000;

/**
 * Takes what the satellites ship to this replica. What arrives while a transaction runs goes together with the next
 * one: an idle hub answers at once, a busy one in large groups.
 */
@Injectable()
export class Ingest implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('results');
  private waiting: Waiting[] = [];
  private waitingRecords = 0;
  private running: Promise<void> | undefined;
  private groupBeganAtMs = -Infinity;
  private onRoom: (() => void)[] = [];
  private closed = false;

  /** What is stored of a satellite. */
  readonly standing = together((questions: readonly StreamQuestion[]) =>
    readStreamStandings(this.dataSource.manager, questions),
  );

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly store: ResultStore,
    private readonly notices: IngestNotices,
    private readonly silence: SilenceWatch,
    private readonly metrics: IngestMetrics,
    private readonly clock: HubClock,
  ) {
    metrics.watchWaiting(() => this.waitingRecords);
  }

  /** Resolves with the cursor to acknowledge, after the commit. Rejects with Fenced, or when the hub stops. */
  accept(satellite: Shipper, batch: IntakeBatch): Promise<StreamCursor> {
    const { stream, firstSequence, records } = batch;
    const piece = { stream, firstSequence, lastSequence: firstSequence + records.length - 1, records };
    return this.enqueue({ satellite, piece, arrival: this.arrivalOf(batch) });
  }

  /** Moves the cursor past what the satellite declares lost. */
  lose(satellite: Shipper, { stream, fromSequence, toSequence }: StreamLoss): Promise<StreamCursor> {
    const piece = { stream, firstSequence: fromSequence, lastSequence: toSequence, records: [] };
    return this.enqueue({ satellite, piece, arrival: this.arrivalOf({ wallClockMs: 0, monotonicMs: 0 }) });
  }

  /** true: so much is waiting that nothing more should be read from sockets before `hasRoom`. */
  get isFull(): boolean {
    return this.waitingRecords >= maxWaitingRecords;
  }

  async hasRoom(): Promise<void> {
    if (this.isFull) await new Promise<void>((resolve) => this.onRoom.push(resolve));
  }

  /** What was accepted is stored, or given up with an error after which the satellite ships it again. */
  async beforeApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  onApplicationShutdown(): void {
    this.notices.close();
  }

  private arrivalOf(batch: { wallClockMs: number; monotonicMs: number }): Shipment['arrival'] {
    return { batch, arrivedAtMs: this.clock.now(), maxAgeMs: linkLimits.spoolMaxAgeMs };
  }

  private enqueue(shipment: Shipment): Promise<StreamCursor> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ shipment, resolve, reject });
      this.waitingRecords += shipment.piece.records.length;
      this.start();
    });
  }

  private start(): void {
    this.running ??= this.run().finally(() => {
      this.running = undefined;
      if (this.waiting.length > 0) this.start();
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.gather();
      const group = this.takeGroup();
      const shipments = group.map(({ shipment }) => shipment);
      try {
        const cursors = await this.storeAll(shipments, 'copy');
        group.forEach(({ shipment: { piece }, resolve, reject }, index) => {
          const sequence = cursors[index];
          if (typeof sequence !== 'number') return reject(new Fenced('The satellite has another socket now.'));
          // Not beyond what this one brought: its answer would cover others of the group, which get answers of their own.
          resolve({ stream: piece.stream, sequence: Math.min(sequence, piece.lastSequence) });
        });
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
    }
  }

  private async gather(): Promise<void> {
    const waitMs = this.closed ? 0 : waitForMore(this.waitingRecords, performance.now() - this.groupBeganAtMs);
    // At least what arrived in the same turn of the event loop goes together.
    await (waitMs > 0 ? new Promise((resolve) => setTimeout(resolve, waitMs)) : new Promise(setImmediate));
    this.groupBeganAtMs = performance.now();
  }

  private takeGroup(): Waiting[] {
    let records = 0;
    let count = 0;
    for (const { shipment } of this.waiting) {
      records += shipment.piece.records.length;
      if (count > 0 && records > maxGroupRecords) break;
      count++;
    }
    const group = this.waiting.splice(0, count);
    for (const { shipment } of group) this.waitingRecords -= shipment.piece.records.length;
    if (!this.isFull) for (const resolve of this.onRoom.splice(0)) resolve();
    return group;
  }

  /** Until it is stored, whatever stands in the way; rejects only when the hub stops. */
  private async storeAll(shipments: Shipment[], mode: StoreMode): Promise<(number | null)[]> {
    const beganAt = performance.now();
    for (let failures = 0; ; failures++) {
      try {
        const stored = await this.store.store(shipments, mode);
        if (performance.now() - beganAt > awayAfterMs) this.silence.restart();
        this.silence.heard(stored.rows.map(({ slice }) => slice.number));
        this.notices.stored(stored);
        this.metrics.stored(stored, performance.now() - beganAt);
        return stored.cursors;
      } catch (error) {
        const fault = faultOf(error);
        if (fault === 'double' && mode === 'copy') return this.storeAll(shipments, 'skip-doubles');
        const parts = fault === 'data' ? partsOf(shipments, error as Error) : null;
        if (parts) return this.storeParts(shipments, parts, mode);
        if (this.closed) throw error;
        if (fault !== 'lock') this.logger.error(`Results cannot be stored, trying again: ${(error as Error).message}`);
        else if (performance.now() - beganAt > endFrozenAfterMs) await this.endFrozenHubs();
        const waitMs =
          fault === 'lock' ? retryAfterMs.first : Math.min(retryAfterMs.first * 2 ** failures, retryAfterMs.most);
        await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())));
      }
    }
  }

  /** One after the other, so that the guilty record stands alone in the end and the rest is stored. */
  private async storeParts(shipments: Shipment[], parts: Shipment[][], mode: StoreMode): Promise<(number | null)[]> {
    const cursors = new Map<string, number | null>();
    for (const part of parts) {
      const moved = await this.storeAll(part, mode);
      part.forEach((shipment, index) => cursors.set(idOf(shipment), moved[index] ?? null));
    }
    return shipments.map((shipment) => cursors.get(idOf(shipment)) ?? null);
  }

  private async endFrozenHubs(): Promise<void> {
    const ended = await endFrozenHubs(this.dataSource).catch(() => 0);
    if (ended > 0) this.logger.warn(`Ended ${ended} database session(s) of a hub that holds locks and does nothing.`);
  }
}

function idOf({ satellite, piece }: Shipment): string {
  return `${satellite.id} ${satellite.epoch} ${piece.stream}`;
}

/** A smaller try for what PostgreSQL refused: halves, and in the end the one record as rejected. */
function partsOf(shipments: Shipment[], error: Error): Shipment[][] | null {
  const middle = Math.floor(shipments.length / 2);
  if (middle > 0) return [shipments.slice(0, middle), shipments.slice(middle)];
  const [shipment] = shipments;
  if (!shipment || shipment.rejection !== undefined) return null;
  const pieces = halves(shipment.piece);
  if (pieces) return pieces.map((piece) => [{ ...shipment, piece }]);
  return [[{ ...shipment, rejection: error.message }]];
}
