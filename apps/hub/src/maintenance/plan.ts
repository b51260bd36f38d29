// What may be planned, and when people are reminded of it.
import type { Maintenance, MaintenanceStatus } from '@checkstack/api';
import { HubProblem, invalidField } from '../problems.js';

const minuteMs = 60_000;
const longestMs = 366 * 86_400_000;

export interface Times {
  fromMs: number;
  toMs: number;
}

/** The next reminder that still is to come after the given time; of those that were missed none is given any more. */
export function nextReminder(fromMs: number, reminderMinutes: readonly number[], afterMs: number): Date | null {
  const ahead = reminderMinutes.map((minutes) => fromMs - minutes * minuteMs).filter((atMs) => atMs > afterMs);
  return ahead.length > 0 ? new Date(Math.min(...ahead)) : null;
}

export function refuseBadTimes({ fromMs, toMs }: Times): void {
  if (toMs <= fromMs) throw invalidField('to', 'It must end after it begins.');
  if (toMs - fromMs > longestMs) throw invalidField('to', 'A maintenance lasts a year at most.');
}

type Planned = Pick<
  Maintenance,
  'from' | 'to' | 'suppressNotifications' | 'reminderMinutes' | 'excludeFromAvailability'
> & { systemIds: readonly string[]; groupIds: readonly string[] };

/** Before it begins anything may be changed; then when it ends and what it is of; after it is over, what is said of it. */
export function refuseLateChange(status: MaintenanceStatus, before: Planned, after: Planned, nowMs: number): void {
  if (status === 'scheduled') return;
  const differs = (field: keyof Planned): boolean => JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  const refuse = (path: string, message: string): never => {
    throw new HubProblem('not_now', { detail: message, fields: [{ path, message }] });
  };
  if (differs('from')) refuse('from', status === 'cancelled' ? 'It was cancelled.' : 'It has begun already.');
  if (status === 'in-progress') {
    if (differs('to') && Date.parse(after.to) <= nowMs)
      refuse('to', 'That is past: end the maintenance, or let it end later.');
    return;
  }
  const late = (['to', 'systemIds', 'groupIds', 'suppressNotifications', 'reminderMinutes'] as const).find(differs);
  if (late) refuse(late, 'It is over.');
}
