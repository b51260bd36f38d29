// A chart by keyboard: where the cursor stands, what is selected, and which span is asked for.
import type { ChartSeries } from './chart-series.js';

export interface ChartCursor {
  /** Positions in the times; absent: nowhere. */
  at?: number;
  /** The other end of a selection. */
  mark?: number;
}

export interface ChartStep {
  cursor: ChartCursor;
  /** Milliseconds. */
  zoom?: { from: number; to: number };
}

export interface Key {
  key: string;
  shiftKey: boolean;
}

/** What a key does; undefined for keys that are not the chart's. */
export function pressed(
  { key, shiftKey }: Key,
  cursor: ChartCursor,
  { times, series }: { times: readonly number[]; series: readonly ChartSeries[] },
): ChartStep | undefined {
  const first = times[0];
  const last = times.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const stops = times.flatMap((_, index) => (series.some(({ values }) => values[index] !== undefined) ? [index] : []));
  const goTo = (at: number | undefined): ChartStep => ({
    cursor: at === undefined ? cursor : { at, ...(shiftKey ? { mark: cursor.mark ?? cursor.at ?? at } : {}) },
  });
  const at = cursor.at;
  switch (key) {
    case 'ArrowLeft':
      return goTo(at === undefined ? stops.at(-1) : (stops.findLast((stop) => stop < at) ?? stops[0]));
    case 'ArrowRight':
      return goTo(at === undefined ? stops[0] : (stops.find((stop) => stop > at) ?? stops.at(-1)));
    case 'Home':
      return goTo(stops[0]);
    case 'End':
      return goTo(stops.at(-1));
    case 'Enter': {
      const ends = [times[at ?? -1], times[cursor.mark ?? -1]].filter((time) => time !== undefined);
      if (ends.length < 2)
        return at === undefined ? undefined : { cursor: {}, zoom: around(times[at], first, last, 0.25) };
      return { cursor: {}, zoom: { from: Math.min(...ends), to: Math.max(...ends) } };
    }
    case '+':
    case '=':
      return { cursor: {}, zoom: around(times[at ?? -1], first, last, 0.25) };
    case '-':
      return { cursor: {}, zoom: around(undefined, first, last, 1) };
    case 'Escape':
      return { cursor: {} };
    default:
      return undefined;
  }
}

/** So much of the whole to either side; around the middle where no centre is given. */
function around(centre: number | undefined, first: number, last: number, part: number): { from: number; to: number } {
  const middle = centre ?? (first + last) / 2;
  return { from: middle - (last - first) * part, to: middle + (last - first) * part };
}
