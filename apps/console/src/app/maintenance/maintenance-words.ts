// What maintenances are called on the screen, and their times.
import { wallTimeOf, type Audience, type MaintenanceStatus, type MaintenanceSummary } from '@checkstack/api';
import { spanWords } from '../ui/time.js';

export const statusWords: Record<MaintenanceStatus, string> = {
  scheduled: 'Scheduled',
  'in-progress': 'In progress',
  completed: 'Completed',
  cancelled: 'Cancelled',
};

export const audienceWords: Record<Audience, string> = {
  public: 'Public',
  'signed-in': 'Signed in',
  internal: 'Internal',
};

export const reminderChoices = [15, 60, 240, 1440, 10_080];

export function reminderWords(minutes: number): string {
  return `${spanWords(minutes * 60_000)} before`;
}

export const hereZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** “Sun, Mar 29, 2026, 03:30 – 05:30 CEST”: the day once where both are of it. */
export function windowWords({ from, to }: { from: string; to: string }, timeZone = hereZone): string {
  const format = new Intl.DateTimeFormat(undefined, {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  return format.formatRange(Date.parse(from), Date.parse(to));
}

/** “03:30 – 05:30”; with the day of its end where that is another one. */
export function hoursWords({ from, to }: { from: string; to: string }): string {
  const hour: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  const [begin, end] = [new Date(from), new Date(to)];
  const isOneDay = begin.toDateString() === end.toDateString();
  const last = isOneDay ? hour : { ...hour, month: 'short' as const, day: 'numeric' as const };
  return `${begin.toLocaleTimeString(undefined, hour)} – ${end.toLocaleString(undefined, last)}`;
}

/** “Today”, “Tomorrow”, “Sunday, March 29”. */
export function dayWords(instant: string, now: number): string {
  const day = new Date(instant);
  const isDay = (ms: number): boolean => new Date(ms).toDateString() === day.toDateString();
  if (isDay(now)) return 'Today';
  if (isDay(now + 86_400_000)) return 'Tomorrow';
  const isThisYear = day.getFullYear() === new Date(now).getFullYear();
  return day.toLocaleDateString(undefined, {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    ...(!isThisYear && { year: 'numeric' }),
  });
}

/** In their order, day by day. */
export function byDay(
  items: readonly MaintenanceSummary[],
  now: number,
): { day: string; items: readonly MaintenanceSummary[] }[] {
  const days = new Map<string, MaintenanceSummary[]>();
  for (const item of items) {
    const day = dayWords(actualWindow(item).from, now);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days].map(([day, ofDay]) => ({ day, items: ofDay }));
}

/** When it really was, as far as it was. */
export function actualWindow({ from, to, startedAt, endedAt }: MaintenanceSummary): { from: string; to: string } {
  return { from: startedAt ?? from, to: endedAt !== null && startedAt !== null ? endedAt : to };
}

/** “Shop, Payments, group Databases and 3 more”. */
export function targetWords({ systems, groups }: Pick<MaintenanceSummary, 'systems' | 'groups'>, most = 3): string {
  const names = [...systems.map(({ name }) => name), ...groups.map(({ name }) => `group ${name}`)];
  if (names.length === 0) return 'No system';
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

/** As a `datetime-local` field takes it. */
export function wallInput(instant: string, timeZone: string): string {
  return new Date(wallTimeOf(Date.parse(instant), timeZone)).toISOString().slice(0, 16);
}
