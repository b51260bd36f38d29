// Small numbers in few bytes: base 128, least significant first, as protobuf's varint.

/** Grows as it is written. */
export class ByteWriter {
  protected buffer: Buffer;
  protected length = 0;

  constructor(bytes = 256) {
    this.buffer = Buffer.allocUnsafe(bytes);
  }

  byte(value: number): void {
    this.room(1);
    this.buffer[this.length++] = value;
  }

  /** A whole number from 0 to Number.MAX_SAFE_INTEGER. */
  varint(value: number): void {
    this.room(8);
    let rest = value;
    // Beyond, numbers are no integers to the processor.
    while (rest >= 2 ** 28) {
      this.buffer[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    for (; rest > 127; rest >>>= 7) this.buffer[this.length++] = (rest & 127) | 128;
    this.buffer[this.length++] = rest;
  }

  double(value: number): void {
    this.room(8);
    this.length = this.buffer.writeDoubleLE(value, this.length);
  }

  bytes(value: Uint8Array): void {
    this.room(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  utf8(value: string): void {
    // At most so many for each of its UTF-16 units.
    this.room(3 * value.length);
    this.length += this.buffer.write(value, this.length);
  }

  written(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  protected room(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.buffer.length, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
}

export class ByteReader {
  private position = 0;

  constructor(private readonly buffer: Buffer) {}

  get isAtEnd(): boolean {
    return this.position >= this.buffer.length;
  }

  byte(): number {
    return this.buffer[this.position++] ?? 0;
  }

  varint(): number {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const byte = this.byte();
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
  }

  double(): number {
    const value = this.buffer.readDoubleLE(this.position);
    this.position += 8;
    return value;
  }

  bytes(length: number): Buffer {
    this.position += length;
    return this.buffer.subarray(this.position - length, this.position);
  }
}
