import type { Schedule } from '@checkstack/api';
import { Cron } from 'croner';

/** What a result may take to arrive beyond its run. */
const graceMs = 15_000;

/** Until when, after a result of `lastMs`, a slice may be silent: two due times may pass, and the second run may take its time. */
export function silentFrom(schedule: Schedule, timeoutMs: number, lastMs: number): number {
  return secondDue(schedule, lastMs) + timeoutMs + graceMs;
}

function secondDue(schedule: Schedule, afterMs: number): number {
  if ('everySeconds' in schedule) return afterMs + 2 * schedule.everySeconds * 1000;
  const due = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true }).nextRuns(2, new Date(afterMs));
  return due.at(-1)?.getTime() ?? Infinity;
}
