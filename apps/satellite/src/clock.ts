/**
 * The hub's time, kept by a monotonic clock: a wall clock that jumps neither stops the schedule nor makes time run
 * backwards. Before the first Welcome it starts from the wall clock.
 */
export class Clock {
  private offsetMs = Date.now() - performance.now();

  /** Unix milliseconds. */
  now(): number {
    return this.offsetMs + performance.now();
  }

  /** Takes the hub's time over; answers by how much the time moved. */
  set(hubTimeMs: number): number {
    const moved = hubTimeMs - this.now();
    this.offsetMs += moved;
    return moved;
  }
}
