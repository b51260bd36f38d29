// What clocks on the wall show in a time zone, as if it were UTC: Unix milliseconds of the same digits. Safe in browsers.

const dayMs = 86_400_000;

export function isTimeZone(timeZone: string): boolean {
  try {
    return wallFormat(timeZone) !== undefined;
  } catch {
    return false;
  }
}

/** What the wall shows at an instant, to the second. */
export function wallTimeOf(instantMs: number, timeZone: string): number {
  const wholeMs = Math.floor(instantMs / 1000) * 1000;
  const parts = Object.fromEntries(
    wallFormat(timeZone)
      .formatToParts(wholeMs)
      .map(({ type, value }) => [type, value]),
  );
  const digits = [parts['year'], parts['month'], parts['day'], parts['hour'], parts['minute'], parts['second']];
  const [year = 0, month = 1, day, hour, minute, second] = digits.map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * When the wall shows this. What it shows twice is meant the first time; what it never shows is meant by the clock before it
 * was put forward, so that half past two comes to be half past three (RFC 5545 §3.3.5).
 */
export function instantOf(wallMs: number, timeZone: string): number {
  const offsetAt = (instantMs: number): number => wallTimeOf(instantMs, timeZone) - instantMs;
  const before = wallMs - offsetAt(wallMs - dayMs);
  const after = wallMs - offsetAt(wallMs + dayMs);
  const fitting = [before, after].filter((instantMs) => wallTimeOf(instantMs, timeZone) === wallMs);
  return fitting.length > 0 ? Math.min(...fitting) : before;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
