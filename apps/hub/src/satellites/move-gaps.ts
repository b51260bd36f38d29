// The slots that nobody ran while a slice was on its way from one satellite to another.
import type { Schedule } from '@checkstack/api';
import { slicePhaseMs } from '@checkstack/link';
import { Cron } from 'croner';
import type { EntityManager } from 'typeorm';
import { insertGaps } from '../results/group-rows.js';

/** A slice that got another satellite. */
export interface Move {
  sliceNumber: number;
  /** Since when the satellite before had it. */
  heldSince: Date;
}

/** Writes a gap from the last slot that is stored of each slice, or the begin of its last placement, until now. Runs that still arrive win over it. */
export async function recordMoveGaps(manager: EntityManager, moves: Move[]): Promise<void> {
  if (moves.length === 0) return;
  const slices = await manager.query<
    { number: number; satellite: number; id: string; schedule: Schedule; since: Date; now: Date }[]
  >(
    `SELECT number, slices.id, schedule, now() AS now,
            (SELECT satellites.number FROM placements JOIN satellites ON satellites.id = placements.satellite_id
             WHERE slice_number = slices.number AND ended_at IS NOT NULL ORDER BY placed_at DESC LIMIT 1) AS satellite,
            greatest(since, (SELECT max(slot) FROM results WHERE slice_number = number AND attempt = 0 AND slot > since)) AS since
     FROM unnest($1::integer[], $2::timestamptz[]) AS moved (number, since)
     JOIN slices USING (number) JOIN assignments ON assignments.id = assignment_id JOIN checks ON checks.id = check_id
     WHERE enabled AND NOT paused`,
    [moves.map((move) => move.sliceNumber), moves.map((move) => move.heldSince)],
  );
  const gaps = slices.flatMap(({ number, satellite, id, schedule, since, now }) => {
    const missed = slotsBetween(schedule, id, since.getTime(), now.getTime());
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
