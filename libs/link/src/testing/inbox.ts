import type { FrameKind, FrameOf, LinkFrame } from '../frame.js';

interface Waiter<Value> {
  /** undefined: not yet. */
  look(): Value | undefined;
  resolve(value: Value): void;
  reject(error: Error): void;
}

/** Promises of things that happen later, each with a deadline that says what did not happen. */
export class Expectations {
  private readonly waiters = new Set<Waiter<unknown>>();

  constructor(private readonly owner: string) {}

  /** Resolves with what `look` finds, now or after a `check`. `missing` ends the sentence "FakeHub did not …". */
  async expect<Value>(look: () => Value | undefined, missing: () => string, withinMs = 10_000): Promise<Value> {
    const found = look();
    if (found !== undefined) return found;
    return new Promise<Value>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
      };
      const waiter: Waiter<Value> = {
        look,
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(new Error(`${this.owner} did not ${missing()}: ${error.message}`));
        },
      };
      const timer = setTimeout(() => waiter.reject(new Error(`not within ${withinMs} ms`)), withinMs);
      this.waiters.add(waiter);
    });
  }

  /** Something happened: whoever waits for it goes on. */
  check(): void {
    for (const waiter of [...this.waiters]) {
      const found = waiter.look();
      if (found !== undefined) waiter.resolve(found);
    }
  }

  /** Nothing more will happen. */
  fail(why: string): void {
    for (const waiter of [...this.waiters]) waiter.reject(new Error(why));
  }
}

/** What a fake received. A frame answers one `next`, whichever came first. */
export class Inbox {
  readonly frames: LinkFrame[] = [];
  private readonly untaken: LinkFrame[] = [];

  constructor(private readonly expectations: Expectations) {}

  add(frame: LinkFrame): void {
    this.frames.push(frame);
    this.untaken.push(frame);
    this.expectations.check();
  }

  /** The first untaken frame of this kind that matches, received already or within the time. */
  async next<Kind extends FrameKind>(
    kind: Kind,
    matches: (frame: FrameOf<Kind>) => boolean = () => true,
    withinMs?: number,
  ): Promise<FrameOf<Kind>> {
    const take = (): FrameOf<Kind> | undefined => {
      const index = this.untaken.findIndex((frame) => frame.kind === kind && matches(frame as FrameOf<Kind>));
      return index < 0 ? undefined : (this.untaken.splice(index, 1)[0] as FrameOf<Kind>);
    };
    return this.expectations.expect(take, () => `get a matching ${kind} (it got ${this.summary()})`, withinMs);
  }

  /** All of this kind, taken or not. */
  all<Kind extends FrameKind>(kind: Kind): FrameOf<Kind>[] {
    return this.frames.filter((frame): frame is FrameOf<Kind> => frame.kind === kind);
  }

  private summary(): string {
    if (this.frames.length === 0) return 'nothing';
    const counts = new Map<FrameKind, number>();
    for (const { kind } of this.frames) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const kinds = [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
    const untaken = this.untaken.slice(-3).map((frame) => JSON.stringify(frame).slice(0, 300));
    return untaken.length === 0 ? kinds : `${kinds}; untaken: ${untaken.join(' ')}`;
  }
}
