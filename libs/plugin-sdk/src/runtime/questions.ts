// Which questions may be asked at once, when each holds something scarce until it is answered, and some never are.

/** Names that were slow are remembered; more than so many are not worth it. */
const maxSlowNames = 10_000;

export interface QuestionLimits {
  /** At once. */
  all: number;
  /** Of these, about names that were slow to be answered the last time. */
  slow: number;
  /** What takes longer is slow. */
  slowAfterMs: number;
}

export class Questions {
  private readonly slowNames = new Set<string>();
  private readonly all: Places;
  private readonly slow: Places;

  constructor(private readonly limits: QuestionLimits) {
    this.all = new Places(limits.all);
    this.slow = new Places(limits.slow);
  }

  /** Asks when it is this question's turn: names that hang leave places to those that do not. */
  async ask<Answer>(name: string, question: () => Promise<Answer>): Promise<Answer> {
    const wasSlow = this.slowNames.has(name);
    if (wasSlow) await this.slow.take();
    await this.all.take();
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      if (this.slowNames.size < maxSlowNames) this.slowNames.add(name);
    }, this.limits.slowAfterMs);
    try {
      return await question();
    } finally {
      clearTimeout(timer);
      if (!isSlow) this.slowNames.delete(name);
      this.all.leave();
      if (wasSlow) this.slow.leave();
    }
  }
}

/** So many at once; the others wait in order. */
class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async take(): Promise<void> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free -= 1;
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}
