const aMinute = 10;
const minuteMs = 60_000;

/**
 * How many onsets of one satellite are looked at from elsewhere: when more of its slices begin to fail in a minute, its
 * own network is the likelier cause, and the other satellites have better things to do.
 */
export class OnsetAllowance {
  private readonly told = new Map<string, { sinceMs: number; count: number }>();

  /** Whether one more may be told now; one that may is counted. */
  take(satelliteId: string, nowMs: number): boolean {
    const before = this.told.get(satelliteId);
    const isOver = !before || nowMs - before.sinceMs >= minuteMs;
    const { sinceMs, count } = isOver ? { sinceMs: nowMs, count: 0 } : before;
    if (count >= aMinute) return false;
    this.told.set(satelliteId, { sinceMs, count: count + 1 });
    return true;
  }
}
