import type { State } from '@checkstack/api';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Subscription } from 'rxjs';
import { DataSource } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { grouped, stateOf, type Sql } from './outlook-rows.js';
import type { PlacedSlice } from './placed-slices.js';
import { silentFrom } from './silence.js';
import type { Evaluation, Run } from './threshold.js';
import type { SliceChange } from './transitions.js';
import { readRuns } from './window-rows.js';
import { newestSlot, onsetIn, windowOf, withRun, type Window } from './window.js';

interface Memory {
  window: Window;
  /** What the window was made for: with other thresholds or after a move it is read again. */
  key: string;
  /** The slice's state in its row. */
  shown: { state: State; reason: string | null };
  usedAtMs: number;
}

/** What a group of runs comes to. Nothing is remembered before `adopt`, which is called after the commit. */
export interface Decision {
  changes: (SliceChange & { assignmentId: string })[];
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
    const missing = slices.filter((slice) => {
      const memory = this.memories.get(slice.number);
      if (memory?.key !== keyOf(slice)) return true;
      // Not to be forgotten before it is decided on.
      memory.usedAtMs = performance.now();
      return false;
    });
    if (missing.length === 0) return;
    const { runs, shown } = await readRuns(sql, missing);
    const runsOf = grouped(runs, ({ sliceNumber }) => sliceNumber);
    for (const slice of missing) {
      this.memories.set(slice.number, {
        window: windowOf(runsOf.get(slice.number) ?? [], slice.thresholds),
        key: keyOf(slice),
        shown: shown.get(slice.number) ?? { state: 'unknown', reason: null },
        usedAtMs: performance.now(),
      });
    }
  }

  /** For loaded slices. Only a slice whose newest run is recent changes: the past fires no alert as if it were now. */
  decide(runsOf: ReadonlyMap<PlacedSlice, readonly Run[]>, nowMs: number): Decision {
    const windows = new Map<number, Window>();
    const changes: Decision['changes'] = [];
    const onsets = new Set<Run>();
    for (const [slice, runs] of runsOf) {
      const memory = this.memories.get(slice.number);
      if (!memory) continue;
      const window = runs.reduce((before, run) => withRun(before, run, slice.thresholds), memory.window);
      windows.set(slice.number, window);
      const onset = onsetIn(memory.window, runs);
      if (onset && onset.slotMs + slice.timeoutMs + freshMs > nowMs) onsets.add(onset);
      const outlook = outlookOf(window.now);
      if (!outlook || !isNews(memory.shown, outlook)) continue;
      if (silentFrom(slice.schedule, slice.timeoutMs, newestSlot(window) ?? 0) < nowMs) continue;
      // Back from unknown, a state begins with the run that shows it again, not where it once began.
      const sinceMs = Math.max(window.now.sinceMs, Math.min(...runs.map(({ slotMs }) => slotMs)));
      changes.push({ slice: slice.number, assignmentId: slice.assignmentId, ...outlook, sinceMs });
    }
    return { changes, onsets, adopt: () => this.adopt(windows, changes) };
  }

  /** Their windows are read from the table when they are needed next. */
  forget(slices: Iterable<PlacedSlice>): void {
    for (const { number } of slices) this.memories.delete(number);
  }

  /** Somebody wrote these states. */
  adoptShown(slices: readonly { number: number; state: State; reason: string | null }[]): void {
    for (const { number, state, reason } of slices) {
      const memory = this.memories.get(number);
      if (memory) memory.shown = { state, reason };
    }
  }

  private adopt(windows: Map<number, Window>, changes: Decision['changes']): void {
    for (const [number, window] of windows) {
      const memory = this.memories.get(number);
      if (memory) Object.assign(memory, { window, usedAtMs: performance.now() });
    }
    this.adoptShown(changes.map(({ slice, state, reason }) => ({ number: slice, state, reason })));
  }

  private reread(numbers: number[]): void {
    if (numbers.length === 0) return;
    this.dataSource
      .query<{ number: number; state: number; reason: string | null }[]>(
        'SELECT number, state, state_reason AS reason FROM slices WHERE number = ANY($1)',
        [numbers],
      )
      .then((rows) => this.adoptShown(rows.map((row) => ({ ...row, state: stateOf(row.state) }))))
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

function keyOf({ thresholds, placedAtMs }: PlacedSlice): string {
  return `${thresholds.healthy} ${thresholds.degraded} ${thresholds.unhealthy} ${placedAtMs}`;
}

function outlookOf({ state, isBlind, reason }: Evaluation): { state: State; reason: string | null } | null {
  if (isBlind) return { state: 'unknown', reason };
  return state && { state, reason };
}

function isNews(shown: Memory['shown'], outlook: { state: State; reason: string | null }): boolean {
  return shown.state !== outlook.state || (outlook.state === 'unknown' && shown.reason !== outlook.reason);
}
