// A stretch of one stream. On disk: a header of 80 bytes, then records, each 4 bytes length, 4 bytes CRC-32C of the
// payload, payload (a link Record). Numbers are big-endian. The n-th record has the sequence number firstSequence + n.
//
//   0  magic "CKSPOOL1"     24 stream id, 16 bytes        56 boot id, 16 bytes
//   8  satellite id, 16     40 firstSequence, 8           72 CRC-32C of bytes 0–71, 4
//                           48 createdAt, Unix ms, 8      76 reserved, 4
import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidFromBytes, uuidToBytes } from '@checkstack/link';
import { crc32c } from './crc32c.js';

export interface SegmentHead {
  satelliteId: string;
  stream: string;
  firstSequence: number;
  createdAtMs: number;
  /** Tells whether monotonic times in it can still be compared. */
  bootId: string;
}

/** A place for records: a file, or memory when the disk takes none. */
export interface Segment {
  readonly head: SegmentHead;
  readonly count: number;
  readonly bytes: number;
  append(payloads: readonly Uint8Array[]): Promise<void>;
  sync(): Promise<void>;
  /** Payloads from a sequence number on, at least one if there is one. Throws SegmentError when the file is damaged. */
  read(fromSequence: number, maxRecords: number, maxBytes: number): Promise<Uint8Array[]>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

export class SegmentError extends Error {
  override readonly name = 'SegmentError';
}

const magic = Buffer.from('CKSPOOL1');
export const headerBytes = 80;
const recordHeadBytes = 8;
export const maxRecordBytes = 4 * 1_048_576;
const readAheadBytes = 262_144;

export const segmentSuffix = '.spool';

export class FileSegment implements Segment {
  count = 0;
  bytes = headerBytes;
  /** Where the record of this sequence number begins: reading goes forward. */
  private next: { sequence: number; offset: number };
  private isDirty = true;

  private constructor(
    readonly head: SegmentHead,
    readonly path: string,
    private readonly file: FileHandle,
  ) {
    this.next = { sequence: head.firstSequence, offset: headerBytes };
  }

  static async create(folder: string, head: SegmentHead): Promise<FileSegment> {
    const path = join(folder, `${head.stream}-${String(head.firstSequence).padStart(16, '0')}${segmentSuffix}`);
    const file = await open(path, 'wx+', 0o600);
    try {
      await file.write(encodeHead(head), 0, headerBytes, 0);
      return new FileSegment(head, path, file);
    } catch (error) {
      await file.close();
      await unlink(path).catch(() => undefined);
      throw error;
    }
  }

  /**
   * Opens a segment that an earlier process life left, tells `onRecord` every whole record and truncates a torn tail.
   * Throws SegmentError when it is no segment at all, or is damaged before its end.
   */
  static async recover(path: string, onRecord: (payload: Uint8Array) => void): Promise<FileSegment> {
    const file = await open(path, 'r+');
    try {
      const header = Buffer.alloc(headerBytes);
      const { bytesRead } = await file.read(header, 0, headerBytes, 0);
      const segment = new FileSegment(decodeHead(header.subarray(0, bytesRead)), path, file);
      const { size } = await file.stat();
      for await (const payload of segment.records(headerBytes, size)) {
        onRecord(payload);
        segment.count += 1;
        segment.bytes += recordHeadBytes + payload.length;
      }
      if (segment.bytes < size) await file.truncate(segment.bytes);
      return segment;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async append(payloads: readonly Uint8Array[]): Promise<void> {
    const chunk = Buffer.allocUnsafe(payloads.reduce((sum, payload) => sum + recordHeadBytes + payload.length, 0));
    let offset = 0;
    for (const payload of payloads) {
      chunk.writeUInt32BE(payload.length, offset);
      chunk.writeUInt32BE(crc32c(payload), offset + 4);
      chunk.set(payload, offset + recordHeadBytes);
      offset += recordHeadBytes + payload.length;
    }
    try {
      for (let written = 0; written < chunk.length;) {
        const { bytesWritten } = await this.file.write(chunk, written, chunk.length - written, this.bytes + written);
        written += bytesWritten;
      }
    } catch (error) {
      // What was half written is not counted; without it the file ends with a whole record.
      await this.file.truncate(this.bytes).catch(() => undefined);
      throw error;
    }
    this.bytes += chunk.length;
    this.count += payloads.length;
    this.isDirty = true;
  }

  async sync(): Promise<void> {
    if (!this.isDirty) return;
    this.isDirty = false;
    await this.file.datasync();
  }

  async read(fromSequence: number, maxRecords: number, maxBytes: number): Promise<Uint8Array[]> {
    const last = this.head.firstSequence + this.count - 1;
    if (fromSequence > last) return [];
    if (fromSequence < this.next.sequence) this.next = { sequence: this.head.firstSequence, offset: headerBytes };
    const found: Uint8Array[] = [];
    let { sequence, offset } = this.next;
    let size = 0;
    for await (const payload of this.records(offset, this.bytes)) {
      const isWanted = sequence >= fromSequence;
      if (isWanted && found.length > 0 && (found.length === maxRecords || size + payload.length > maxBytes)) break;
      if (isWanted) {
        found.push(payload);
        size += payload.length;
      }
      sequence += 1;
      offset += recordHeadBytes + payload.length;
    }
    if (sequence <= last && found.length === 0) throw new SegmentError(`${this.path} is damaged at byte ${offset}`);
    this.next = { sequence, offset };
    return found;
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  async remove(): Promise<void> {
    await this.file.close();
    await unlink(this.path);
  }

  /** The whole and sound records between two offsets, in order; ends at the first that is not. */
  private async *records(from: number, to: number): AsyncGenerator<Uint8Array> {
    let window = Buffer.alloc(0);
    let start = from;
    const have = async (offset: number, length: number): Promise<boolean> => {
      if (offset + length > to) return false;
      if (offset >= start && offset + length <= start + window.length) return true;
      const wanted = Math.min(Math.max(length, readAheadBytes), to - offset);
      const fresh = Buffer.allocUnsafe(wanted);
      const { bytesRead } = await this.file.read(fresh, 0, wanted, offset);
      window = fresh.subarray(0, bytesRead);
      start = offset;
      return bytesRead >= length;
    };
    for (let offset = from; await have(offset, recordHeadBytes);) {
      const length = window.readUInt32BE(offset - start);
      const sum = window.readUInt32BE(offset - start + 4);
      if (length === 0 || length > maxRecordBytes || !(await have(offset, recordHeadBytes + length))) return;
      const payload = window.subarray(offset - start + recordHeadBytes, offset - start + recordHeadBytes + length);
      if (crc32c(payload) !== sum) return;
      yield payload;
      offset += recordHeadBytes + length;
    }
  }
}

/** When the disk is full or read-only: the same, for as long as the process lives. */
export class MemorySegment implements Segment {
  bytes = 0;
  private readonly payloads: Uint8Array[] = [];

  constructor(readonly head: SegmentHead) {}

  get count(): number {
    return this.payloads.length;
  }

  async append(payloads: readonly Uint8Array[]): Promise<void> {
    for (const payload of payloads) {
      this.payloads.push(payload);
      this.bytes += payload.length;
    }
  }

  async read(fromSequence: number, maxRecords: number, maxBytes: number): Promise<Uint8Array[]> {
    const first = fromSequence - this.head.firstSequence;
    let size = 0;
    const found = this.payloads.slice(first, first + maxRecords);
    const end = found.findIndex((payload, index) => (size += payload.length) > maxBytes && index > 0);
    return end < 0 ? found : found.slice(0, end);
  }

  async sync(): Promise<void> {}
  async close(): Promise<void> {}
  async remove(): Promise<void> {}
}

/** Keeps a file that cannot be read for whoever wants to look at it, out of the spool's way. */
export async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.unreadable`);
}

function encodeHead(head: SegmentHead): Buffer {
  const header = Buffer.alloc(headerBytes);
  magic.copy(header, 0);
  header.set(uuidToBytes(head.satelliteId, 'satellite'), 8);
  header.set(uuidToBytes(head.stream, 'stream'), 24);
  header.writeBigUInt64BE(BigInt(head.firstSequence), 40);
  header.writeBigUInt64BE(BigInt(Math.max(0, Math.round(head.createdAtMs))), 48);
  header.set(uuidToBytes(head.bootId, 'boot'), 56);
  header.writeUInt32BE(crc32c(header.subarray(0, 72)), 72);
  return header;
}

function decodeHead(header: Buffer): SegmentHead {
  if (header.length < headerBytes || !header.subarray(0, 8).equals(magic)) throw new SegmentError('no spool segment');
  if (crc32c(header.subarray(0, 72)) !== header.readUInt32BE(72)) throw new SegmentError('a damaged head');
  return {
    satelliteId: uuidFromBytes(header.subarray(8, 24), 'satellite'),
    stream: uuidFromBytes(header.subarray(24, 40), 'stream'),
    firstSequence: Number(header.readBigUInt64BE(40)),
    createdAtMs: Number(header.readBigUInt64BE(48)),
    bootId: uuidFromBytes(header.subarray(56, 72), 'boot'),
  };
}
