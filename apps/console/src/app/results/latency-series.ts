import type { History } from '@checkstack/api';
import type { ChartGap, ChartSeries } from '../ui/chart-series.js';
import { sliceNames } from './slice-names.js';

export interface LatencySeries {
  times: number[];
  series: ChartSeries[];
  /** Where every one of the slices was silent. */
  gaps: ChartGap[];
  strips: { id: string; name: string; buckets: History['series'][number]['buckets'] }[];
}

/** A hole this many times as long as the usual distance between measurements is a gap. */
const holeFactor = 2.5;

/**
 * What a history looks like as lines. Buckets shorter than the check's interval are empty by nature; the line goes on over
 * them. It breaks where the hub reports a gap, where a run had no verdict, and where nothing came for far too long.
 */
export function latencySeries({
  from,
  to,
  series: all,
  gaps,
}: Pick<History, 'from' | 'to' | 'series' | 'gaps'>): LatencySeries {
  const series = all.flatMap(({ slice, buckets }) => (slice ? { slice, buckets } : []));
  const names = sliceNames(series.map(({ slice }) => slice));
  const known = new Set([Date.parse(from), Date.parse(to)]);
  for (const { buckets } of series) for (const bucket of buckets) known.add(Date.parse(bucket.from));
  const times = [...known].sort((left, right) => left - right);
  const position = new Map(times.map((time, index) => [time, index]));
  const silences = series.map(({ slice }) =>
    gaps
      .filter((gap) => gap.sliceId === slice.id)
      .map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) }))
      .sort((left, right) => left.from - right.from),
  );
  return {
    times,
    series: series.map(({ slice, buckets }, index) => {
      const line = (name: 'p50Ms' | 'p95Ms'): ChartSeries['values'] => {
        const values: ChartSeries['values'][number][] = Array.from({ length: times.length });
        for (const bucket of buckets) {
          const isBlind = bucket[name] === null && bucket.unknown > 0;
          values[position.get(Date.parse(bucket.from)) ?? 0] = isBlind ? null : (bucket[name] ?? undefined);
        }
        return broken(values, times, silences[index] ?? []);
      };
      return { label: names.get(slice.id) ?? '', values: line('p50Ms'), upper: line('p95Ms') };
    }),
    gaps: silences.reduce(overlap, [{ from: times[0] ?? 0, to: times.at(-1) ?? 0 }]),
    strips: series.map(({ slice, buckets }) => ({ id: slice.id, name: names.get(slice.id) ?? '', buckets })),
  };
}

/** Fills every hole with nulls that is not the distance between two runs. */
function broken(
  values: readonly (number | null | undefined)[],
  times: readonly number[],
  silences: readonly ChartGap[],
): (number | null | undefined)[] {
  const measured = times.flatMap((time, index) => (typeof values[index] === 'number' ? [{ time, index }] : []));
  const distances = measured.slice(1).map(({ time }, index) => time - (measured[index]?.time ?? time));
  const usual = distances.toSorted((left, right) => left - right)[Math.floor(distances.length / 2)] ?? 0;
  const result = [...values];
  measured.slice(1).forEach(({ time, index }, nth) => {
    const before = measured[nth];
    if (!before || index - before.index < 2) return;
    const isSilent = silences.some((silence) => silence.from < time && silence.to > before.time);
    if (isSilent || time - before.time > usual * holeFactor) result.fill(null, before.index + 1, index);
  });
  return result;
}

/** The times that are in both lists. */
function overlap(left: readonly ChartGap[], right: readonly ChartGap[]): ChartGap[] {
  return left.flatMap((one) =>
    right
      .map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }))
      .filter((both) => both.to > both.from),
  );
}
