import { storable } from '../../database/storable.js';

/** How many different texts are kept; the rest is counted together. */
const kept = 20;
const longestText = 200;

/** How often which text was read: the most frequent by themselves, the others together. */
export class Tally {
  other = 0;
  private counts = new Map<string, number>();

  add(text: string, count = 1): void {
    const short = text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
    this.counts.set(short, (this.counts.get(short) ?? 0) + count);
  }

  get count(): number {
    return this.top(Infinity).reduce((sum, { count }) => sum + count, this.other);
  }

  /** The most frequent first. */
  top(most: number): { value: string; count: number }[] {
    return [...this.counts]
      .map(([value, count]) => ({ value, count }))
      .sort((one, two) => two.count - one.count || (one.value < two.value ? -1 : 1))
      .slice(0, most);
  }

  encode(): Buffer {
    const top = this.top(kept);
    const other = this.count - top.reduce((sum, { count }) => sum + count, 0);
    return Buffer.from(JSON.stringify([other, ...top.map(({ value, count }) => [storable(value), count])]));
  }

  /** Adds what another one encoded. */
  merge(encoded: Buffer): void {
    const [other, ...top] = JSON.parse(encoded.toString()) as [number, ...[string, number][]];
    this.other += other;
    for (const [value, count] of top) this.add(value, count);
  }
}
