// When a slice is due. Pure: the same slice has the same slots on every machine and after every restart.
import { slicePhaseMs, type Slice } from '@checkstack/link';
import { Cron } from 'croner';

/** The slots of one slice, Unix milliseconds. */
export interface Grid {
  /** The first slot after this time; Infinity when there is none. */
  next(afterMs: number): number;
}

export function gridOf({ id, schedule }: Pick<Slice, 'id' | 'schedule'>): Grid {
  if (schedule.kind === 'cron') {
    const cron = new Cron(schedule.expression, { timezone: schedule.timeZone, paused: true });
    return { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? Infinity };
  }
  const { intervalMs } = schedule;
  const phase = slicePhaseMs(id, intervalMs);
  return { next: (afterMs) => (Math.floor((afterMs - phase) / intervalMs) + 1) * intervalMs + phase };
}

/** How many slots lie strictly between two times, and the first and last of them. */
export function slotsBetween(
  grid: Grid,
  fromMs: number,
  toMs: number,
): { first: number; last: number; count: number } | null {
  const first = grid.next(fromMs);
  if (first >= toMs) return null;
  let last = first;
  let count = 1;
  for (let slot = grid.next(first); slot < toMs; slot = grid.next(slot)) {
    last = slot;
    count += 1;
  }
  return { first, last, count };
}
