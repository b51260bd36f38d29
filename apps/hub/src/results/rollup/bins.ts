import type { ByteReader, ByteWriter } from './bytes.js';

/** Most distributions fit: from a third of the first number to three times as much, at half a percent a bin. */
const leastLength = 256;

/** Counts by whole number, for numbers that lie near each other. */
export class Bins {
  total = 0;
  private first = 0;
  private counts = new Float64Array(0);

  add(index: number, count: number): void {
    this.cover(index);
    this.counts[index - this.first] = (this.counts[index - this.first] ?? 0) + count;
    this.total += count;
  }

  /** In which bin the nth is, from 1 to the total. */
  indexAt(nth: number): number {
    const { counts } = this;
    let position = 0;
    for (let seen = counts[0] ?? 0; seen < nth && position < counts.length - 1; seen += counts[position] ?? 0)
      position++;
    return this.first + position;
  }

  /** Number of bins, where the first is, and for each its distance from the one before and, if not 1, its count. */
  write(writer: ByteWriter): void {
    const used: number[] = [];
    this.counts.forEach((count, position) => {
      if (count > 0) used.push(position);
    });
    writer.varint(used.length);
    let before = used[0] ?? 0;
    const firstIndex = this.first + before;
    if (used.length > 0) writer.varint(firstIndex < 0 ? -2 * firstIndex - 1 : 2 * firstIndex);
    for (const position of used) {
      const count = this.counts[position] ?? 0;
      writer.varint(2 * (position - before) + (count === 1 ? 0 : 1));
      if (count !== 1) writer.varint(count);
      before = position;
    }
  }

  /** Adds what was written. */
  read(reader: ByteReader): void {
    const length = reader.varint();
    if (length === 0) return;
    const zigzag = reader.varint();
    let index = zigzag % 2 === 1 ? -(zigzag + 1) / 2 : zigzag / 2;
    for (let bin = 0; bin < length; bin++) {
      const step = reader.varint();
      index += Math.floor(step / 2);
      this.add(index, step % 2 === 1 ? reader.varint() : 1);
    }
  }

  private cover(index: number): void {
    const { first, counts } = this;
    const position = index - first;
    if (position >= 0 && position < counts.length) return;
    if (counts.length === 0) {
      this.first = index - leastLength / 2;
      this.counts = new Float64Array(leastLength);
      return;
    }
    const start = Math.min(first, index);
    const end = Math.max(first + counts.length, index + 1);
    const length = Math.max(end - start, 2 * counts.length);
    // The room to spare is where it grows.
    this.first = position < 0 ? end - length : start;
    this.counts = new Float64Array(length);
    this.counts.set(counts, first - this.first);
  }
}
