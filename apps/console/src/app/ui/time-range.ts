export interface TimeRange {
  from: number;
  to: number;
  /** It ends now, and moves on. */
  isLive: boolean;
}

export const presets = ['1h', '6h', '24h', '7d', '30d', '90d', '1y'] as const;
export type Preset = (typeof presets)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
export const presetMs: Record<Preset, number> = {
  '1h': hourMs,
  '6h': 6 * hourMs,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '90d': 90 * dayMs,
  '1y': 365 * dayMs,
};
const shortestMs = 60_000;
/** The hub refuses longer spans. */
const longestMs = 1096 * dayMs;

/** `6h`, or `<from>-<to>` in milliseconds; whatever cannot be read is the fallback. */
export function readRange(text: string | undefined, now: number, fallback: Preset = '1h'): TimeRange {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '') ?? [];
  const lengthMs = Number(to) - Number(from);
  if (lengthMs >= shortestMs && lengthMs <= longestMs) return { from: Number(from), to: Number(to), isLive: false };
  const preset = presets.find((known) => known === text) ?? fallback;
  return { from: now - presetMs[preset], to: now, isLive: true };
}

export function writeRange(from: number, to: number): string {
  const middle = (from + to) / 2;
  const half = Math.min(longestMs, Math.max(shortestMs, to - from)) / 2;
  return `${Math.round(middle - half)}-${Math.round(middle + half)}`;
}

/** Moved by a part of its own length, but never beyond now. */
export function moved({ from, to }: TimeRange, part: number, now: number): string {
  const by = Math.min((to - from) * part, now - to);
  return writeRange(from + by, to + by);
}

/** Twice as long around the same middle. */
export function widened({ from, to }: Pick<TimeRange, 'from' | 'to'>, now: number): string {
  const half = (to - from) / 2;
  const end = Math.min(now, to + half);
  return writeRange(end - half * 4, end);
}

/** As a date and time field takes it, in the zone of the browser. */
export function localInput(ms: number): string {
  const date = new Date(ms);
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
