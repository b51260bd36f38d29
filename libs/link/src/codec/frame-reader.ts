// Messages from bytes, by the generated code.
import protobuf from 'protobufjs/minimal.js';
import { FrameError } from './fields.js';

export function readMessage<Message>(bytes: Uint8Array, type: { decode(reader: protobuf.Reader): Message }): Message {
  try {
    return type.decode(new FrameReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)));
  } catch (error) {
    if (error instanceof FrameError) throw error;
    throw new FrameError('undecodable bytes', { cause: error });
  }
}

/** Of the tenth and last byte of a 64-bit number. */
const highestScale = 128 ** 9;

/** Reads 64-bit integers as safe numbers, where protobufjs makes Long objects, and keeps nothing of unknown fields. */
class FrameReader extends protobuf.BufferReader {
  override discardUnknown = true;

  override uint64(): ReturnType<protobuf.Reader['uint64']> {
    let value = 0;
    let byte = 128;
    for (let scale = 1; byte >= 128 && scale <= highestScale; scale *= 128) {
      if (this.pos >= this.len) throw new FrameError('a number ends too early');
      byte = this.buf[this.pos++] as number;
      value += (byte & 127) * scale;
    }
    if (byte >= 128 || value > Number.MAX_SAFE_INTEGER) {
      throw new FrameError('a 64-bit number is negative or not a safe integer');
    }
    // The generated code takes either; --force-number types it as a number.
    return value as unknown as ReturnType<protobuf.Reader['uint64']>;
  }

  override int64(): ReturnType<protobuf.Reader['int64']> {
    return this.uint64();
  }
}
