import type { Schedule } from '@checkstack/api';

/** “every minute”, “every 90 s”, “cron 0 6 * * * (Europe/Berlin)” */
export function scheduleWords(schedule: Schedule): string {
  if ('cron' in schedule) return `cron ${schedule.cron} (${schedule.timeZone})`;
  const { everySeconds: seconds } = schedule;
  const units: [number, string][] = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ];
  for (const [length, unit] of units) {
    if (seconds % length === 0) return seconds === length ? `every ${unit}` : `every ${seconds / length} ${unit}s`;
  }
  return seconds === 1 ? 'every second' : `every ${seconds} s`;
}
