import type { State } from '@checkstack/api';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import type { Sql } from './outlook-rows.js';
import type { PlacedSlice } from './placed-slices.js';
import { silentFrom, speaksUntil } from './silence.js';
import { isFlapping } from './flapping.js';
import type { FlappingChange } from './flapping-rows.js';
import { isOutdated, isSilence } from './reasons.js';
import type { RepaintMark } from './repaint-rows.js';
import { nextEvaluation, type Evaluation, type Run } from './threshold.js';
import type { SliceChange } from './transitions.js';
import { readShown, readWindows, type Shown } from './window-rows.js';
import { isBefore, newestSlot, onsetIn, withRun, type Window } from './window.js';

interface Memory {
  window: Window;
  /** What the window was made for: with other thresholds or after a move it is read again. */
  slice: PlacedSlice;
  /** The slice's state in its row. */
  shown: Shown;
  usedAtMs: number;
}

/** What a group of runs comes to. Nothing is remembered before `adopt`, which is called after the commit. */
export interface Decision {
  changes: (SliceChange & { assignmentId: string })[];
  flapping: FlappingChange[];
  /** What these runs tell of the past, intervals are yet to tell. */
  marks: RepaintMark[];
  /** With which healthy slices begin to fail just now. */
  onsets: ReadonlySet<Run>;
  adopt(): void;
}

const rereadEveryMs = 5_000;
/** Notices tell of changes; what one that was lost leaves behind is found in turns, however many slices there are. */
const rereadAtOnce = 2_000;
const forgetAfterMs = 600_000;
/** A run that took longer to arrive tells of the past: to look again at once is too late. */
const freshMs = 15_000;

/** Keeps the windows of the slices whose results arrive here, and tells which slices change their state. */
@Injectable()
export class Evaluator implements OnApplicationShutdown {
  private readonly logger = new Logger('health');
  private readonly memories = new Map<number, Memory>();
  private readonly subscriptions: Subscription[];
  private readonly timer: NodeJS.Timeout;
  private turn: Iterator<number> = this.memories.keys();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    notices: Notices,
  ) {
    this.subscriptions = [
      notices.on('repainted').subscribe(({ slices }) => this.forget(slices.map((number) => ({ number })))),
      notices
        .on('state')
        .subscribe(({ slices = [] }) => this.reread(slices.filter((slice) => this.memories.has(slice)))),
      notices.missed$.subscribe(() => this.reread([...this.memories.keys()])),
    ];
    this.timer = setInterval(() => {
      this.forgetUnused();
      this.reread(this.nextInTurn());
    }, rereadEveryMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
  }

  /** Brings the windows of these slices into memory; to be called before the runs to be decided on are stored. */
  async load(sql: Sql, slices: readonly PlacedSlice[]): Promise<void> {
    const nowMs = performance.now();
    const missing = slices.filter((slice) => {
      const memory = this.memories.get(slice.number);
      if (!memory || !isForSame(memory.slice, slice)) return true;
      memory.slice = slice;
      // Not to be forgotten before it is decided on.
      memory.usedAtMs = nowMs;
      return false;
    });
    if (missing.length === 0) return;
    const read = await readWindows(sql, missing);
    for (const slice of missing) {
      const known = read.get(slice.number);
      if (!known) continue;
      this.memories.set(slice.number, { ...known, slice, usedAtMs: nowMs });
    }
  }

  /** For loaded slices. Only a slice whose newest run is recent changes: the past fires no alert as if it were now. */
  decide(runsOf: ReadonlyMap<PlacedSlice, readonly Run[]>, nowMs: number): Decision {
    const windows: [slice: number, window: Window][] = [];
    const decision: Omit<Decision, 'onsets' | 'adopt'> = { changes: [], flapping: [], marks: [] };
    const onsets = new Set<Run>();
    for (const [slice, runs] of runsOf) {
      const memory = this.memories.get(slice.number);
      const [first] = runs;
      if (!memory || !first) continue;
      const { number, assignmentId } = slice;
      const { window: before, shown } = memory;
      let window = before;
      for (const run of runs) window = withRun(window, run, slice.thresholds);
      windows.push([number, window]);
      const onset = onsetIn(before, runs);
      if (onset && onset.slotMs + slice.timeoutMs + freshMs > nowMs) onsets.add(onset);
      if (isFlapping(shown.isFlapping, window.now.changes) !== shown.isFlapping)
        decision.flapping.push({ slice: number, assignmentId, isFlapping: !shown.isFlapping, atMs: nowMs });
      const isStale = silentFrom(slice.schedule, slice.timeoutMs, newestSlot(window) ?? 0) < nowMs;
      if (isStale || isOfThePast(runs, { before, shown, slice }))
        decision.marks.push({
          slice: number,
          fromMs: isSilence(shown.reason) ? Math.min(first.slotMs, shown.sinceMs) : first.slotMs,
        });
      const outlook = outlookOf(window.now);
      if (isStale || isOutdated(shown.reason) || !outlook || !isNews(shown, outlook)) continue;
      // Back from unknown, a state begins with the run that shows it again, not where it once began.
      const sinceMs = Math.max(window.now.sinceMs, first.slotMs);
      decision.changes.push({ slice: number, assignmentId, ...outlook, sinceMs });
    }
    return { ...decision, onsets, adopt: () => this.adopt(windows, decision) };
  }

  /** Their windows are read from the table when they are needed next. */
  forget(slices: Iterable<Pick<PlacedSlice, 'number'>>): void {
    for (const { number } of slices) this.memories.delete(number);
  }

  /** Somebody wrote these states. */
  adoptShown(slices: readonly ({ number: number } & Partial<Shown>)[]): void {
    for (const { number, ...shown } of slices) {
      const memory = this.memories.get(number);
      if (memory) memory.shown = { ...memory.shown, ...shown };
    }
  }

  private adopt(
    windows: readonly [number, Window][],
    { changes, flapping }: Pick<Decision, 'changes' | 'flapping'>,
  ): void {
    const nowMs = performance.now();
    for (const [number, window] of windows) {
      const memory = this.memories.get(number);
      if (!memory) continue;
      memory.window = window;
      memory.usedAtMs = nowMs;
    }
    this.adoptShown(
      changes.map(({ slice, state, reason, sinceMs }) => {
        const isTurn = this.memories.get(slice)?.shown.state !== state;
        return { number: slice, state, reason, ...(isTurn && { sinceMs }) };
      }),
    );
    this.adoptShown(flapping.map(({ slice, isFlapping }) => ({ number: slice, isFlapping })));
  }

  private reread(numbers: number[]): void {
    if (numbers.length === 0) return;
    readShown(this.dataSource.manager, numbers)
      .then((rows) => this.adoptShown([...rows].map(([number, shown]) => ({ number, ...shown }))))
      .catch((error: Error) => this.logger.debug(`States were not read again: ${error.message}`));
  }

  private nextInTurn(): number[] {
    const numbers: number[] = [];
    while (numbers.length < Math.min(rereadAtOnce, this.memories.size)) {
      const next = this.turn.next();
      if (next.done) this.turn = this.memories.keys();
      else numbers.push(next.value);
    }
    return numbers;
  }

  private forgetUnused(): void {
    const oldest = performance.now() - forgetAfterMs;
    for (const [number, memory] of this.memories) if (memory.usedAtMs < oldest) this.memories.delete(number);
  }
}

function isForSame(one: PlacedSlice, other: PlacedSlice): boolean {
  if (one === other) return true;
  const [before, after] = [one.thresholds, other.thresholds];
  return (
    one.placedAtMs === other.placedAtMs &&
    before.healthy === after.healthy &&
    before.degraded === after.degraded &&
    before.unhealthy === after.unhealthy &&
    before.window === after.window
  );
}

function isOlder(run: Run, { runs }: Window): boolean {
  const newest = runs.at(-1);
  return newest !== undefined && isBefore(run, newest);
}

/** Whether these runs, given in slot order, tell more than that the state turns once, with one of them. */
function isOfThePast(
  runs: readonly Run[],
  { before, shown, slice }: { before: Window; shown: Shown; slice: PlacedSlice },
): boolean {
  const [first] = runs;
  const newestMs = newestSlot(before);
  // With its very first run a slice begins; that this is noted a moment later is no matter.
  if (!first || (newestMs === undefined && runs.length === 1)) return false;
  if (isOlder(first, before) || first.slotMs < shown.sinceMs) return true;
  if (shown.state === 'unknown' && isSilence(shown.reason))
    return runs.length > 1 || speaksUntil(slice.schedule, newestMs ?? 0) > shown.sinceMs;
  let turns = 0;
  let [now, state] = [before.now, shown.state];
  for (const run of runs.length > 1 ? runs : []) {
    now = nextEvaluation(now, run, slice.thresholds);
    const next = outlookOf(now)?.state ?? state;
    if (next !== state) turns++;
    state = next;
  }
  return turns > 1;
}

export function outlookOf({ state, isBlind, reason }: Evaluation): { state: State; reason: string | null } | null {
  if (isBlind) return { state: 'unknown', reason };
  return state && { state, reason };
}

function isNews(shown: Memory['shown'], outlook: { state: State; reason: string | null }): boolean {
  return shown.state !== outlook.state || (outlook.state === 'unknown' && shown.reason !== outlook.reason);
}
