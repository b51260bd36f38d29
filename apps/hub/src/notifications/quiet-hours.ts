// When a user's quiet hours end, by the clock of a time zone.
import type { QuietHours } from '@checkstack/api';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The end of the quiet hours that `at` lies in; null: it lies in none. Where one span runs into the next, the end of both. */
export function quietUntil(at: Date, hours: readonly QuietHours[], timeZone: string): Date | null {
  const wall = wallClock(timeZone);
  let end: Date | null = null;
  // A week of nights without a break is as much as there can be.
  for (let spans = 0; spans < hours.length * 7 + 1; spans++) {
    const next = endOf(end ?? at, hours, wall);
    if (next === null) return end;
    end = next;
  }
  return end;
}

function endOf(at: Date, hours: readonly QuietHours[], wall: WallClock): Date | null {
  const now = wall(at.getTime());
  const ends = hours.flatMap(({ days, from, until }) => {
    const [fromMs, untilMs] = [timeMs(from), timeMs(until)];
    const lengthMs = untilMs > fromMs ? untilMs - fromMs : untilMs - fromMs + dayMs;
    // It began today, or yesterday and lasts past midnight.
    return [0, 1].flatMap((daysAgo) => {
      const midnightMs = Math.floor(now / dayMs) * dayMs - daysAgo * dayMs;
      const beginMs = midnightMs + fromMs;
      const isDay = days.includes(((new Date(midnightMs).getUTCDay() + 6) % 7) + 1);
      return isDay && beginMs <= now && now < beginMs + lengthMs ? [beginMs + lengthMs] : [];
    });
  });
  return ends.length === 0 ? null : instantOf(Math.max(...ends), wall, at);
}

/** Unix milliseconds → the wall clock's reading, as if it were UTC. */
type WallClock = (ms: number) => number;

function wallClock(timeZone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  return (ms) => {
    const part = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    return (
      Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'], part['hour'], part['minute'], part['second']) +
      (ms % 1000)
    );
  };
}

/** The first instant after `after` at which the clock shows this, or, where it skips it, later. */
function instantOf(readingMs: number, wall: WallClock, after: Date): Date {
  const [earlier, later] = [-dayMs, dayMs].map((shift) => readingMs - (wall(readingMs + shift) - (readingMs + shift)));
  const candidates = [...new Set([earlier, later])].filter((ms) => ms !== undefined).toSorted((a, b) => a - b);
  const exact = candidates.find((ms) => wall(ms) === readingMs && ms > after.getTime());
  if (exact !== undefined) return new Date(exact);
  // The clock jumps over it: the quiet hours end with the jump.
  let ms = Math.min(...candidates);
  while (wall(ms) < readingMs) ms += minuteMs;
  return new Date(Math.max(ms, after.getTime() + 1));
}

function timeMs(text: string): number {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  return (hour * 60 + minute) * minuteMs;
}
