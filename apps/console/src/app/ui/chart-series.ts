import { durationWords, shortTime } from './time.js';

export interface ChartSeries {
  label: string;
  /** One a time; null breaks the line, undefined does not: nothing was to be expected there. */
  values: readonly (number | null | undefined)[];
  /** Its place among the colours where lines share one; its own place by default. */
  colour?: number;
  /** An edge is thin, and what lies between it and the series before it is filled. */
  isEdge?: boolean;
  /** It keeps its value until the next one. */
  isStepped?: boolean;
}

/** A time in which nothing is known, in milliseconds. */
export interface ChartGap {
  from: number;
  to: number;
}

export interface SeriesLook {
  property: string;
  dash: number[];
  width: number;
}

const dashes = [[], [6, 3], [2, 3], [10, 3, 2, 3]];
const edgeDashes = [
  [4, 3],
  [1, 3],
];

/** Colour and dashes of the series: told apart without colours too. */
export function seriesLooks(series: readonly Pick<ChartSeries, 'colour' | 'isEdge'>[]): SeriesLook[] {
  let edges = 0;
  return series.map(({ colour, isEdge }, index) => {
    edges = isEdge ? edges + 1 : 0;
    const place = colour ?? index;
    const dash = isEdge ? edgeDashes[(edges - 1) % edgeDashes.length] : dashes[place % dashes.length];
    return { property: `--cs-series-${(place % 6) + 1}`, dash: dash ?? [], width: isEdge ? 1 : 1.75 };
  });
}

interface Told {
  what: string;
  times: readonly number[];
  series: readonly ChartSeries[];
  format?: (value: number) => string;
}

/** What the chart says to who cannot see it. */
export function chartSummary({ what, times, series, format = durationWords }: Told): string {
  const parts = series.map(({ label, values }) => {
    const known = values.flatMap((value, index) => (typeof value === 'number' ? [{ value, index }] : []));
    const [first] = known;
    if (!first) return `${label}: nothing measured`;
    const lowest = known.reduce((least, one) => (one.value < least.value ? one : least), first);
    const highest = known.reduce((most, one) => (one.value > most.value ? one : most), first);
    const at = shortTime(new Date(times[highest.index] ?? 0).toISOString(), Date.now());
    const gaps = gapCount(values);
    return [
      `${label}: ${format(lowest.value)} to ${format(highest.value)}`,
      `highest at ${at}`,
      `newest ${format(known.at(-1)?.value ?? 0)}`,
      ...(gaps > 0 ? [gaps === 1 ? '1 gap' : `${gaps} gaps`] : []),
    ].join(', ');
  });
  return `${what}. ${parts.join('; ')}.`;
}

/** How often the line breaks. */
export function gapCount(values: ChartSeries['values']): number {
  const told = values.filter((value) => value !== undefined);
  return told.filter((value, place) => value === null && told[place - 1] !== null).length;
}

/** The value at a time, or the measured one nearest to it where nothing was to be expected. */
export function valueNear({ values }: Pick<ChartSeries, 'values'>, index: number): number | null {
  for (let distance = 0; distance < values.length; distance++) {
    for (const value of [values[index - distance], values[index + distance]]) {
      if (value === null && distance === 0) return null;
      if (typeof value === 'number') return value;
    }
  }
  return null;
}

/** Values without a line to either side: only a dot shows them. */
export function lonely(values: ChartSeries['values']): number[] {
  const told = values.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
  return told
    .filter(({ value }, place) => value !== null && (told[place - 1]?.value ?? told[place + 1]?.value ?? null) === null)
    .map(({ index }) => index);
}
