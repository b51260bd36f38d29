// What a segment looks like on disk: a header of 80 bytes, then records, each 4 bytes length, 4 bytes CRC-32C of the
// payload, payload (a link Record). Numbers are big-endian. The n-th record has the sequence number firstSequence + n.
//
//   0  magic "CKSPOOL1"     24 stream id, 16 bytes        56 boot id, 16 bytes
//   8  satellite id, 16     40 firstSequence, 8           72 CRC-32C of bytes 0–71, 4
//                           48 createdAt, Unix ms, 8      76 reserved, 4
import type { FileHandle } from 'node:fs/promises';
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

export class SegmentError extends Error {
  override readonly name = 'SegmentError';
}

const magic = Buffer.from('CKSPOOL1');
export const headerBytes = 80;
export const recordHeadBytes = 8;
const maxRecordBytes = 4 * 1_048_576;
const windowBytes = 262_144;

export function encodeRecords(payloads: readonly Uint8Array[]): Buffer {
  const chunk = Buffer.allocUnsafe(payloads.reduce((sum, payload) => sum + recordHeadBytes + payload.length, 0));
  let offset = 0;
  for (const payload of payloads) {
    chunk.writeUInt32BE(payload.length, offset);
    chunk.writeUInt32BE(crc32c(payload), offset + 4);
    chunk.set(payload, offset + recordHeadBytes);
    offset += recordHeadBytes + payload.length;
  }
  return chunk;
}

/** The whole and sound records between two offsets, in order; ends at the first that is not. */
export async function* wholeRecords(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  let window = Buffer.alloc(0);
  let start = from;
  const isLoaded = (offset: number, length: number): boolean =>
    offset >= start && offset + length <= start + window.length;
  const load = async (offset: number, length: number): Promise<boolean> => {
    const fresh = Buffer.allocUnsafe(Math.min(Math.max(length, windowBytes), to - offset));
    const { bytesRead } = await file.read(fresh, 0, fresh.length, offset);
    window = fresh.subarray(0, bytesRead);
    start = offset;
    return bytesRead >= length;
  };
  for (let offset = from; offset + recordHeadBytes <= to;) {
    if (!isLoaded(offset, recordHeadBytes) && !(await load(offset, recordHeadBytes))) return;
    const length = window.readUInt32BE(offset - start);
    const end = offset + recordHeadBytes + length;
    if (length === 0 || length > maxRecordBytes || end > to) return;
    if (!isLoaded(offset, end - offset) && !(await load(offset, end - offset))) return;
    const payload = window.subarray(offset - start + recordHeadBytes, end - start);
    if (crc32c(payload) !== window.readUInt32BE(offset - start + 4)) return;
    yield payload;
    offset = end;
  }
}

export function encodeHead(head: SegmentHead): Buffer {
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

export function decodeHead(header: Buffer): SegmentHead {
  if (header.length < headerBytes || !header.subarray(0, 8).equals(magic)) throw new SegmentError('it is no segment');
  if (crc32c(header.subarray(0, 72)) !== header.readUInt32BE(72)) throw new SegmentError('its head is damaged');
  return {
    satelliteId: uuidFromBytes(header.subarray(8, 24), 'satellite'),
    stream: uuidFromBytes(header.subarray(24, 40), 'stream'),
    firstSequence: Number(header.readBigUInt64BE(40)),
    createdAtMs: Number(header.readBigUInt64BE(48)),
    bootId: uuidFromBytes(header.subarray(56, 72), 'boot'),
  };
}
