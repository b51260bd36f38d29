import type { Schedule } from '@checkstack/api';
import type { Schedule as LinkSchedule } from '@checkstack/link';
import { Cron } from 'croner';
import { invalidField } from '../problems.js';

/** Throws a HubProblem for a cron line that croner does not take, or that is never due. */
export function refuseBadSchedule(schedule: Schedule): void {
  if (!('cron' in schedule)) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: schedule.timeZone });
  } catch {
    throw invalidField('schedule.timeZone', 'There is no such time zone; one is called Europe/Berlin, for example.');
  }
  // croner takes a date too, for a single run.
  if (!/^(@\w+|\S+(\s+\S+){4,5})$/.test(schedule.cron))
    throw invalidField('schedule.cron', 'A cron line has five fields, or six with seconds first.');
  let next: Date | null;
  try {
    next = new Cron(schedule.cron, { timezone: schedule.timeZone, paused: true }).nextRun();
  } catch (error) {
    throw invalidField('schedule.cron', `This is not a cron line: ${(error as Error).message}`);
  }
  if (next === null) throw invalidField('schedule.cron', 'This is never due.');
}

export function linkSchedule(schedule: Schedule): LinkSchedule {
  return 'cron' in schedule
    ? { kind: 'cron', expression: schedule.cron, timeZone: schedule.timeZone }
    : { kind: 'interval', intervalMs: schedule.everySeconds * 1000 };
}
