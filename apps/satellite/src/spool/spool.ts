// The satellite's memory of what the hub has not confirmed: streams of records, each in segments, on disk.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { encodeRecord, type LinkRecord, type StreamCursor, type StreamRange } from '@checkstack/link';
import { heldIn, isInMemory, measure, outlived, overflow, tooOld, type Held } from './contents.js';
import { lossesIn } from './losses.js';
import { recoverStreams, type OnSettled } from './recover.js';
import { FileSegment } from './segment.js';
import { firstOf, lastOf, lastSequenceOf, type Damage, type Stored, type Stream } from './stream.js';
import { Writer, type WriterOptions } from './writer.js';

export interface SpoolOptions extends WriterOptions {
  maxAgeMs: number;
  /** So long after a write the next one waits for more: what many runs record then costs little more than one. */
  gatherMs?: number;
}

export interface SpoolGauges {
  records: number;
  bytes: number;
  oldestAgeMs: number;
  lost: number;
  warnings: string[];
}

/** What there is from a sequence number on: at least one record, encoded, or a range that is not held. */
export type Found = { records: Uint8Array[]; bytes: number } | { missingTo: number };

const syncWithinMs = 200;
const tendEveryMs = 10_000;

export class Spool {
  /** Called after records became readable. */
  onAppended: () => void = () => undefined;
  /** Called when what was written turns out to be unreadable. */
  onDamaged: (damage: Damage) => void = () => undefined;
  /** What earlier lives wrote and cannot be read any more. */
  damages: Damage[] = [];
  private streams: Stream[] = [];
  private readonly writer: Writer;
  private readonly tending: NodeJS.Timeout;
  private satelliteId: string | null = null;
  private current: Stream | null = null;
  private waiting: { payload: Uint8Array; done: () => void }[] = [];
  private isWriteQueued = false;
  private gathering: NodeJS.Timeout | undefined;
  private wroteAtMs = -Infinity;
  private queue: Promise<unknown> = Promise.resolve();
  private syncing: NodeJS.Timeout | undefined;
  private unreadable = 0;
  private lost = 0;

  private constructor(private readonly options: SpoolOptions) {
    this.writer = new Writer(options);
    this.tending = setInterval(() => void this.exclusively(() => this.tend()), tendEveryMs).unref();
  }

  /** Opens the folder and tells `onSettled` what earlier lives left. */
  static async open(options: SpoolOptions, onSettled: OnSettled = () => undefined): Promise<Spool> {
    const spool = new Spool(options);
    try {
      await mkdir(options.folder, { recursive: true, mode: 0o700 });
      const { streams, unreadable, lost, damages } = await recoverStreams(options, onSettled);
      spool.streams = streams;
      spool.damages = damages;
      spool.unreadable = unreadable;
      spool.lost = lost;
    } catch (error) {
      spool.writer.disk.lose(error);
    }
    return spool;
  }

  /** Binds the spool to a satellite: what another one left here is set aside, and a stream of this life begins. */
  async bind(satelliteId: string): Promise<void> {
    await this.exclusively(async () => {
      if (this.satelliteId === satelliteId) return;
      this.satelliteId = satelliteId;
      const foreign = heldIn(this.streams).filter(({ stored }) => stored.segment.head.satelliteId !== satelliteId);
      for (const held of foreign) await this.setAside(held);
      if (foreign.length > 0) this.options.log(`Spool files of another satellite are set aside: ${foreign.length}.`);
      this.begin();
    });
    this.queueWrite();
  }

  /** The hub takes nothing older. */
  limitAge(maxAgeMs: number): void {
    this.options.maxAgeMs = Math.min(this.options.maxAgeMs, maxAgeMs);
  }

  /** Resolves when the record has its sequence number and is written; with `always`, also forced to the disk. */
  async append(record: LinkRecord): Promise<void> {
    const payload = encodeRecord(record);
    await new Promise<void>((done) => {
      this.waiting.push({ payload, done });
      this.queueWrite();
    });
  }

  /** A new stream, when the current one has something unconfirmed: fresh results then overtake it. */
  async overtake(): Promise<void> {
    await this.exclusively(async () => {
      // A cursor beyond the end is that of a copy of this process: what comes now needs a stream of its own, too.
      if (this.current !== null && lastOf(this.current) !== this.current.confirmed) this.begin();
    });
  }

  /** Every stream with something in it, newest first. */
  ranges(): StreamRange[] {
    return this.streams
      .map((stream) => ({ stream: stream.id, firstSequence: firstOf(stream), lastSequence: lastOf(stream) }))
      .filter(({ firstSequence, lastSequence }) => firstSequence <= lastSequence)
      .reverse();
  }

  /** Whether this is the stream that takes new records. */
  isCurrent(stream: string): boolean {
    return this.current?.id === stream;
  }

  isFromThisBoot(stream: string): boolean {
    return this.find(stream)?.isFromThisBoot ?? false;
  }

  /** What a stream has from a sequence number on; null: nothing. */
  async read(streamId: string, fromSequence: number, maxRecords: number, maxBytes: number): Promise<Found | null> {
    return this.exclusively(async () => {
      const stream = this.find(streamId);
      const stored = stream?.segments.find(({ segment }) => fromSequence <= lastSequenceOf(segment));
      if (stream === undefined || stored === undefined) return null;
      const { segment } = stored;
      if (fromSequence < segment.head.firstSequence) return { missingTo: segment.head.firstSequence - 1 };
      try {
        const records = await segment.read(fromSequence, maxRecords, maxBytes);
        return { records, bytes: records.reduce((sum, { length }) => sum + length, 0) };
      } catch (error) {
        if (isPassing(error)) throw error;
        const missingTo = lastSequenceOf(segment);
        this.lost += missingTo - fromSequence + 1;
        this.unreadable += 1;
        this.options.log(`A spool file cannot be read and is set aside: ${(error as Error).message}`);
        await this.setAside({ stream, stored });
        this.onDamaged({ fromMs: segment.head.createdAtMs, toMs: stored.lastAppendAtMs, reason: 'spool_damaged' });
        if (stream === this.current) this.begin();
        return { missingTo };
      }
    });
  }

  /** The hub has stored, refused or been told the loss of everything up to `sequence`. */
  confirm(streamId: string, sequence: number): void {
    const stream = this.find(streamId);
    if (stream === undefined) return;
    stream.confirmed = sequence;
    for (const stored of stream.segments) {
      const isConfirmed = lastSequenceOf(stored.segment) <= sequence;
      // A cursor that fell back makes it wanted again.
      stored.confirmedAtMs = isConfirmed ? (stored.confirmedAtMs ?? performance.now()) : null;
    }
  }

  /**
   * Since when everything is held, if the hub stands behind what it once confirmed: its database was restored, or
   * another one took over that lacked the newest. What it lost counts as confirmed no longer. null: it does not.
   */
  fallBack(cursors: readonly StreamCursor[]): number | null {
    const lost = cursors.filter(({ stream, sequence }) => sequence < (this.find(stream)?.confirmed ?? 0));
    if (lost.length === 0) return null;
    for (const { stream, sequence } of lost) this.confirm(stream, sequence);
    return Math.min(...heldIn(this.streams).map(({ stored }) => stored.segment.head.createdAtMs));
  }

  /** Whether all that is not confirmed would outlive this process. */
  get isDurable(): boolean {
    return !heldIn(this.streams).some((held) => isInMemory(held) && held.stored.confirmedAtMs === null);
  }

  gauges(): SpoolGauges {
    const { warning } = this.writer.disk;
    const warnings = warning === null ? [] : [warning];
    if (this.unreadable > 0) warnings.push(`Spool files that cannot be read: ${this.unreadable}`);
    return { ...measure(heldIn(this.streams), this.options.now()), lost: this.lost, warnings };
  }

  /** Forces what was appended to the disk, whatever the policy. */
  async sync(): Promise<void> {
    await this.exclusively(() => this.writer.sync());
  }

  async close(): Promise<void> {
    clearInterval(this.tending);
    clearTimeout(this.syncing);
    if (this.gathering !== undefined) this.writeWaiting();
    await this.exclusively(() => this.writer.seal());
  }

  /** One piece of work at a time: no change of streams or files meets another one half-way. */
  private exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }

  private begin(): void {
    this.current = { id: randomUUID(), isFromThisBoot: true, segments: [], confirmed: 0 };
    this.streams = [...this.streams.filter(({ segments }) => segments.length > 0), this.current];
  }

  /** Group commit: whatever came while the last write was under way, or soon after it, goes into the next one together. */
  private queueWrite(): void {
    if (this.isWriteQueued || this.satelliteId === null || this.waiting.length === 0) return;
    this.isWriteQueued = true;
    const waitMs = this.wroteAtMs + (this.options.gatherMs ?? 0) - performance.now();
    if (waitMs > 0) this.gathering = setTimeout(() => this.writeWaiting(), waitMs);
    else this.writeWaiting();
  }

  private writeWaiting(): void {
    clearTimeout(this.gathering);
    this.gathering = undefined;
    void this.exclusively(async () => {
      await turn();
      this.isWriteQueued = false;
      const group = this.waiting.splice(0);
      await this.write(group.map(({ payload }) => payload));
      this.wroteAtMs = performance.now();
      for (const { done } of group) done();
      for (const held of overflow(heldIn(this.streams), this.writer.open, this.options.maxBytes)) {
        await this.drop(held, 'spool_full');
      }
    });
  }

  private async write(payloads: readonly Uint8Array[]): Promise<void> {
    await this.writer.write(this.satelliteId as string, this.streams, payloads);
    this.onAppended();
    if (this.options.sync !== 'interval') return;
    this.syncing ??= setTimeout(() => {
      this.syncing = undefined;
      void this.sync();
    }, syncWithinMs).unref();
  }

  /** From time to time: forget what was confirmed long ago, drop what is too old. */
  private async tend(): Promise<void> {
    for (const held of outlived(heldIn(this.streams), this.writer.open)) await this.remove(held);
    const beforeMs = this.options.now() - this.options.maxAgeMs;
    for (const held of tooOld(heldIn(this.streams), this.writer.open, beforeMs)) {
      await this.drop(held, 'spool_age');
    }
  }

  /** Losses are declared before anything is gone: a crash in between declares too much, never too little. */
  private async drop(held: Held, reason: string): Promise<void> {
    const { stream, stored } = held;
    if (stored.confirmedAtMs === null) {
      const first = Math.max(stored.segment.head.firstSequence, stream.confirmed + 1);
      const { gaps, declared } = await lossesIn(stored.segment, first, reason);
      const count = lastSequenceOf(stored.segment) - first + 1 - declared;
      if (gaps.length > 0) await this.write(gaps.map(encodeRecord));
      this.lost += count;
      this.options.log(`The spool dropped ${count} results (${reason}).`);
    }
    await this.remove(held);
  }

  private async remove({ stream, stored }: Held): Promise<void> {
    this.detach(stream, stored);
    // A file that stays is found at the next start, and its results are known to the hub by then.
    await stored.segment.remove().catch(() => undefined);
  }

  private async setAside({ stream, stored }: Held): Promise<void> {
    this.detach(stream, stored);
    if (stored.segment instanceof FileSegment) await stored.segment.setAside().catch(() => undefined);
  }

  private detach(stream: Stream, stored: Stored): void {
    stream.segments = stream.segments.filter((other) => other !== stored);
    if (stream.segments.length === 0 && stream !== this.current)
      this.streams = this.streams.filter((other) => other !== stream);
  }

  private find(id: string): Stream | undefined {
    return this.streams.find((stream) => stream.id === id);
  }
}

/** The system lacks something for a moment; the file is as sound as before. */
function isPassing(error: unknown): boolean {
  return ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'].includes((error as NodeJS.ErrnoException).code ?? '');
}
