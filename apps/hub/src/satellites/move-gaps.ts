// The slots that nobody ran while a slice was on its way from one satellite to another.
import type { Schedule } from '@checkstack/api';
import { slicePhaseMs } from '@checkstack/link';
import { Cron } from 'croner';
import type { EntityManager } from 'typeorm';
import { insertGaps } from '../results/group-rows.js';

/** A slice whose satellite has it no longer. */
export interface Move {
  sliceNumber: number;
  satelliteNumber: number;
  /** From when to when that satellite had it. */
  heldSince: Date;
  heldUntil: Date;
}

interface MissedRow {
  number: number;
  satellite: number;
  id: string;
  schedule: Schedule;
  since: Date;
  until: Date;
}

/**
 * Writes a gap from the last slot of that time that is stored of each slice, or its begin, until its end, or until the
 * check was paused. Runs that still arrive win over it.
 */
export async function recordMoveGaps(manager: EntityManager, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return;
  const rows = await manager.query<MissedRow[]>(
    `SELECT number, satellite, slices.id, schedule, least(until, idle_since) AS until,
            greatest(since, (SELECT max(slot) FROM results
                             WHERE slice_number = number AND attempt = 0 AND slot > since AND slot <= until)) AS since
     FROM unnest($1::integer[], $2::integer[], $3::timestamptz[], $4::timestamptz[]) AS moved (number, satellite, since, until)
     JOIN slices USING (number) JOIN assignments ON assignments.id = assignment_id JOIN checks ON checks.id = check_id
     WHERE idle_since IS NOT NULL OR (enabled AND NOT paused)`,
    [
      moves.map(({ sliceNumber }) => sliceNumber),
      moves.map(({ satelliteNumber }) => satelliteNumber),
      moves.map(({ heldSince }) => heldSince),
      moves.map(({ heldUntil }) => heldUntil),
    ],
  );
  const gaps = rows.flatMap(({ number, satellite, id, schedule, since, until }) => {
    const missed = slotsBetween(schedule, id, since.getTime(), until.getTime());
    if (!missed) return [];
    const gap = { ...missed, reason: 'satellite_offline' };
    return [{ slice: { number }, satellite: { number: satellite }, gap }];
  });
  await insertGaps(manager, gaps);
}

/** The slots that lie strictly between two times. */
export function slotsBetween(
  schedule: Schedule,
  sliceId: string,
  fromMs: number,
  toMs: number,
): { fromSlotMs: number; toSlotMs: number; count: number } | null {
  if ('everySeconds' in schedule) {
    const intervalMs = schedule.everySeconds * 1000;
    const phaseMs = slicePhaseMs(sliceId, intervalMs);
    const first = Math.floor((fromMs - phaseMs) / intervalMs) + 1;
    const last = Math.ceil((toMs - phaseMs) / intervalMs) - 1;
    if (first > last) return null;
    return { fromSlotMs: first * intervalMs + phaseMs, toSlotMs: last * intervalMs + phaseMs, count: last - first + 1 };
  }
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true });
  const slots: number[] = [];
  for (let slot = cron.nextRun(new Date(fromMs)); slot && slot.getTime() < toMs; slot = cron.nextRun(slot))
    slots.push(slot.getTime());
  const [fromSlotMs] = slots;
  const toSlotMs = slots.at(-1);
  return fromSlotMs === undefined || toSlotMs === undefined ? null : { fromSlotMs, toSlotMs, count: slots.length };
}
