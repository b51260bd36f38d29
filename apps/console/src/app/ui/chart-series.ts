import { durationWords } from './time.js';

export interface ChartSeries {
  label: string;
  /** One a time; null breaks the line, undefined does not: nothing was to be expected there. */
  values: readonly (number | null | undefined)[];
  /** Up to where most of it lies: a band above the line. */
  upper?: readonly (number | null | undefined)[];
}

/** A time in which nothing is known, in milliseconds. */
export interface ChartGap {
  from: number;
  to: number;
}

/** Colour and dashes of the n-th series: told apart without colours too. */
export function seriesLook(index: number): { property: string; dash: number[] } {
  const dashes = [[], [6, 3], [2, 3], [10, 3, 2, 3]];
  return { property: `--cs-series-${(index % 6) + 1}`, dash: dashes[index % dashes.length] ?? [] };
}

/** What the chart says to who cannot see it. */
export function chartSummary(what: string, series: readonly ChartSeries[], format = durationWords): string {
  const parts = series.map(({ label, values }) => {
    const known = values.filter((value) => typeof value === 'number');
    if (known.length === 0) return `${label}: nothing measured`;
    const newest = known.at(-1) ?? 0;
    return `${label}: ${format(Math.min(...known))} to ${format(Math.max(...known))}, newest ${format(newest)}`;
  });
  return `${what}. ${parts.join('; ')}.`;
}

/** The value at a time, or the measured one nearest to it where nothing was to be expected. */
export function valueNear({ values }: ChartSeries, index: number): number | null {
  for (let distance = 0; distance < values.length; distance++) {
    for (const value of [values[index - distance], values[index + distance]]) {
      if (value === null && distance === 0) return null;
      if (typeof value === 'number') return value;
    }
  }
  return null;
}
