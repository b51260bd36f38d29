/** Gathers items and hands them over at once, then at most every so often while more come. */
export class Coalescer<Item> {
  private items: Item[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly everyMs: number,
    private readonly handOver: (items: Item[]) => void,
  ) {}

  add(items: readonly Item[]): void {
    for (const item of items) this.items.push(item);
    if (this.timer === undefined) this.flush();
  }

  /** What is waiting is dropped. */
  close(): void {
    clearTimeout(this.timer);
    this.items = [];
  }

  private flush(): void {
    const items = this.items;
    this.items = [];
    this.timer = undefined;
    if (items.length === 0) return;
    this.timer = setTimeout(() => this.flush(), this.everyMs);
    this.handOver(items);
  }
}
