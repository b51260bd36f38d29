/** Exponential back-off with full jitter: anything from 0 to the ceiling, which doubles from 0.5 s to 30 s. */
export class Backoff {
  private attempts = 0;

  constructor(private readonly random: () => number = Math.random) {}

  next(): number {
    const ceiling = Math.min(30_000, 500 * 2 ** this.attempts);
    this.attempts += 1;
    return this.random() * ceiling;
  }

  reset(): void {
    this.attempts = 0;
  }
}
