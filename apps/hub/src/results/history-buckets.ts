// How a span is cut into buckets, and what a chart shows of each.
import type { AssertionBucket, Distribution, FactBucket, HistoryBucket } from '@checkstack/api';
import { failedKey, type FailedAssertion } from './rollup/rollup.js';
import { FactSummary } from './rollup/fact-summary.js';
import type { Distribution as Numbers } from './rollup/distribution.js';
import { dayMs, hourMs } from './rollup/tiers.js';

/** Lengths that people read easily. */
const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];
const shownTexts = 10;

/** Since when single runs, and hours, are kept; Unix milliseconds. */
export interface Kept {
  rawMs: number;
  hoursMs: number;
}

/** Beyond, reading single runs takes long. */
const mostRuns = 40_000;

/**
 * The shortest length with which the span needs no more buckets than asked for, and for which something is kept. Of a
 * day or more with so many runs, hours tell enough.
 */
export function bucketSeconds(
  fromMs: number,
  toMs: number,
  { points, kept, runs }: { points: number; kept: Kept; runs: number },
): number {
  const tooManySeconds = runs > mostRuns && toMs - fromMs >= dayMs ? hourMs / 1000 : 0;
  const atLeast = Math.max((toMs - fromMs) / 1000 / points, keptSeconds(fromMs, kept), tooManySeconds);
  return lengths.find((length) => length >= atLeast) ?? Math.ceil(atLeast / 86_400) * 86_400;
}

/** A chart of just what is kept must not turn coarse while it is asked for. */
function keptSeconds(fromMs: number, { rawMs, hoursMs }: Kept): number {
  if (fromMs < hoursMs - dayMs) return dayMs / 1000;
  return fromMs < rawMs - hourMs ? hourMs / 1000 : 0;
}

/** Runs of one series in one bucket, or some of them, as a tier tells them. */
export interface Piece {
  series: number;
  fromMs: number;
  healthy: number;
  degraded: number;
  unhealthy: number;
  unknown: number;
  /** Summaries, one behind the other. */
  latency: Buffer | null;
  /** The same as single durations, float32, big-endian. */
  durations: Buffer | null;
  evaluated: number;
  failed: FailedAssertion[] | null;
  /** Summaries of the fact that was asked for. */
  fact: Buffer | null;
}

export interface Wanted {
  fact: boolean;
  assertions: boolean;
}

/** What the pieces of one bucket come to. */
export function bucketOf(fromMs: number, pieces: readonly Piece[], wanted: Wanted): HistoryBucket {
  const sum = (name: 'healthy' | 'degraded' | 'unhealthy' | 'unknown'): number =>
    pieces.reduce((count, piece) => count + piece[name], 0);
  const latency = new FactSummary();
  for (const piece of pieces) {
    if (piece.latency) latency.merge(piece.latency);
    for (let at = 0; at < (piece.durations?.length ?? 0); at += 4) latency.add(piece.durations?.readFloatBE(at) ?? 0);
  }
  const { numbers } = latency;
  return {
    from: new Date(fromMs).toISOString(),
    healthy: sum('healthy'),
    degraded: sum('degraded'),
    unhealthy: sum('unhealthy'),
    unknown: sum('unknown'),
    meanMs: rounded(numbers?.mean),
    minMs: rounded(numbers?.min),
    maxMs: rounded(numbers?.max),
    p50Ms: rounded(numbers?.quantile(0.5)),
    p95Ms: rounded(numbers?.quantile(0.95)),
    p99Ms: rounded(numbers?.quantile(0.99)),
    ...(wanted.fact && { fact: factOf(pieces) }),
    ...(wanted.assertions && { assertions: assertionsOf(pieces) }),
  };
}

/** Tenths of a microsecond: more digits are no use, and make an answer twice as long. */
function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1e4) / 1e4;
}

function quantile(numbers: Numbers, q: number): number {
  // More digits than a sketch has to tell.
  return Number(numbers.quantile(q).toPrecision(6));
}

function factOf(pieces: readonly Piece[]): FactBucket {
  const { numbers, texts } = FactSummary.of(Buffer.concat(pieces.flatMap(({ fact }) => fact ?? [])));
  const values = texts?.top(shownTexts) ?? [];
  return {
    numbers: numbers ? distributionOf(numbers) : null,
    values,
    other: (texts?.count ?? 0) - values.reduce((sum, { count }) => sum + count, 0),
  };
}

function distributionOf(numbers: Numbers): Distribution {
  const { count, mean, min, max } = numbers;
  const [p50, p95, p99] = [quantile(numbers, 0.5), quantile(numbers, 0.95), quantile(numbers, 0.99)];
  return { count, mean, min, max, p50, p95, p99 };
}

function assertionsOf(pieces: readonly Piece[]): AssertionBucket {
  const failed = new Map<string, AssertionBucket['failed'][number]>();
  for (const one of pieces.flatMap((piece) => piece.failed ?? [])) {
    const [collector, assertion, expected, count] = one;
    const known = failed.get(failedKey(one));
    if (known) known.count += count;
    else failed.set(failedKey(one), { collector, assertion, expected, count });
  }
  return { evaluated: pieces.reduce((sum, piece) => sum + piece.evaluated, 0), failed: [...failed.values()] };
}

/** The starts of all buckets that touch the span, on multiples of their length. */
export function bucketStarts({ fromMs, toMs, seconds }: { fromMs: number; toMs: number; seconds: number }): number[] {
  const lengthMs = seconds * 1000;
  const first = Math.floor(fromMs / lengthMs);
  return Array.from({ length: Math.ceil(toMs / lengthMs) - first }, (_, index) => (first + index) * lengthMs);
}
