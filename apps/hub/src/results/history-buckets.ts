import type { HistoryBucket } from '@checkstack/api';

/** Lengths that people read easily. */
const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** The shortest length with which the span needs no more buckets than asked for. */
export function bucketSeconds(fromMs: number, toMs: number, points: number): number {
  const atLeast = (toMs - fromMs) / 1000 / points;
  return lengths.find((length) => length >= atLeast) ?? Math.ceil(atLeast / 86_400) * 86_400;
}

export const emptyCounts = {
  healthy: 0,
  degraded: 0,
  unhealthy: 0,
  unknown: 0,
  meanMs: null,
  minMs: null,
  maxMs: null,
};

/** All buckets that touch the span, on multiples of their length, those without a run empty. */
export function filledBuckets(
  found: ReadonlyMap<number, Omit<HistoryBucket, 'from'>>,
  { fromMs, toMs, seconds }: { fromMs: number; toMs: number; seconds: number },
): HistoryBucket[] {
  const lengthMs = seconds * 1000;
  const buckets: HistoryBucket[] = [];
  for (let at = Math.floor(fromMs / lengthMs) * lengthMs; at < toMs; at += lengthMs)
    buckets.push({ from: new Date(at).toISOString(), ...(found.get(at) ?? emptyCounts) });
  return buckets;
}
