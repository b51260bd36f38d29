// COPY's binary format (https://www.postgresql.org/docs/current/sql-copy.html), which costs both sides less than its text.
import { ByteWriter } from './rollup/bytes.js';

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** In place of a length, and of the number of columns behind the last row. */
const none = -1;
/** PostgreSQL counts microseconds from 2000 on. */
const epochMs = Date.UTC(2000, 0, 1);
const twoTo32 = 2 ** 32;

export class CopyWriter extends ByteWriter {
  constructor(bytes: number) {
    super(bytes);
    this.bytes(signature);
  }

  row(columns: number): void {
    this.room(2);
    this.length = this.buffer.writeInt16BE(columns, this.length);
  }

  null(): void {
    this.room(4);
    this.length = this.buffer.writeInt32BE(none, this.length);
  }

  smallint(value: number): void {
    this.room(6);
    const at = this.buffer.writeInt32BE(2, this.length);
    this.length = this.buffer.writeInt16BE(value, at);
  }

  integer(value: number): void {
    this.room(8);
    const at = this.buffer.writeInt32BE(4, this.length);
    this.length = this.buffer.writeInt32BE(value, at);
  }

  real(value: number): void {
    this.room(8);
    const at = this.buffer.writeInt32BE(4, this.length);
    this.length = this.buffer.writeFloatBE(value, at);
  }

  /** A timestamptz, from Unix milliseconds. */
  instant(unixMs: number): void {
    this.room(12);
    const ms = unixMs - epochMs;
    // Microseconds may be beyond what a number tells exactly: both halves for themselves.
    const upper = Math.floor(ms / twoTo32);
    const lower = (ms - upper * twoTo32) * 1_000;
    const carried = Math.floor(lower / twoTo32);
    let at = this.buffer.writeInt32BE(8, this.length);
    at = this.buffer.writeInt32BE(upper * 1_000 + carried, at);
    this.length = this.buffer.writeUInt32BE(lower - carried * twoTo32, at);
  }

  text(value: string): void {
    const at = this.begin();
    this.utf8(value);
    this.end(at);
  }

  /** As JSON text that jsonb takes. */
  jsonb(json: string): void {
    const at = this.begin();
    this.byte(1);
    this.utf8(json);
    this.end(at);
  }

  /** A value of any length begins; to be ended. */
  begin(): number {
    this.room(4);
    this.length += 4;
    return this.length;
  }

  /** What was written since `begin` is the value. */
  end(at: number): void {
    this.buffer.writeInt32BE(this.length - at, at - 4);
  }

  /** All rows, with the end of the data. To be called once. */
  finish(): Buffer {
    this.row(none);
    return this.buffer.subarray(0, this.length);
  }
}
