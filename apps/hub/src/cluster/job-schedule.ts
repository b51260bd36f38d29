import { Cron } from 'croner';

/** `cron` is in UTC. */
export type JobSchedule = { everySeconds: number } | { cron: string };

/** The last due time at or before `nowMs`, Unix milliseconds. */
export function lastDue(schedule: JobSchedule, nowMs: number): number {
  if ('everySeconds' in schedule) {
    const everyMs = schedule.everySeconds * 1000;
    return Math.floor(nowMs / everyMs) * everyMs;
  }
  // croner looks strictly before its reference.
  const [due] = cronOf(schedule.cron).previousRuns(1, new Date(nowMs + 1));
  if (!due) throw new Error(`The schedule ${schedule.cron} is never due.`);
  return due.getTime();
}

/** The first due time after `nowMs`. */
export function nextDue(schedule: JobSchedule, nowMs: number): number {
  if ('everySeconds' in schedule) return lastDue(schedule, nowMs) + schedule.everySeconds * 1000;
  const due = cronOf(schedule.cron).nextRun(new Date(nowMs));
  if (!due) throw new Error(`The schedule ${schedule.cron} is never due again.`);
  return due.getTime();
}

function cronOf(pattern: string): Cron {
  return new Cron(pattern, { timezone: 'UTC', paused: true });
}
