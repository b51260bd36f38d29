// A satellite's schedule in a world where time jumps, processes die and rosters change; and what it owes of each slot.
import type { LinkRecord, Outcome, Slice } from '@checkstack/link';
import { sampleOutcome, sampleSlice } from '@checkstack/link/testing';
import { vi } from 'vitest';
import { Clock } from '../clock.js';
import { gridOf } from '../grid.js';
import { refused } from '../refused.js';
import { Schedule } from '../schedule.js';

/** How the probe of a slice behaves. */
export type Temper = 'quick' | 'failing' | 'slow' | 'overrunning' | 'hanging';

/** What a new process still knows of the one before: all its records, those of an earlier moment, or nothing. */
export type Memory = 'sound' | 'stale' | 'lost';

/** A span in which slots of a slice are due here: from is not, to is included. */
interface Held {
  slice: string;
  from: number;
  to: number;
}

const durations: Record<Temper, number> = {
  quick: 20,
  failing: 20,
  slow: 3_000,
  overrunning: 25_000,
  hanging: Infinity,
};
const intervals = [2_000, 7_000, 10_000, 30_000];

export class SlotWorld {
  readonly records: LinkRecord[] = [];
  readonly slices: Slice[];
  /** A process that forgot something may declare what was recorded. */
  hasForgotten = false;
  private readonly clock = new Clock();
  private readonly tempers = new Map<string, Temper>();
  private readonly roster = new Map<string, Slice>();
  private readonly held: Held[] = [];
  private readonly excused = new Set<string>();
  private life = 0;
  private isFirst = true;
  private snapshot = new Map<string, number>();
  /** On disk: up to which slot what is held had its records at the last change of the roster. */
  private noted = new Map<string, number>();
  /** The latest moment that was ever now. */
  private peak = 0;
  private schedule: Schedule;

  constructor(tempers: readonly Temper[]) {
    this.slices = intervals.map((intervalMs) => sampleSlice({ schedule: { kind: 'interval', intervalMs } }));
    this.slices.forEach(({ id }, index) => this.tempers.set(id, tempers[index] ?? 'quick'));
    this.schedule = this.begin(new Map());
  }

  async wait(forMs: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(forMs);
    this.peak = Math.max(this.peak, this.clock.now());
  }

  /** New in the roster, changed, or back again; known here some time after the hub decided it. */
  async place(index: number, laterMs: number): Promise<void> {
    const slice = this.slices[index] as Slice;
    const isHeld = this.roster.has(slice.id);
    // The hub's clock stands still or goes on; only this satellite's estimate of it may fall.
    if (!isHeld) await this.wait(Math.max(0, this.peak - this.clock.now()) + laterMs);
    const changedAtMs = Math.ceil(this.clock.now() - laterMs);
    this.roster.set(slice.id, { ...slice, changedAtMs, definitionDigest: digestOf(this.records.length + this.life) });
    if (!isHeld) {
      const from = this.isFirst ? this.clock.now() : changedAtMs;
      this.held.push({ slice: slice.id, from, to: Infinity });
    }
    this.apply();
  }

  async remove(index: number): Promise<void> {
    await this.wait(Math.max(0, this.peak - this.clock.now()));
    const { id } = this.slices[index] as Slice;
    if (!this.roster.delete(id)) return;
    this.close(id);
    this.apply();
  }

  /** What a later process remembers if its memory is stale. */
  remember(): void {
    this.snapshot = this.settledBy(this.records);
  }

  async kill(downMs: number, memory: Memory): Promise<void> {
    if (memory !== 'sound') {
      this.hasForgotten = true;
      await this.wait(Math.max(0, this.peak - this.clock.now()));
    }
    this.excuse(memory);
    this.life += 1;
    const dead = this.schedule;
    void dead.stop();
    await this.wait(downMs);
    const settled = { sound: this.settledBy(this.records, this.noted), stale: this.snapshot, lost: new Map() }[memory];
    this.schedule = this.begin(new Map(settled));
    this.schedule.set([...this.roster.values()]);
  }

  async restart(graceMs: number, downMs: number): Promise<void> {
    const stopped = this.schedule.stop(graceMs);
    await this.wait(graceMs + 1);
    await stopped;
    await this.wait(downMs);
    this.schedule = this.begin(new Map(this.schedule.recorded));
    this.schedule.set([...this.roster.values()]);
  }

  /** Of the machine's clock on the wall. */
  jumpWallClock(byMs: number): void {
    vi.setSystemTime(Date.now() + byMs);
  }

  /** The machine sleeps: timers stand still. */
  sleep(forMs: number): void {
    this.clock.offsetMs += forMs;
  }

  /** A Welcome tells another time than was kept here; all in all not so far back that slots are counted anew. */
  learnTime(movedMs: number): void {
    const soonest = Math.max(this.peak, this.clock.now()) - 299_000;
    this.moveTime(Math.max(this.clock.now() + movedMs, soonest) - this.clock.now());
  }

  /** A Welcome tells that it is an hour earlier: slots are counted anew from there. */
  fallBack(): void {
    for (const { id } of this.roster.values()) this.close(id);
    this.moveTime(-3_600_000);
    this.peak = this.clock.now();
    for (const id of this.roster.keys()) this.held.push({ slice: id, from: this.clock.now(), to: Infinity });
  }

  /** Slots that are told otherwise than once; with a process that forgot: not at all, or by two results. */
  async end(): Promise<string[]> {
    await this.wait(Math.max(0, this.peak - this.clock.now()));
    // A timer is set no further than a second ahead.
    const to = this.clock.now();
    await this.wait(1_500);
    for (const id of this.roster.keys()) this.close(id, to);
    const stopped = this.schedule.stop();
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
    return this.held.flatMap((span) => this.slotsIn(span).flatMap((slot) => this.faultOf(span.slice, slot)));
  }

  private faultOf(slice: string, slot: number): string[] {
    const own = this.records.filter((record) => record.slice === slice);
    const results = own.filter(
      (record) => record.kind === 'result' && !record.attempt && record.slotMs === slot,
    ).length;
    const gaps = own.filter((one) => one.kind === 'gap' && one.fromSlotMs <= slot && slot <= one.toSlotMs).length;
    const isExcused = results + gaps === 0 && this.excused.has(`${slice} ${slot}`);
    const isSound = this.hasForgotten ? results <= 1 && results + gaps >= 1 : results + gaps === 1;
    return isSound || isExcused ? [] : [`slice ${this.indexOf(slice)}, ${slot}: ${results} results, ${gaps} gaps`];
  }

  private moveTime(movedMs: number): void {
    this.schedule.clockMoved(this.clock.set(this.clock.now() + movedMs));
  }

  private begin(settled: Map<string, number>): Schedule {
    const { life } = this;
    const record = async (made: LinkRecord): Promise<void> => {
      if (life === this.life) this.records.push(made);
    };
    return new Schedule(
      { clock: this.clock, record, run: (slice, signal) => this.run(slice, signal), log: () => undefined },
      settled,
    );
  }

  private apply(): void {
    this.schedule.set([...this.roster.values()], { isFirst: this.isFirst });
    this.noted = new Map(this.schedule.recorded);
    this.isFirst = false;
  }

  private async run({ id }: Slice, signal: AbortSignal): Promise<Outcome> {
    const temper = this.tempers.get(id) ?? 'quick';
    const isCut = await new Promise<boolean>((resolve) => {
      if (signal.aborted) return resolve(true);
      signal.addEventListener('abort', () => resolve(true), { once: true });
      if (temper !== 'hanging') setTimeout(() => resolve(false), durations[temper]);
    });
    if (isCut) return refused('satellite', 'cancelled', 'cut', this.clock.now());
    return sampleOutcome({ verdict: temper === 'failing' ? 'unhealthy' : 'healthy' });
  }

  private close(slice: string, to = this.clock.now()): void {
    for (const span of this.held) if (span.slice === slice && span.to === Infinity) span.to = to;
  }

  /** What nobody can declare after a crash: runs under way of what is not held any more, or was changed and then forgotten. */
  private excuse(memory: Memory): void {
    for (const span of this.held) {
      const isKnown = memory === 'sound' || (memory === 'stale' && this.snapshot.has(span.slice));
      const changedAtMs = this.roster.get(span.slice)?.changedAtMs ?? 0;
      const to = span.to < Infinity ? span.to : isKnown ? 0 : changedAtMs;
      for (const slot of this.slotsIn({ ...span, to })) this.excused.add(`${span.slice} ${slot}`);
    }
  }

  private settledBy(records: readonly LinkRecord[], noted = new Map<string, number>()): Map<string, number> {
    const settled = new Map(noted);
    for (const record of records) {
      if (record.kind === 'result' && record.attempt > 0) continue;
      const slot = record.kind === 'gap' ? record.toSlotMs : record.slotMs;
      settled.set(record.slice, Math.max(slot, settled.get(record.slice) ?? 0));
    }
    return settled;
  }

  private slotsIn({ slice, from, to }: Held): number[] {
    const grid = gridOf(this.slices[this.indexOf(slice)] as Slice);
    const slots: number[] = [];
    for (let slot = grid.next(from); slot <= to; slot = grid.next(slot)) slots.push(slot);
    return slots;
  }

  private indexOf(slice: string): number {
    return this.slices.findIndex(({ id }) => id === slice);
  }
}

function digestOf(number: number): string {
  return number.toString(16).padStart(64, '0');
}
