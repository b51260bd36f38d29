// Decides when each slice runs, and sees to it that every slot ends as exactly one record or lies in one gap.
import type { LinkRecord, Outcome, Slice } from '@checkstack/link';
import TinyQueue from 'tinyqueue';
import type { Clock } from './clock.js';
import { gridOf, slotsBetween, type Grid } from './grid.js';

export interface ScheduleOptions {
  clock: Clock;
  /** One run; it never rejects. */
  run: (slice: Slice, signal: AbortSignal) => Promise<Outcome>;
  /** Resolves when the record is kept. */
  record: (record: LinkRecord) => Promise<void>;
  log: (line: string) => void;
}

interface Entry {
  slice: Slice;
  grid: Grid;
  /** The next slot on the grid. */
  due: number;
  isRunning: boolean;
  /** Slots that came due while the last run was still going; they are recorded after it, in order. */
  overrun: number[];
}

/** A timer is never set further than this: the machine may have slept, the clock may have moved. */
const longestWaitMs = 1_000;
/** A clock that fell back by more is believed, and slots are counted anew from there. */
const toleratedFallMs = 300_000;

export class Schedule {
  private readonly entries = new Map<string, Entry>();
  private readonly queue = new TinyQueue<{ due: number; entry: Entry }>([], (a, b) => a.due - b.due);
  /** The newest slot of each slice that has its record. */
  private readonly lastSlots: Map<string, number>;
  private readonly underway = new Set<Promise<void>>();
  private readonly cancel = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  /** `lastSlots`: what earlier process lives recorded. */
  constructor(
    private readonly options: ScheduleOptions,
    lastSlots: ReadonlyMap<string, number> = new Map(),
  ) {
    this.lastSlots = new Map(lastSlots);
  }

  /** The newest recorded slot of each slice held, for the next process life. */
  get recorded(): ReadonlyMap<string, number> {
    return new Map([...this.lastSlots].filter(([slice]) => this.entries.has(slice)));
  }

  get isStopped(): boolean {
    return this.cancel.signal.aborted;
  }

  get size(): number {
    return this.entries.size;
  }

  /**
   * Takes the roster over. A slice that is new or has another definition runs at once, off the grid; with `resumed`
   * (a roster from disk, after a restart) nothing does, and what was missed meanwhile becomes a gap.
   */
  set(slices: readonly Slice[], { resumed = false } = {}): void {
    const now = this.options.clock.now();
    const wanted = new Set(slices.map(({ id }) => id));
    for (const id of this.entries.keys()) if (!wanted.has(id)) this.entries.delete(id);
    for (const slice of slices) {
      const known = this.entries.get(slice.id);
      if (known?.slice.definitionDigest === slice.definitionDigest) {
        known.slice = slice;
        continue;
      }
      const last = this.lastSlots.get(slice.id);
      const entry = this.enter(slice, now);
      if (entry === null) continue;
      if (last !== undefined && known === undefined) this.declareGap(entry, last, entry.due, 'satellite_stopped');
      if (!resumed || last === undefined) this.start(entry, Math.floor(now), 1);
    }
    this.wait();
  }

  /** After the clock was set: by how much it moved. */
  clockMoved(movedMs: number): void {
    if (Math.abs(movedMs) < 1) return;
    const now = this.options.clock.now();
    for (const entry of this.entries.values()) {
      const last = this.lastSlots.get(entry.slice.id);
      if (last !== undefined && last - now > toleratedFallMs) this.lastSlots.delete(entry.slice.id);
      const from = Math.max(now, this.lastSlots.get(entry.slice.id) ?? -Infinity);
      const due = entry.grid.next(from);
      if (movedMs > 0 && due > entry.due) this.declareGap(entry, entry.due - 1, due, 'clock');
      if (due === entry.due) continue;
      entry.due = due;
      this.queue.push({ due, entry });
    }
    this.wait();
  }

  /** No slot comes due any more; runs that are under way are cut off and recorded. */
  async stop(): Promise<void> {
    this.cancel.abort();
    clearTimeout(this.timer);
    await Promise.all(this.underway);
  }

  private enter(slice: Slice, now: number): Entry | null {
    let grid: Grid;
    try {
      grid = gridOf(slice);
    } catch (error) {
      // The hub checked it; another release of croner may still disagree. Said once, off the grid.
      void this.record(slice, Math.floor(now), 1, refused('config', 'invalid_schedule', (error as Error).message, now));
      return null;
    }
    const last = this.lastSlots.get(slice.id) ?? 0;
    const after = last - now > toleratedFallMs ? now : Math.max(now, last);
    const entry: Entry = { slice, grid, due: grid.next(after), isRunning: false, overrun: [] };
    this.entries.set(slice.id, entry);
    this.queue.push({ due: entry.due, entry });
    return entry;
  }

  private wait(): void {
    clearTimeout(this.timer);
    const next = this.queue.peek();
    if (this.cancel.signal.aborted || next === undefined) return;
    const delay = Math.min(longestWaitMs, Math.max(0, next.due - this.options.clock.now()));
    this.timer = setTimeout(() => this.tick(), delay);
  }

  private tick(): void {
    const now = this.options.clock.now();
    for (let head = this.queue.peek(); head !== undefined && head.due <= now; head = this.queue.peek()) {
      this.queue.pop();
      const { entry, due } = head;
      // Changed or removed since it was queued.
      if (this.entries.get(entry.slice.id) !== entry || entry.due !== due) continue;
      let slot = due;
      if (entry.grid.next(slot) <= now) {
        // The process or the machine stood still for more than an interval: the newest slot runs, those before are a gap.
        const missed = slotsBetween(entry.grid, slot - 1, now + 1);
        if (missed !== null) {
          slot = missed.last;
          this.declareGap(entry, due - 1, slot, 'satellite_suspended');
        }
      }
      entry.due = entry.grid.next(slot);
      this.queue.push({ due: entry.due, entry });
      if (entry.isRunning) entry.overrun.push(slot);
      else this.start(entry, slot, 0);
    }
    this.wait();
  }

  private start(entry: Entry, slot: number, attempt: number): void {
    entry.isRunning = true;
    const run = this.carryOut(entry, slot, attempt);
    this.underway.add(run);
    void run.finally(() => this.underway.delete(run));
  }

  private async carryOut(entry: Entry, slot: number, attempt: number): Promise<void> {
    const { slice } = entry;
    const now = this.options.clock.now();
    const ran = await this.options.run(slice, this.cancel.signal);
    const isCutOff = this.cancel.signal.aborted && ran.failure?.code === 'cancelled';
    const outcome = isCutOff ? refused('satellite', 'satellite_stopped', 'The satellite was stopped.', now) : ran;
    await this.record(slice, slot, attempt, outcome);
    for (const skipped of entry.overrun.splice(0)) {
      const message = `Skipped: the run before it took ${Math.round(outcome.durationMs)} ms, longer than the interval.`;
      await this.record(slice, skipped, 0, refused('satellite', 'skipped_overrun', message, this.options.clock.now()));
    }
    entry.isRunning = false;
  }

  private async record(slice: Slice, slotMs: number, attempt: number, outcome: Outcome): Promise<void> {
    await this.options.record({
      kind: 'result',
      slice: slice.id,
      slotMs,
      attempt,
      ...outcome,
      monotonicMs: performance.now(),
    });
    if (attempt === 0) this.lastSlots.set(slice.id, Math.max(slotMs, this.lastSlots.get(slice.id) ?? 0));
  }

  private declareGap(entry: Entry, fromMs: number, toMs: number, reason: string): void {
    const missed = slotsBetween(entry.grid, fromMs, toMs);
    if (missed === null) return;
    const { first, last, count } = missed;
    const gap: LinkRecord = { kind: 'gap', slice: entry.slice.id, fromSlotMs: first, toSlotMs: last, count, reason };
    void this.options.record(gap);
  }
}

/** The outcome of a slot in which nothing was tried. */
export function refused(side: 'satellite' | 'config', code: string, message: string, nowMs: number): Outcome {
  return {
    verdict: 'unknown',
    startedAtMs: Math.round(nowMs),
    durationMs: 0,
    failure: { side, code, message },
    facts: {},
    assertions: [],
  };
}
