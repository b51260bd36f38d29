// The satellite's memory of what the hub has not confirmed: streams of records, each in segments, on disk.
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { decodeRecord, encodeRecord, type LinkRecord, type StreamRange } from '@checkstack/link';
import { LossTally } from './loss-tally.js';
import { recoverStreams } from './recover.js';
import { FileSegment, MemorySegment, setAside, type Segment } from './segment.js';
import { firstOf, lastOf, lastSequenceOf, type Stored, type Stream } from './stream.js';

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  maxAgeMs: number;
  /** When written records are forced to the disk: with each write, every 200 ms, or when the system likes. */
  sync: 'always' | 'interval' | 'off';
  bootId: string;
  log: (line: string) => void;
}

export interface SpoolGauges {
  records: number;
  bytes: number;
  oldestAgeMs: number;
  lost: number;
  warnings: string[];
}

const syncIntervalMs = 200;
const keepConfirmedMs = 600_000;
const memoryBytes = 16 * 1_048_576;
const diskRetryMs = 30_000;

export class Spool {
  private readonly streams: Stream[] = [];
  private satelliteId: string | null = null;
  private current: Stream | null = null;
  private waiting: { payload: Uint8Array; done: () => void }[] = [];
  private writing: Promise<void> = Promise.resolve();
  private isWriting = false;
  private diskTroubleAt: number | null = null;
  private diskTrouble = '';
  private unreadable = 0;
  private lost = 0;
  private readonly timer: NodeJS.Timeout;
  private tending: Promise<void> | null = null;
  /** Called after records became readable. */
  onAppended: () => void = () => undefined;

  private constructor(private readonly options: SpoolOptions) {
    this.timer = setInterval(() => {
      this.tending ??= this.tend().finally(() => (this.tending = null));
    }, syncIntervalMs);
    this.timer.unref();
  }

  /** Opens the folder and tells `onRecord` what earlier lives left. */
  static async open(options: SpoolOptions, onRecord: (record: LinkRecord) => void = () => undefined): Promise<Spool> {
    const spool = new Spool(options);
    try {
      await mkdir(options.folder, { recursive: true, mode: 0o700 });
      const { streams, unreadable } = await recoverStreams(options, onRecord);
      spool.streams.push(...streams);
      spool.unreadable = unreadable;
    } catch (error) {
      spool.onDiskTrouble(error);
    }
    return spool;
  }

  /** Binds the spool to a satellite: what another one left here is set aside, and a stream of this life begins. */
  async bind(satelliteId: string): Promise<void> {
    if (this.satelliteId === satelliteId) return;
    await this.exclusively(async () => {
      for (const stream of [...this.streams]) {
        const foreign = stream.segments.filter(({ segment }) => segment.head.satelliteId !== satelliteId);
        for (const stored of foreign) await this.putAside(stored.segment, 'is of another satellite');
        stream.segments = stream.segments.filter((stored) => !foreign.includes(stored));
        if (stream.segments.length === 0) this.streams.splice(this.streams.indexOf(stream), 1);
      }
      this.satelliteId = satelliteId;
      this.begin();
    });
  }

  /** Resolves when the record has its sequence number and is written; with `always`, also forced to the disk. */
  append(record: LinkRecord): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ payload: encodeRecord(record), done });
      if (!this.isWriting) this.write();
    });
  }

  /** A new stream, when the current one has something unconfirmed: fresh results then overtake it. */
  async overtake(): Promise<void> {
    await this.exclusively(async () => {
      if (this.current !== null && lastOf(this.current) > this.current.confirmed) this.begin();
    });
  }

  /** Every stream with something in it, newest first. */
  ranges(): StreamRange[] {
    return this.streams
      .filter((stream) => stream.segments.length > 0)
      .map((stream) => ({ stream: stream.id, firstSequence: firstOf(stream), lastSequence: lastOf(stream) }))
      .reverse();
  }

  isFromThisBoot(stream: string): boolean {
    return this.find(stream)?.isFromThisBoot ?? false;
  }

  /** Records of a stream from a sequence number on, or the range that is missing there. */
  async read(
    streamId: string,
    fromSequence: number,
    maxRecords: number,
    maxBytes: number,
  ): Promise<{ records: LinkRecord[] } | { missingTo: number }> {
    const stream = this.find(streamId);
    const stored = stream?.segments.find(({ segment }) => fromSequence <= lastSequenceOf(segment));
    if (stream === undefined || stored === undefined) return { records: [] };
    const first = stored.segment.head.firstSequence;
    if (fromSequence < first) return { missingTo: first - 1 };
    try {
      const payloads = await stored.segment.read(fromSequence, maxRecords, maxBytes);
      return { records: payloads.map(decodeRecord) };
    } catch (error) {
      // Removed meanwhile, or damaged: what is unread of it is a hole now.
      if (!stream.segments.includes(stored)) return { records: [] };
      const missingTo = lastSequenceOf(stored.segment);
      this.lost += missingTo - fromSequence + 1;
      stream.segments.splice(stream.segments.indexOf(stored), 1);
      await this.putAside(stored.segment, (error as Error).message);
      if (stream === this.current) await this.exclusively(async () => this.begin());
      return { missingTo };
    }
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

  gauges(): SpoolGauges {
    let records = 0;
    let bytes = 0;
    let oldest = Infinity;
    for (const stream of this.streams) {
      for (const { segment, confirmedAtMs } of stream.segments) {
        bytes += segment.bytes;
        if (confirmedAtMs !== null) continue;
        const unconfirmed = lastSequenceOf(segment) - Math.max(stream.confirmed, segment.head.firstSequence - 1);
        records += unconfirmed;
        if (unconfirmed > 0) oldest = Math.min(oldest, segment.head.createdAtMs);
      }
    }
    const warnings: string[] = [];
    if (this.diskTroubleAt !== null) warnings.push(`The spool is in memory only: ${this.diskTrouble}`);
    if (this.unreadable > 0) warnings.push(`${this.unreadable} spool files could not be read and were set aside.`);
    return {
      records,
      bytes,
      oldestAgeMs: oldest === Infinity ? 0 : Math.max(0, Date.now() - oldest),
      lost: this.lost,
      warnings,
    };
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.tending;
    await this.exclusively(async () => {
      for (const stream of this.streams) {
        for (const { segment } of stream.segments) {
          await segment.sync().catch(() => undefined);
          await segment.close();
        }
      }
    });
  }

  private begin(): void {
    this.current = { id: randomUUID(), isFromThisBoot: true, segments: [], confirmed: 0 };
    this.streams.push(this.current);
  }

  /** Group commit: whatever came while the last write was under way goes into the next one together. */
  private write(): void {
    this.isWriting = true;
    this.writing = this.writing
      .then(() => new Promise<void>((resolve) => setImmediate(resolve)))
      .then(async () => {
        if (this.current !== null) await this.writeGroup(this.current, this.waiting.splice(0));
      })
      .finally(() => {
        this.isWriting = false;
        if (this.waiting.length > 0 && this.current !== null) this.write();
      });
  }

  private async writeGroup(stream: Stream, group: { payload: Uint8Array; done: () => void }[]): Promise<void> {
    if (group.length === 0) return;
    const payloads = group.map(({ payload }) => payload);
    for (;;) {
      const stored = await this.room(stream);
      try {
        await stored.segment.append(payloads);
        stored.lastAppendAtMs = Date.now();
        stored.confirmedAtMs = null;
        if (this.options.sync === 'always') await stored.segment.sync();
        break;
      } catch (error) {
        this.onDiskTrouble(error);
      }
    }
    for (const { done } of group) done();
    this.onAppended();
    await this.makeRoom();
  }

  /** The segment that takes the next record: in memory for a while after the disk has refused one. */
  private async room(stream: Stream): Promise<Stored> {
    const last = stream.segments.at(-1);
    const isDiskTroubled = this.diskTroubleAt !== null && performance.now() - this.diskTroubleAt < diskRetryMs;
    const isRightPlace = last?.segment instanceof MemorySegment === isDiskTroubled;
    if (last !== undefined && isRightPlace && last.segment.bytes < this.segmentBytes()) return last;
    const head = {
      satelliteId: this.satelliteId as string,
      stream: stream.id,
      firstSequence: lastOf(stream) + 1,
      createdAtMs: Date.now(),
      bootId: this.options.bootId,
    };
    let segment: Segment = new MemorySegment(head);
    if (!isDiskTroubled) {
      try {
        segment = await FileSegment.create(this.options.folder, head);
        if (this.diskTroubleAt !== null) this.options.log('The spool is on disk again.');
        this.diskTroubleAt = null;
      } catch (error) {
        this.onDiskTrouble(error);
      }
    }
    const stored = { segment, lastAppendAtMs: Date.now(), confirmedAtMs: null };
    stream.segments.push(stored);
    return stored;
  }

  private segmentBytes(): number {
    return Math.min(4 * 1_048_576, Math.ceil(this.options.maxBytes / 16));
  }

  /** Keeps the bounds: what is confirmed goes first, then the oldest. */
  private async makeRoom(): Promise<void> {
    const all = this.streams.flatMap((stream) => stream.segments.map((stored) => ({ stream, stored })));
    const inMemory = all.filter(({ stored }) => stored.segment instanceof MemorySegment);
    await this.dropWhileOver(all, this.options.maxBytes);
    await this.dropWhileOver(inMemory, memoryBytes);
  }

  private async dropWhileOver(candidates: { stream: Stream; stored: Stored }[], maxBytes: number): Promise<void> {
    let bytes = candidates.reduce((sum, { stored }) => sum + stored.segment.bytes, 0);
    const order = [...candidates].sort(
      (a, b) => Number(b.stored.confirmedAtMs !== null) - Number(a.stored.confirmedAtMs !== null),
    );
    for (const { stream, stored } of order) {
      if (bytes <= maxBytes) return;
      if (stored === this.current?.segments.at(-1)) continue;
      bytes -= stored.segment.bytes;
      await this.drop(stream, stored, 'spool_full');
    }
  }

  /** Every 200 ms: sync by interval, forget what was confirmed long ago, drop what is too old. */
  private async tend(): Promise<void> {
    if (this.options.sync === 'interval') {
      const open = this.current?.segments.at(-1)?.segment;
      await open?.sync().catch((error: unknown) => this.onDiskTrouble(error));
    }
    const longAgo = performance.now() - keepConfirmedMs;
    const tooOld = Date.now() - this.options.maxAgeMs;
    for (const stream of [...this.streams]) {
      for (const stored of [...stream.segments]) {
        if (stored === this.current?.segments.at(-1)) continue;
        if (stored.confirmedAtMs !== null && stored.confirmedAtMs < longAgo)
          await this.drop(stream, stored, 'confirmed');
        else if (stored.lastAppendAtMs < tooOld) await this.drop(stream, stored, 'spool_age');
      }
    }
  }

  private async drop(stream: Stream, stored: Stored, reason: string): Promise<void> {
    const index = stream.segments.indexOf(stored);
    if (index < 0) return;
    const first = Math.max(stored.segment.head.firstSequence, stream.confirmed + 1);
    const last = lastSequenceOf(stored.segment);
    const tally = new LossTally(reason);
    if (stored.confirmedAtMs === null) await tally.read(stored.segment, first);
    stream.segments.splice(index, 1);
    if (stream.segments.length === 0 && stream !== this.current) this.streams.splice(this.streams.indexOf(stream), 1);
    await stored.segment.remove().catch((error: unknown) => this.onDiskTrouble(error));
    if (stored.confirmedAtMs !== null) return;
    this.lost += Math.max(0, last - first + 1);
    this.options.log(`The spool dropped ${last - first + 1} results (${reason}).`);
    for (const gap of tally.gaps()) void this.append(gap);
  }

  private onDiskTrouble(error: unknown): void {
    this.diskTrouble = (error as Error).message;
    if (this.diskTroubleAt === null)
      this.options.log(`The spool cannot write to its disk and stays in memory: ${this.diskTrouble}`);
    this.diskTroubleAt = performance.now();
  }

  private async putAside(segment: Segment, why: string): Promise<void> {
    this.unreadable += 1;
    this.options.log(`A spool file is set aside: it ${why}.`);
    await segment.close().catch(() => undefined);
    if (segment instanceof FileSegment) await setAside(segment.path).catch(() => undefined);
  }

  /** After the write that is under way, and before the next. */
  private exclusively(work: () => Promise<void>): Promise<void> {
    const done = this.writing.then(work);
    this.writing = done.catch(() => undefined);
    if (!this.isWriting && this.waiting.length > 0) this.write();
    return done;
  }

  private find(id: string): Stream | undefined {
    return this.streams.find((stream) => stream.id === id);
  }
}
