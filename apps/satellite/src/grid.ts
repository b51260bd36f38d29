// When a slice is due. Pure: the same slice has the same slots on every machine and after every restart.
import { slicePhaseMs, type Slice } from '@checkstack/link';
import { Cron } from 'croner';

/** The slots of one slice, Unix milliseconds. */
export interface Grid {
  /** The first slot after this time; Infinity when there is none. */
  next(afterMs: number): number;
  /** The slots strictly between two times. */
  between(fromMs: number, toMs: number): Slots | null;
}

export interface Slots {
  first: number;
  last: number;
  count: number;
}

export function gridOf({ id, schedule }: Pick<Slice, 'id' | 'schedule'>): Grid {
  if (schedule.kind === 'cron') return cronGrid(schedule.expression, schedule.timeZone);
  return intervalGrid(schedule.intervalMs, slicePhaseMs(id, schedule.intervalMs));
}

function intervalGrid(intervalMs: number, phaseMs: number): Grid {
  const next = (afterMs: number): number => (Math.floor((afterMs - phaseMs) / intervalMs) + 1) * intervalMs + phaseMs;
  return {
    next,
    between(fromMs, toMs) {
      const first = next(fromMs);
      if (first >= toMs) return null;
      const count = Math.ceil((toMs - first) / intervalMs);
      return { first, last: first + (count - 1) * intervalMs, count };
    },
  };
}

/** So many slots of a long absence are counted one by one; beyond, their number follows from the density of these. */
const countedSlots = 1_000;

const cronGrids = new Map<string, Grid>();
const keptCronGrids = 1_000;

/** Slices with the same expression share their slots, and a question that many of them ask at once is answered once. */
function cronGrid(expression: string, timeZone: string): Grid {
  const key = `${timeZone} ${expression}`;
  let grid = cronGrids.get(key);
  if (grid === undefined) {
    grid = newCronGrid(new Cron(expression, { timezone: timeZone, paused: true }));
    if (cronGrids.size >= keptCronGrids) cronGrids.clear();
    cronGrids.set(key, grid);
  }
  return grid;
}

function newCronGrid(cron: Cron): Grid {
  const next = lastAnswerOf((afterMs: number) => cron.nextRun(new Date(afterMs))?.getTime() ?? Infinity);
  const between = lastAnswerOf((fromMs: number, toMs: number): Slots | null => {
    const first = next(fromMs);
    if (first >= toMs) return null;
    let last = first;
    for (let count = 1; count < countedSlots; count++) {
      const slot = next(last);
      if (slot >= toMs) return { first, last, count };
      last = slot;
    }
    const spacing = (last - first) / (countedSlots - 1);
    const newest = cron.previousRuns(1, new Date(toMs - 1))[0]?.getTime() ?? last;
    return { first, last: newest, count: countedSlots + Math.round((newest - last) / spacing) };
  });
  return { next, between };
}

function lastAnswerOf<Question extends number[], Answer>(
  ask: (...question: Question) => Answer,
): (...question: Question) => Answer {
  let known: { question: Question; answer: Answer } | undefined;
  return (...question) => {
    if (known === undefined || question.some((value, index) => value !== known?.question[index])) {
      known = { question, answer: ask(...question) };
    }
    return known.answer;
  };
}
