/** At most so many at once, the others wait in order: what is extra behind what is due, and never in more than its own places. */
export class Lane {
  private held = { due: 0, extra: 0 };
  private readonly waiting: Record<Kind, (() => void)[]> = { due: [], extra: [] };

  constructor(private readonly places: { all: number; extra: number }) {}

  get busy(): number {
    return this.held.due + this.held.extra;
  }

  async enter(isExtra = false): Promise<void> {
    const kind = kindOf(isExtra);
    if (!this.hasRoom(kind)) return new Promise((resolve) => this.waiting[kind].push(resolve));
    this.held[kind] += 1;
  }

  leave(isExtra = false): void {
    this.held[kindOf(isExtra)] -= 1;
    for (const kind of ['due', 'extra'] as const) {
      const next = this.hasRoom(kind) ? this.waiting[kind].shift() : undefined;
      if (next === undefined) continue;
      this.held[kind] += 1;
      return next();
    }
  }

  private hasRoom(kind: Kind): boolean {
    const isShareLeft = kind === 'due' || this.held.extra < this.places.extra;
    return isShareLeft && this.busy < this.places.all;
  }
}

type Kind = 'due' | 'extra';

function kindOf(isExtra: boolean): Kind {
  return isExtra ? 'extra' : 'due';
}
