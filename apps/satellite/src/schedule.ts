// Decides when each slice runs, and sees to it that every slot ends as exactly one record or lies in one gap.
import { setMaxListeners } from 'node:events';
import { attempts, type Gap, type LinkRecord, type Outcome, type Slice } from '@checkstack/link';
import TinyQueue from 'tinyqueue';
import { monotonicNow, type Clock } from './clock.js';
import { Confirmations } from './confirmations.js';
import { gridOf, type Grid, type Slots } from './grid.js';
import { refused } from './refused.js';
import { SettledSlots, toleratedFallMs } from './settled-slots.js';
import type { Damage } from './spool/stream.js';

export interface ScheduleOptions {
  clock: Clock;
  /** One run; it never rejects. */
  run: (slice: Slice, signal: AbortSignal, attempt: number) => Promise<Outcome>;
  /** Resolves when the record is kept. */
  record: (record: LinkRecord) => Promise<void>;
  log: (line: string) => void;
}

interface Entry {
  slice: Slice;
  grid: Grid;
  /** The next slot on the grid. */
  due: number;
  /** The newest slot that came due. */
  taken: number;
  isRunning: boolean;
  /** A confirm run is under way. */
  isConfirming: boolean;
  /** What is to be recorded after the run that is under way, in the order of slots. */
  after: ((ran: Outcome) => Promise<void>)[];
}

/** A timer is never set further than this: the machine may have slept, the clock may have moved. */
const longestWaitMs = 1_000;
/** A slot that is later than this is not run any more: after a standstill not everything runs at once. */
const latestMs = 5_000;
/** What failed for a moment only is well again by then. */
const confirmAfterMs = 1_000;
/** What nothing is known of is declared for so long at most: the hub takes nothing older. */
const longestPastMs = 72 * 3_600_000;

export class Schedule {
  private readonly entries = new Map<string, Entry>();
  private readonly queue = new TinyQueue<{ due: number; entry: Entry }>([], (a, b) => a.due - b.due);
  private readonly underway = new Set<Promise<void>>();
  private readonly confirmations = new Confirmations();
  private readonly settled: SettledSlots;
  private readonly cancel = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  /** `settled`: up to which slot each slice has its records, as far as earlier process lives know. */
  constructor(
    private readonly options: ScheduleOptions,
    settled = new Map<string, number>(),
    /** When records were written that are lost; told with the first roster. */
    private damages: readonly Damage[] = [],
  ) {
    this.settled = new SettledSlots(settled, options.clock);
    // Each run that is under way listens.
    setMaxListeners(0, this.cancel.signal);
  }

  /** Up to which slot each slice held has its records, for the next process life. */
  get recorded(): ReadonlyMap<string, number> {
    return this.settled.bySlice;
  }

  get isStopped(): boolean {
    return this.isStopping;
  }

  get size(): number {
    return this.entries.size;
  }

  /**
   * Takes the roster over. A slice of which nothing is recorded, or with another definition, runs at once, off the
   * grid. What was missed of the others, while nothing ran here, becomes a gap. `isFirst`: no roster was held before,
   * so that nothing is known of the past of what has no records.
   */
  set(slices: readonly Slice[], { isFirst = false } = {}): void {
    if (this.isStopping) return;
    // What is due until now is due as it was.
    this.runDue('satellite_suspended');
    const now = this.options.clock.now();
    const held = new Set(slices.map(({ id }) => id));
    for (const id of this.entries.keys()) if (!held.has(id)) this.remove(id);
    this.settled.keepOnly(held);
    for (const slice of slices) {
      const known = this.entries.get(slice.id);
      if (known?.slice.definitionDigest === slice.definitionDigest) known.slice = slice;
      else this.enter(slice, known, isFirst, now);
    }
    this.damages = [];
    this.wait();
  }

  /** Records that were written in this span are lost: what they settled is a gap. */
  declareDamage(damage: Damage): void {
    for (const entry of this.entries.values()) this.declareDamageOf(entry, damage);
  }

  /** The hub asks for a run at once, because the target began to fail elsewhere. What fails here too needs none. */
  confirm(sliceId: string): void {
    if (!this.confirmations.isFailing(sliceId))
      this.runExtra(sliceId, { slotMs: Math.floor(this.options.clock.now()), attempt: attempts.askedFor });
  }

  get warnings(): string[] {
    return this.confirmations.warnings;
  }

  /** After the clock was set: by how much it moved. */
  clockMoved(movedMs: number): void {
    if (this.isStopping) return;
    if (movedMs < -toleratedFallMs) {
      const now = this.options.clock.now();
      for (const entry of this.entries.values()) {
        this.settled.forgetFuture(entry.slice.id);
        entry.taken = -Infinity;
        this.queueAfter(entry, now);
      }
    }
    this.runDue('clock');
    this.wait();
  }

  /** No slot comes due any more; runs that are under way may end within the grace, then are cut off and recorded. */
  async stop(graceMs = 0): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    const cut = setTimeout(() => this.cancel.abort(), graceMs);
    while (this.underway.size > 0) await Promise.all(this.underway);
    clearTimeout(cut);
  }

  private declareDamageOf(entry: Entry, { fromMs, toMs, reason }: Damage): void {
    const settled = this.settled.of(entry.slice.id) ?? -Infinity;
    const lost = entry.grid.between(Math.floor(fromMs), Math.min(Math.floor(toMs), settled) + 1);
    this.declareGap(entry, lost, reason);
  }

  private enter(slice: Slice, known: Entry | undefined, isFirst: boolean, now: number): void {
    let grid: Grid;
    try {
      grid = gridOf(slice);
    } catch (error) {
      // The hub checked it; another release of croner may still disagree. Said once, off the grid.
      this.remove(slice.id);
      const problem = refused('config', 'invalid_schedule', (error as Error).message, now);
      return this.track(this.record(slice, Math.floor(now), attempts.first, problem));
    }
    this.settled.forgetFuture(slice.id);
    const settled = this.settled.of(slice.id);
    if (settled === undefined)
      this.settled.begin(slice.id, isFirst ? now : Math.max(now - longestPastMs, slice.changedAtMs));
    // A run of the old definition may be under way: what comes after it stays behind it.
    const idle = { isRunning: false, isConfirming: false, taken: -Infinity, after: [] };
    const entry = Object.assign(known ?? idle, { slice, grid, due: Infinity });
    this.confirmations.forget(slice.id);
    this.entries.set(slice.id, entry);
    if (known === undefined) {
      for (const damage of this.damages) this.declareDamageOf(entry, damage);
      const missed = grid.between(this.settled.of(slice.id) as number, Math.floor(now) + 1);
      this.declareGap(entry, missed, settled === undefined ? 'not_yet_held' : 'satellite_stopped');
    }
    this.queueAfter(entry, now);
    if (settled === undefined || known !== undefined) this.track(this.carryOut(entry, Math.floor(now), attempts.first));
  }

  private remove(sliceId: string): void {
    this.entries.delete(sliceId);
    this.confirmations.forget(sliceId);
  }

  private queueAfter(entry: Entry, now: number): void {
    entry.due = entry.grid.next(Math.max(now, entry.taken, this.settled.of(entry.slice.id) ?? now));
    this.queue.push({ due: entry.due, entry });
  }

  private wait(): void {
    clearTimeout(this.timer);
    const next = this.queue.peek();
    if (this.isStopping || next === undefined) return;
    const delay = Math.min(longestWaitMs, Math.max(0, next.due - this.options.clock.now()));
    this.timer = setTimeout(() => {
      this.runDue('satellite_suspended');
      this.wait();
    }, delay);
  }

  /** Starts every slice that is due. `reason`: why slots were passed over, if any were. */
  private runDue(reason: string): void {
    const now = this.options.clock.now();
    for (let head = this.queue.peek(); head !== undefined && head.due <= now; head = this.queue.peek()) {
      this.queue.pop();
      const { entry, due } = head;
      // Changed or removed since it was queued.
      if (this.entries.get(entry.slice.id) !== entry || entry.due !== due) continue;
      const slots = entry.grid.between(due - 1, Math.floor(now) + 1) ?? { first: due, last: due, count: 1 };
      entry.taken = slots.last;
      entry.due = entry.grid.next(slots.last);
      this.queue.push({ due: entry.due, entry });
      if (now - slots.last > latestMs) {
        this.declareGap(entry, slots, reason);
        continue;
      }
      if (slots.count > 1) this.declareGap(entry, entry.grid.between(slots.first - 1, slots.last), reason);
      if (entry.isRunning) entry.after.push((ran) => this.recordOverrun(entry.slice, slots.last, ran));
      else this.track(this.carryOut(entry, slots.last, attempts.scheduled));
    }
  }

  private track(work: Promise<void>): void {
    this.underway.add(work);
    void work.finally(() => this.underway.delete(work));
  }

  private async carryOut(entry: Entry, slot: number, attempt: number): Promise<void> {
    const { slice } = entry;
    // A run off the grid does not cost a slot on it.
    const isOnGrid = attempt === attempts.scheduled;
    if (isOnGrid) entry.isRunning = true;
    const ran = await this.options.run(slice, this.cancel.signal, attempt);
    const isCutOff = this.cancel.signal.aborted && ran.failure?.code === 'cancelled';
    const stopped = refused('satellite', 'satellite_stopped', 'The satellite was stopped.', this.options.clock.now());
    const isCurrent = this.entries.get(slice.id)?.slice.definitionDigest === slice.definitionDigest;
    const outcome = isCutOff ? stopped : ran;
    const { told, isOnset } = isCurrent
      ? this.confirmations.observe(slice, attempt, outcome)
      : { told: outcome, isOnset: false };
    await this.record(slice, slot, attempt, told);
    if (isOnset && attempt <= attempts.first) this.confirmSoon(entry, slot, ran.durationMs);
    if (!isOnGrid) return;
    for (let next = entry.after.shift(); next !== undefined; next = entry.after.shift()) await next(ran);
    entry.isRunning = false;
  }

  /** Ordered behind the run that it confirms, in whose slot it is. */
  private confirmSoon({ slice }: Entry, slotMs: number, expectedMs: number): void {
    setTimeout(() => {
      if (this.confirmations.isFailing(slice.id))
        this.runExtra(slice.id, { slotMs, attempt: attempts.confirm, expectedMs });
    }, confirmAfterMs).unref();
  }

  /** Not beside a run that is under way, or there as soon: it says as much. */
  private runExtra(sliceId: string, run: { slotMs: number; attempt: number; expectedMs?: number }): void {
    const { slotMs, attempt, expectedMs = 0 } = run;
    const entry = this.entries.get(sliceId);
    if (this.isStopping || !entry?.slice.confirm || entry.isRunning || entry.isConfirming) return;
    if (entry.due - this.options.clock.now() < confirmAfterMs + expectedMs || !this.confirmations.take()) return;
    entry.isConfirming = true;
    this.track(this.carryOut(entry, slotMs, attempt).finally(() => (entry.isConfirming = false)));
  }

  private async recordOverrun(slice: Slice, slot: number, { durationMs }: Outcome): Promise<void> {
    const message = `Skipped: the run before it took ${Math.round(durationMs)} ms, longer than the interval.`;
    const skipped = refused('satellite', 'skipped_overrun', message, this.options.clock.now());
    await this.record(slice, slot, 0, skipped);
  }

  private async record(slice: Slice, slotMs: number, attempt: number, outcome: Outcome): Promise<void> {
    const name = { kind: 'result' as const, slice: slice.id, slotMs, attempt };
    try {
      await this.options.record({ ...name, ...outcome, monotonicMs: monotonicNow() });
    } catch (error) {
      // The slot has its record whatever the probe made of it.
      const message = `The result cannot be kept: ${(error as Error).message}`;
      const replacement = refused('satellite', 'result_not_kept', message, this.options.clock.now());
      await this.options.record({ ...name, ...replacement, monotonicMs: monotonicNow() });
    }
    if (attempt === attempts.scheduled) this.settled.settle(slice.id, slotMs);
  }

  private declareGap(entry: Entry, slots: Slots | null, reason: string): void {
    if (slots === null) return;
    const { first, last, count } = slots;
    const gap: Gap = { kind: 'gap', slice: entry.slice.id, fromSlotMs: first, toSlotMs: last, count, reason };
    const declare = async (): Promise<void> => {
      await this.options.record(gap);
      this.settled.settle(gap.slice, last);
    };
    if (entry.isRunning) entry.after.push(declare);
    else this.track(declare());
  }
}
