// Puts records into segments: on disk, or in memory while the disk takes no writes.
import { open } from 'node:fs/promises';
import { heldIn } from './contents.js';
import { DiskTrust } from './disk-trust.js';
import { MemorySegment } from './memory-segment.js';
import { FileSegment, type Segment } from './segment.js';
import { lastOf, type Stored, type Stream } from './stream.js';

export interface WriterOptions {
  folder: string;
  maxBytes: number;
  /** When written records are forced to the disk: with each write, within 200 ms, or when the system likes. */
  sync: 'always' | 'interval' | 'off';
  bootId: string;
  /** The hub's time. */
  now: () => number;
  log: (line: string) => void;
}

const largestSegmentBytes = 4 * 1_048_576;
/** A segment takes records no longer than this, so that what grows too old goes in small pieces. */
const segmentSpanMs = 3_600_000;

/** Not to be called while a call is under way. */
export class Writer {
  readonly disk: DiskTrust;
  /** The segment that took the newest records. */
  open: Stored | undefined;

  constructor(private readonly options: WriterOptions) {
    this.disk = new DiskTrust(options.log);
  }

  /** Adds records to the end of a stream, which is the last of all streams. Never rejects. */
  async write(satelliteId: string, streams: readonly Stream[], payloads: readonly Uint8Array[]): Promise<void> {
    const stream = streams.at(-1) as Stream;
    for (;;) {
      const stored = this.takesMore(stream) ?? (await this.next(satelliteId, streams, stream));
      try {
        await stored.segment.append(payloads);
        stored.lastAppendAtMs = this.options.now();
        stored.confirmedAtMs = null;
        break;
      } catch (error) {
        this.disk.lose(error);
        if (stored.segment.count > 0) continue;
        stream.segments.pop();
        await stored.segment.remove().catch(() => undefined);
      }
    }
    if (this.options.sync === 'always') await this.sync();
  }

  /** Forces what was appended to the disk. */
  async sync(): Promise<void> {
    await this.open?.segment.sync().catch((error: unknown) => this.disk.lose(error));
  }

  async seal(): Promise<void> {
    await this.sync();
    await this.open?.segment.seal().catch((error: unknown) => this.disk.lose(error));
    this.open = undefined;
  }

  private takesMore(stream: Stream): Stored | null {
    const last = stream.segments.at(-1);
    if (last === undefined || last !== this.open) return null;
    const { segment } = last;
    const isInRightPlace = segment instanceof FileSegment === this.disk.isTrusted;
    const isSmall = segment.bytes < Math.min(largestSegmentBytes, this.options.maxBytes / 16);
    const isYoung = this.options.now() - segment.head.createdAtMs < segmentSpanMs;
    return isInRightPlace && isSmall && isYoung ? last : null;
  }

  private async next(satelliteId: string, streams: readonly Stream[], stream: Stream): Promise<Stored> {
    await this.seal();
    const { folder, bootId, now } = this.options;
    const firstSequence = lastOf(stream) + 1;
    const head = { satelliteId, stream: stream.id, firstSequence, createdAtMs: now(), bootId };
    let segment: Segment = new MemorySegment(head);
    if (this.disk.isTrusted) {
      try {
        await this.moveToDisk(streams);
        segment = await FileSegment.create(folder, head);
        if (this.options.sync !== 'off') await syncFolder(folder);
        this.disk.regain();
      } catch (error) {
        this.disk.lose(error);
      }
    }
    this.open = { segment, lastAppendAtMs: now(), confirmedAtMs: null };
    stream.segments.push(this.open);
    return this.open;
  }

  /** What was kept in memory while the disk took no writes. */
  private async moveToDisk(streams: readonly Stream[]): Promise<void> {
    for (const { stored } of heldIn(streams)) {
      const { segment } = stored;
      if (!(segment instanceof MemorySegment)) continue;
      const file = await FileSegment.create(this.options.folder, segment.head);
      try {
        await file.append(segment.payloads);
        if (this.options.sync !== 'off') await file.sync();
        await file.seal();
      } catch (error) {
        await file.remove().catch(() => undefined);
        throw error;
      }
      stored.segment = file;
    }
  }
}

/** So that a power cut does not take the file with its name. Not every system lets a folder be synced. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
