export interface TimeRange {
  from: number;
  to: number;
  /** It ends now, and moves on. */
  isLive: boolean;
}

export const presets = ['1h', '6h', '24h', '7d', '30d', '1y'] as const;
export type Preset = (typeof presets)[number];

const presetMs: Record<Preset, number> = {
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
  '30d': 2_592_000_000,
  '1y': 31_536_000_000,
};
const shortestMs = 60_000;

/** `6h`, or `<from>-<to>` in milliseconds; whatever cannot be read is the fallback. */
export function readRange(text: string | undefined, now: number, fallback: Preset = '1h'): TimeRange {
  const [, from, to] = /^(\d{1,15})-(\d{1,15})$/.exec(text ?? '') ?? [];
  if (from && to && Number(to) - Number(from) >= shortestMs) {
    return { from: Number(from), to: Number(to), isLive: false };
  }
  const preset = presets.find((known) => known === text) ?? fallback;
  return { from: now - presetMs[preset], to: now, isLive: true };
}

export function writeRange(from: number, to: number): string {
  const middle = (from + to) / 2;
  const half = Math.max(shortestMs, to - from) / 2;
  return `${Math.round(middle - half)}-${Math.round(middle + half)}`;
}

/** Moved by a part of its own length, but never beyond now. */
export function moved({ from, to }: TimeRange, part: number, now: number): string {
  const by = Math.min((to - from) * part, now - to);
  return writeRange(from + by, to + by);
}

/** Twice as long around the same middle. */
export function widened({ from, to }: TimeRange, now: number): string {
  const half = (to - from) / 2;
  const end = Math.min(now, to + half);
  return writeRange(end - half * 4, end);
}
