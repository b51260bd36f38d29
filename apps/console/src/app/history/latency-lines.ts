// Which latency a chart shows: all quantiles of one line, or one quantile of several.
import type { HistoryBucket } from '@checkstack/api';
import { durationWords, shortTime } from '../ui/time.js';
import type { DrawnLine, HistoryLine } from './history-lines.js';

export const measures = ['p50', 'p95', 'max'] as const;
export type Measure = (typeof measures)[number];
export const measureWords: Record<Measure, string> = { p50: 'p50', p95: 'p95', max: 'Highest' };

export function readMeasure(text: string | undefined): Measure {
  return measures.find((measure) => measure === text) ?? 'p95';
}

const readers: Record<Measure, (bucket: HistoryBucket) => number | null> = {
  p50: ({ p50Ms }) => p50Ms,
  p95: ({ p95Ms }) => p95Ms,
  max: ({ maxMs }) => maxMs,
};

/** One line with the bands up to p95 and to the highest. */
export function bandLines(line: HistoryLine): DrawnLine[] {
  return measures.map((measure) => ({
    label: measureWords[measure],
    line,
    read: readers[measure],
    look: { colour: 0, isEdge: measure !== 'p50' },
  }));
}

/** Each line with one quantile. */
export function measureLines(lines: readonly HistoryLine[], measure: Measure): DrawnLine[] {
  return lines.map((line) => ({ label: line.name, line, read: readers[measure] }));
}

/** Lines beside each other: the median of each with a band up to its p95. */
export function comparedLines(lines: readonly HistoryLine[]): DrawnLine[] {
  return lines.flatMap((line, colour) => [
    { label: `${line.name} p50`, line, read: readers.p50, look: { colour } },
    { label: `${line.name} p95`, line, read: readers.p95, look: { colour, isEdge: true } },
  ]);
}

/** “p50 84 ms, p95 120 ms, highest 900 ms at 12:03, 2 gaps” */
export function latencyWords({ buckets, total, silences }: HistoryLine): string {
  if (!total || total.p50Ms === null || total.p95Ms === null || total.maxMs === null) return 'Nothing was measured';
  const highest = buckets.find(({ maxMs }) => maxMs === total.maxMs);
  const at = highest ? ` at ${shortTime(highest.from, Date.now())}` : '';
  return [
    `p50 ${durationWords(total.p50Ms)}`,
    `p95 ${durationWords(total.p95Ms)}`,
    `highest ${durationWords(total.maxMs)}${at}`,
    ...(silences.length > 0 ? [silences.length === 1 ? '1 gap' : `${silences.length} gaps`] : []),
  ].join(', ');
}

/** “3 % of 1,204 runs were not healthy” */
export function failedWords({ healthy, degraded, unhealthy }: HistoryBucket): string {
  const runs = healthy + degraded + unhealthy;
  if (runs === 0) return 'no runs';
  const bad = degraded + unhealthy;
  const of = `${runs.toLocaleString()} ${runs === 1 ? 'run' : 'runs'}`;
  return bad === 0 ? `${of}, all healthy` : `${of}, ${shareWords(bad / runs)} not healthy`;
}

/** “0.04 %”: never rounded to nothing, nor up to all. */
export function shareWords(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return '< 0.01 %';
  const digits = percent >= 10 && percent <= 90 ? 0 : 2;
  return `${Math.floor(percent * 10 ** digits) / 10 ** digits} %`;
}
