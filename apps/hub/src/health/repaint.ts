import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { HubClock } from '../cluster/hub-clock.js';
import { Jobs } from '../cluster/jobs.js';
import { Notices } from '../cluster/notices.js';
import { outlookOf } from './evaluator.js';
import { around, difference, spliced, type Span, type Turn } from './intervals.js';
import { numberOf, type SliceStateRow, type Sql } from './outlook-rows.js';
import { paint } from './paint.js';
import { isBlindness } from './reasons.js';
import { repaintOwners } from './repaint-owners.js';
import { readIntervals, readMarked, replaceIntervals, takeMarks, type MarkedSlice } from './repaint-rows.js';
import { silentFrom, speaksUntil } from './silence.js';
import { StateNotices } from './state-notices.js';
import { nextEvaluation, unevaluated, type Evaluation, type Run } from './threshold.js';
import { writeTransitions, type SliceChange } from './transitions.js';
import { readRunsFrom } from './window-rows.js';

const everySeconds = 2;
const slicesAtOnce = 25;
/** What is left is for the next time. */
const workForMs = 20_000;

interface Replay {
  runs: readonly Run[];
  turns: readonly Turn[];
  now: Evaluation;
}

/**
 * Tells the past anew where results that arrived late, or several at once, prove more than was told: states of slices,
 * and of what is made of them. What is now changes by the same rules as ever, with its event; the past makes none.
 */
@Injectable()
export class Repaint implements OnModuleInit {
  private readonly logger = new Logger('health');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
    private readonly notices: Notices,
    private readonly stateNotices: StateNotices,
    private readonly clock: HubClock,
  ) {}

  onModuleInit(): void {
    this.jobs.every('repaint', { everySeconds }, async (manager) => {
      // The work is done beside this transaction, which stays idle meanwhile.
      await manager.query("SET LOCAL idle_in_transaction_session_timeout = '10min'");
      await this.catchUp();
    });
  }

  /** All that is marked, as far as there is time for it. */
  async catchUp(): Promise<void> {
    const deadline = performance.now() + workForMs;
    while (await this.dataSource.transaction((manager) => this.repaintSome(manager))) {
      if (performance.now() < deadline) continue;
      this.logger.log('There is more of the past to tell anew than fits the time; going on with the next turn.');
      return;
    }
  }

  /** false: nothing is marked. */
  private async repaintSome(manager: EntityManager): Promise<boolean> {
    // Whoever edits or stores results comes first: what cannot be had soon is tried again.
    await manager.query("SET LOCAL lock_timeout = '500ms'");
    const marks = await takeMarks(manager, slicesAtOnce);
    if (marks.size === 0) return false;
    const slices = await readMarked(manager, [...marks.keys()]);
    const nowMs = this.clock.now();
    const replays = new Map<number, Replay>();
    const touched = {
      assignmentIds: [...new Set(slices.map(({ assignmentId }) => assignmentId))],
      checkIds: [...new Set(slices.map(({ checkId }) => checkId))],
      systemIds: [...new Set(slices.map(({ systemId }) => systemId))],
    };
    const written = await writeTransitions(manager, touched, nowMs, async (rows) => {
      // Read under the locks, so that nobody decides by less in between.
      for (const slice of slices)
        replays.set(slice.number, await replay(manager, slice, marks.get(slice.number)?.fromMs ?? nowMs));
      return slices.flatMap((slice) =>
        turnNow(slice, {
          row: rows.find(({ number }) => number === slice.number),
          replay: replays.get(slice.number),
          nowMs,
        }),
      );
    });
    const spans = new Map<string, Span>();
    for (const slice of slices) {
      const { runs, turns } = replays.get(slice.number) ?? { runs: [], turns: [] };
      const { fromMs, untilMs = fromMs } = marks.get(slice.number) ?? { fromMs: nowMs };
      const span = await repaintSlice(manager, slice, { runs, turns, fromMs, nowMs });
      const asked = untilMs > fromMs ? { fromMs, toMs: untilMs } : undefined;
      const wrong = span ? around(span, asked) : asked;
      if (wrong) spans.set(slice.assignmentId, around(wrong, spans.get(slice.assignmentId)));
    }
    const repainted = await repaintOwners(manager, slices, spans);
    await this.stateNotices.publish(
      {
        slices,
        checkIds: [...new Set([...written.checkIds, ...repainted.checkIds])],
        systemIds: [...new Set([...written.systemIds, ...repainted.systemIds])],
      },
      manager,
    );
    await this.notices.publish('repainted', { slices: slices.map(({ number }) => number) }, manager);
    return true;
  }
}

/** What its runs add up to, one after the other. */
async function replay(sql: Sql, slice: MarkedSlice, fromMs: number): Promise<Replay> {
  const runs = await readRunsFrom(sql, slice, fromMs);
  const turns: Turn[] = [];
  let now = unevaluated;
  for (const run of runs) {
    now = nextEvaluation(now, run, slice.thresholds);
    const outlook = outlookOf(now);
    const last = turns.at(-1);
    // Two runs of one slot may turn the state twice.
    if (outlook && outlook.state !== last?.state)
      turns.push({ ...outlook, fromMs: Math.max(run.slotMs, (last?.fromMs ?? -1) + 1) });
  }
  return { runs, turns, now };
}

/** The change as of now that only all the runs together show. */
function turnNow(
  slice: MarkedSlice,
  { row, replay: replayed, nowMs }: { row: SliceStateRow | undefined; replay: Replay | undefined; nowMs: number },
): SliceChange[] {
  const newest = replayed?.runs.at(-1);
  const outlook = replayed && outlookOf(replayed.now);
  if (!row || !newest || !outlook) return [];
  if (row.stateReason !== null && isBlindness(row.stateReason)) return [];
  if (silentFrom(slice.schedule, slice.timeoutMs, newest.slotMs) < nowMs) return [];
  // The same state for another reason is nothing new.
  if (numberOf(outlook.state) === row.state) return [];
  return [{ slice: slice.number, ...outlook, sinceMs: replayed.now.sinceMs }];
}

/** Answers where it tells something else now. */
async function repaintSlice(
  sql: Sql,
  { id, schedule }: MarkedSlice,
  { runs, turns, fromMs, nowMs }: Omit<Replay, 'now'> & { fromMs: number; nowMs: number },
): Promise<Span | null> {
  const before = (await readIntervals(sql, 'slice', [id], fromMs)).get(id) ?? [];
  const open = before.at(-1);
  if (open?.toMs !== null) return null;
  const told = { turns, slotsMs: runs.map(({ slotMs }) => slotMs), intervals: before };
  const painted = paint({ ...told, speaksUntil: (slotMs) => speaksUntil(schedule, slotMs) }, fromMs, nowMs);
  const last = painted.at(-1);
  // What is now was decided already.
  if (last && last.state !== open.state) painted.push({ ...open, fromMs: Math.max(open.fromMs, last.fromMs + 1) });
  const after = spliced(before, painted);
  const span = difference(before, after);
  if (span) await replaceIntervals(sql, { kind: 'slice', id }, before, after);
  return span;
}
