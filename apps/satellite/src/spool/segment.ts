// A stretch of one stream, in a file of the format that segment-format.ts describes.
import { open, rename, truncate, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeHead,
  encodeHead,
  encodeRecords,
  headerBytes,
  recordHeadBytes,
  SegmentError,
  wholeRecords,
  type SegmentHead,
} from './segment-format.js';

/** A place for records: a file, or memory when the disk takes none. Not to be called while a call is under way. */
export interface Segment {
  readonly head: SegmentHead;
  readonly count: number;
  readonly bytes: number;
  /** All or nothing. */
  append(payloads: readonly Uint8Array[]): Promise<void>;
  sync(): Promise<void>;
  /** Nothing is appended any more. */
  seal(): Promise<void>;
  /** Payloads from a sequence number on, at least one if there is one. Throws SegmentError when the file is damaged. */
  read(fromSequence: number, maxRecords: number, maxBytes: number): Promise<Uint8Array[]>;
  remove(): Promise<void>;
}

export const segmentSuffix = '.spool';

/** So many bytes of what was appended last are kept for the reader that follows close behind. */
const freshBytes = 65_536;

/** Its file is open while records are appended, and while it is read: a long backlog is many files. */
export class FileSegment implements Segment {
  count = 0;
  bytes = headerBytes;
  /** By the file's clock, Unix ms: when the last write ended that is not whole any more. */
  tornAtMs: number | null = null;
  /** Where the record of this sequence number begins: reading goes forward. */
  private next: Position;
  /** The end of the file, from a record on, as long as nobody has read it. */
  private fresh: Position & { payloads: Uint8Array[] };
  private isDirty = true;

  private constructor(
    readonly head: SegmentHead,
    readonly path: string,
    private appending: FileHandle | null,
  ) {
    this.next = { sequence: head.firstSequence, offset: headerBytes };
    this.fresh = { ...this.next, payloads: [] };
  }

  static async create(folder: string, head: SegmentHead): Promise<FileSegment> {
    const path = join(folder, `${head.stream}-${String(head.firstSequence).padStart(16, '0')}${segmentSuffix}`);
    const file = await open(path, 'w', 0o600);
    try {
      await writeWhole(file, encodeHead(head), 0);
      return new FileSegment(head, path, file);
    } catch (error) {
      await file.close().catch(() => undefined);
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Reads a segment that an earlier process life left, tells `onRecord` every whole record and truncates a torn tail.
   * Throws SegmentError when it is no segment at all.
   */
  static async recover(path: string, onRecord: (payload: Uint8Array) => void): Promise<FileSegment> {
    const file = await open(path, 'r');
    let size: number;
    let mtimeMs: number;
    let segment: FileSegment;
    try {
      const header = Buffer.alloc(headerBytes);
      const { bytesRead } = await file.read(header, 0, headerBytes, 0);
      segment = new FileSegment(decodeHead(header.subarray(0, bytesRead)), path, null);
      ({ size, mtimeMs } = await file.stat());
      for await (const payload of wholeRecords(file, headerBytes, size)) {
        onRecord(payload);
        segment.count += 1;
        segment.bytes += recordHeadBytes + payload.length;
      }
    } finally {
      await file.close();
    }
    // Nothing reads beyond: on a disk that takes no writes the tail may stay.
    if (segment.bytes < size) {
      segment.tornAtMs = mtimeMs;
      await truncate(path, segment.bytes).catch(() => undefined);
    }
    return segment;
  }

  async append(payloads: readonly Uint8Array[]): Promise<void> {
    if (this.appending === null) throw new SegmentError(`${this.path} is sealed`);
    const chunk = encodeRecords(payloads);
    try {
      await writeWhole(this.appending, chunk, this.bytes);
    } catch (error) {
      // What was half written is not counted; without it the file ends with a whole record.
      await this.appending.truncate(this.bytes).catch(() => undefined);
      throw error;
    }
    this.keepFresh(payloads);
    this.bytes += chunk.length;
    this.count += payloads.length;
    this.isDirty = true;
  }

  async sync(): Promise<void> {
    if (!this.isDirty || this.appending === null) return;
    await this.appending.datasync();
    this.isDirty = false;
  }

  async seal(): Promise<void> {
    const file = this.appending;
    this.appending = null;
    await file?.close();
  }

  async read(fromSequence: number, maxRecords: number, maxBytes: number): Promise<Uint8Array[]> {
    const last = this.head.firstSequence + this.count - 1;
    if (fromSequence > last) return [];
    if (fromSequence < this.next.sequence) this.next = { sequence: this.head.firstSequence, offset: headerBytes };
    const { sequence: freshFrom, payloads } = this.fresh;
    if (fromSequence >= freshFrom && fromSequence < freshFrom + payloads.length)
      return this.takeFresh(fromSequence, maxRecords, maxBytes);
    const found: Uint8Array[] = [];
    let { sequence, offset } = this.next;
    let size = 0;
    const file = await open(this.path, 'r');
    try {
      for await (const payload of wholeRecords(file, offset, this.bytes)) {
        const length = recordHeadBytes + payload.length;
        if (sequence >= fromSequence) {
          if (found.length > 0 && (found.length === maxRecords || size + length > maxBytes)) break;
          found.push(payload);
          size += length;
        }
        sequence += 1;
        offset += length;
        if (found.length === maxRecords) break;
      }
    } finally {
      await file.close();
    }
    if (found.length === 0) throw new SegmentError(`it is damaged at byte ${offset}`);
    this.next = { sequence, offset };
    return found;
  }

  async remove(): Promise<void> {
    await this.seal();
    await unlink(this.path);
  }

  /** Beyond the bound all of it is left to the file: whoever reads is not close behind. */
  private keepFresh(payloads: readonly Uint8Array[]): void {
    const end = { sequence: this.head.firstSequence + this.count, offset: this.bytes };
    if (this.bytes - this.fresh.offset > freshBytes || this.fresh.payloads.length === 0)
      this.fresh = { ...end, payloads: [] };
    for (const payload of payloads) this.fresh.payloads.push(payload);
  }

  private takeFresh(fromSequence: number, maxRecords: number, maxBytes: number): Uint8Array[] {
    const { payloads } = this.fresh;
    const found: Uint8Array[] = [];
    let { sequence, offset } = this.fresh;
    let size = 0;
    for (const payload of payloads) {
      const length = recordHeadBytes + payload.length;
      if (found.length === maxRecords || (found.length > 0 && size + length > maxBytes)) break;
      if (sequence >= fromSequence) {
        found.push(payload);
        size += length;
      }
      sequence += 1;
      offset += length;
    }
    this.next = { sequence, offset };
    this.fresh = { sequence, offset, payloads: payloads.slice(sequence - this.fresh.sequence) };
    return found;
  }

  /** Keeps the file, which cannot be read, for whoever wants to look at it. */
  async setAside(): Promise<void> {
    await this.seal();
    await setAside(this.path);
  }
}

interface Position {
  sequence: number;
  offset: number;
}

export const unreadableSuffix = '.unreadable';

export async function setAside(path: string): Promise<void> {
  await rename(path, `${path}${unreadableSuffix}`);
}

async function writeWhole(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const { bytesWritten } = await file.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}
