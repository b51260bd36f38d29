// Times and durations in words, the same everywhere.

const dateTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayTime = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** “4 min”: the largest unit that says it, with a second one below ten. */
export function spanWords(ms: number): string {
  const span = Math.max(0, ms);
  if (span < minute) return `${Math.floor(span / 1000)} s`;
  if (span < hour) return `${Math.floor(span / minute)} min`;
  const [unit, rest, names] = span < day ? [hour, minute, ['h', 'min']] : [day, hour, ['d', 'h']];
  const whole = Math.floor(span / unit);
  const remainder = Math.floor((span % unit) / rest);
  return whole < 10 && remainder > 0 ? `${whole} ${names[0]} ${remainder} ${names[1]}` : `${whole} ${names[0]}`;
}

/** “4 min ago”, “just now”, “in 2 h”. */
export function agoWords(instant: string, now: number): string {
  const ms = now - Date.parse(instant);
  if (ms < -minute) return `in ${spanWords(-ms)}`;
  return ms < 10_000 ? 'just now' : `${spanWords(ms)} ago`;
}

/** The full local time with its zone. */
export function fullTime(instant: string): string {
  return dateTime.format(new Date(instant));
}

/** The time of day today, else with its date. */
export function shortTime(instant: string, now: number): string {
  const date = new Date(instant);
  return new Date(now).toDateString() === date.toDateString() ? clockTime.format(date) : dayTime.format(date);
}

/** “128 ms”, “1.42 s”, “2 min 5 s”: three significant digits at most. */
export function durationWords(ms: number): string {
  if (ms < 1) return `${ms === 0 ? 0 : ms.toPrecision(2)} ms`;
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < minute) return `${Number((ms / 1000).toPrecision(3))} s`;
  const seconds = Math.round((ms % minute) / 1000);
  return ms < hour ? `${Math.floor(ms / minute)} min${seconds ? ` ${seconds} s` : ''}` : spanWords(ms);
}

/** “Nov 23, 14:03” */
export function dayTimeWords(ms: number): string {
  return dayTime.format(ms);
}
