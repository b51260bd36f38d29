// How numbers are distributed, in little room and mergeable: DDSketch (Masson, Rim, Lee: "DDSketch: a fast and
// fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019) with count, sum, least and largest.
import { Bins } from './bins.js';
import { ByteWriter, type ByteReader } from './bytes.js';

/** How far a quantile may be from the exact one, relative to it. */
const relativeAccuracy = 0.005;
const gamma = (1 + relativeAccuracy) / (1 - relativeAccuracy);
const perLog = 1 / Math.log(gamma);

/** A merged one is the same as one that was given all the numbers, in whatever order. Takes finite numbers. */
export class Distribution {
  sum = 0;
  min = Infinity;
  max = -Infinity;
  private zeros = 0;
  private readonly positive = new Bins();
  private readonly negative = new Bins();

  get count(): number {
    return this.zeros + this.positive.total + this.negative.total;
  }

  get mean(): number {
    const mean = this.sum / this.count;
    // The sum of numbers near the largest there are is none.
    return Number.isFinite(mean) ? Math.min(this.max, Math.max(this.min, mean)) : this.max;
  }

  add(value: number): void {
    this.sum += value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (value > 0) this.positive.add(indexOf(value), 1);
    else if (value < 0) this.negative.add(indexOf(-value), 1);
    else this.zeros++;
  }

  /**
   * The smallest number that at least the fraction `q` of all does not exceed, within the relative accuracy: what
   * percentile_disc answers. There must be a number.
   */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.count - 1e-9));
    const { negative, positive, zeros } = this;
    let value = 0;
    if (rank <= negative.total) value = -valueOf(negative.indexAt(negative.total - rank + 1));
    else if (rank > negative.total + zeros) value = valueOf(positive.indexAt(rank - negative.total - zeros));
    return Math.min(this.max, Math.max(this.min, value));
  }

  encode(): Buffer {
    const writer = new ByteWriter();
    for (const value of [this.sum, this.min, this.max]) writer.double(value);
    writer.varint(this.zeros);
    this.positive.write(writer);
    this.negative.write(writer);
    return writer.written();
  }

  /** Adds what another one encoded. */
  merge(reader: ByteReader): void {
    this.sum += reader.double();
    this.min = Math.min(this.min, reader.double());
    this.max = Math.max(this.max, reader.double());
    this.zeros += reader.varint();
    this.positive.read(reader);
    this.negative.read(reader);
  }
}

/** Bin i holds what is above gamma^(i-1), up to gamma^i. */
function indexOf(value: number): number {
  return Math.ceil(Math.log(value) * perLog);
}

/** As near as can be to everything in the bin. */
function valueOf(index: number): number {
  // Twice the power could be beyond the largest number there is.
  return Math.exp(index / perLog) * (2 / (gamma + 1));
}
