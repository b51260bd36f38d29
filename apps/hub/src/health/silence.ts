import type { Schedule } from '@checkstack/api';
import { Cron } from 'croner';

/** What a result may take to arrive beyond its run. */
const graceMs = 15_000;

/** Until when, after a result of `lastMs`, a slice may be silent: two due times may pass, and the second run may take its time. */
export function silentFrom(schedule: Schedule, timeoutMs: number, lastMs: number): number {
  return due(schedule, lastMs, 2) + timeoutMs + graceMs;
}

/** A result tells how it is until the next one is due. */
export function speaksUntil(schedule: Schedule, slotMs: number): number {
  return due(schedule, slotMs, 1);
}

/** The so-manieth due time after this. */
function due(schedule: Schedule, afterMs: number, count: number): number {
  if ('everySeconds' in schedule) return afterMs + count * schedule.everySeconds * 1000;
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true });
  return cron.nextRuns(count, new Date(afterMs)).at(-1)?.getTime() ?? Infinity;
}
