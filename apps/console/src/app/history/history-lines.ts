import type { History, HistoryBucket, HistorySeries, Slice } from '@checkstack/api';
import { sliceNames } from '../results/slice-names.js';
import type { ChartGap, ChartSeries } from '../ui/chart-series.js';

/** One series of a history, with what it is called and when it was silent. */
export interface HistoryLine {
  key: string;
  name: string;
  buckets: readonly HistoryBucket[];
  /** In order, without overlaps. */
  silences: ChartGap[];
  total: HistoryBucket | undefined;
}

type Told = Pick<History, 'from' | 'to' | 'series' | 'gaps'>;
type Placed = Pick<Slice, 'id' | 'check' | 'system' | 'environment' | 'location' | 'place'>;
type Value = ChartSeries['values'][number];

/** A hole this many times as long as the usual distance between measurements is a gap. */
const holeFactor = 2.5;
/** Where buckets usually hold several runs, one without any is a gap. */
const fullHoleFactor = 1.5;
const fullBucket = 3;

/** The lines of a history; the slices tell which line a gap belongs to where several make one line. */
export function historyLines({ series, gaps }: Told, slices: readonly Placed[] = []): HistoryLine[] {
  const named = sliceNames(series.flatMap(({ slice }) => slice ?? []));
  const keyOfSlice = new Map(slices.map((slice) => [slice.id, (by: HistorySeries['of']['by']) => placeOf(slice, by)]));
  return series.map(({ of, slice, buckets, total }) => ({
    key: of.id ?? of.name ?? '',
    name: slice ? (named.get(slice.id) ?? '') : (of.name ?? (of.by === 'environment' ? 'No environment' : '')),
    buckets,
    silences: merged(
      gaps
        .filter(({ sliceId }) =>
          slice ? sliceId === slice.id : keyOfSlice.get(sliceId)?.(of.by) === (of.id ?? of.name),
        )
        .map((gap) => ({ from: Date.parse(gap.from), to: Date.parse(gap.to) })),
    ),
    total,
  }));
}

function placeOf(slice: Placed, by: HistorySeries['of']['by']): string | null {
  switch (by) {
    case 'slice':
      return slice.id;
    case 'location':
      return slice.location?.id ?? slice.place;
    case 'environment':
      return slice.environment?.id ?? null;
    case 'check':
      return slice.check.id;
    case 'system':
      return slice.system.id;
  }
}

export interface DrawnLine {
  label: string;
  line: HistoryLine;
  /** Null or undefined where the bucket has none. */
  read: (bucket: HistoryBucket) => number | null | undefined;
  look?: Pick<ChartSeries, 'colour' | 'isEdge' | 'isStepped'>;
}

/**
 * What lines look like. Buckets shorter than the check's interval are empty by nature; a line goes on over them. It breaks
 * where the hub reports a gap, where a run had no verdict, and where nothing came for far too long: at once where buckets
 * usually hold several runs.
 */
export function chartOf({ from, to }: Pick<Told, 'from' | 'to'>, drawn: readonly DrawnLine[]) {
  const known = new Set([Date.parse(from), Date.parse(to)]);
  // A bucket may begin before the span.
  const startOf = (bucket: HistoryBucket) => Math.max(Date.parse(from), Date.parse(bucket.from));
  for (const { line } of drawn) for (const bucket of line.buckets) known.add(startOf(bucket));
  const times = [...known].sort((left, right) => left - right);
  const position = new Map(times.map((time, index) => [time, index]));
  const series = drawn.map(({ label, line, read, look }): ChartSeries => {
    const values: Value[] = Array.from({ length: times.length });
    for (const bucket of line.buckets) {
      const value = read(bucket) ?? undefined;
      const isBlind = value === undefined && bucket.unknown > 0;
      values[position.get(startOf(bucket)) ?? 0] = isBlind ? null : value;
    }
    const factor = usualRuns(line.buckets) >= fullBucket ? fullHoleFactor : holeFactor;
    return { label, values: broken(values, times, { silences: line.silences, factor }), ...look };
  });
  const whole = [{ from: times[0] ?? 0, to: times.at(-1) ?? 0 }];
  return { times, series, gaps: drawn.map(({ line }) => line.silences).reduce(overlap, whole) };
}

/** Fills every hole with nulls that is not the distance between two runs. */
function broken(
  values: readonly Value[],
  times: readonly number[],
  { silences, factor }: { silences: readonly ChartGap[]; factor: number },
): Value[] {
  const measured = times.flatMap((time, index) => (typeof values[index] === 'number' ? [{ time, index }] : []));
  const distances = measured.slice(1).map(({ time }, index) => time - (measured[index]?.time ?? time));
  const usual = median(distances);
  const result = [...values];
  measured.slice(1).forEach(({ time, index }, nth) => {
    const before = measured[nth];
    if (!before || index - before.index < 2) return;
    const isSilent = silences.some((silence) => silence.from < time && silence.to > before.time);
    if (isSilent || time - before.time > usual * factor) result.fill(null, before.index + 1, index);
  });
  return result;
}

/** In a bucket that is not empty. */
function usualRuns(buckets: readonly HistoryBucket[]): number {
  return median(buckets.map(runsIn).filter((runs) => runs > 0));
}

function runsIn({ healthy, degraded, unhealthy }: HistoryBucket): number {
  return healthy + degraded + unhealthy;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0;
}

/** The times that are in any of them. */
function merged(gaps: readonly ChartGap[]): ChartGap[] {
  const result: ChartGap[] = [];
  for (const gap of gaps.toSorted((left, right) => left.from - right.from)) {
    const last = result.at(-1);
    if (last && gap.from <= last.to) last.to = Math.max(last.to, gap.to);
    else result.push({ ...gap });
  }
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

/** At most so many lines are drawn; those that ended badly most often come first, then the slowest. */
export function worstLines(lines: readonly HistoryLine[], count: number): HistoryLine[] {
  if (lines.length <= count) return [...lines];
  const judged = lines.map((line, index) => ({ line, index, ...badness(line) }));
  judged.sort((left, right) => right.failed - left.failed || right.slow - left.slow);
  // In the order in which they were told, so that colours do not wander.
  return judged
    .slice(0, count)
    .sort((left, right) => left.index - right.index)
    .map(({ line }) => line);
}

function badness({ buckets }: HistoryLine): { failed: number; slow: number } {
  const runs = buckets.reduce((sum, bucket) => sum + runsIn(bucket), 0);
  const bad = buckets.reduce((sum, { degraded, unhealthy }) => sum + degraded + unhealthy, 0);
  const slowest = buckets.reduce((most, { p95Ms }) => Math.max(most, p95Ms ?? 0), 0);
  return { failed: runs === 0 ? 0 : bad / runs, slow: slowest };
}
