import type { History, HistoryBucket, HistoryBy, Slice } from '@checkstack/api';

const named = (name: string) => ({ id: name, name });

export function makeSlice(place: string, more: Partial<Slice> = {}): Slice {
  return {
    id: `slice ${place}`,
    assignmentId: 'a1',
    check: { ...named('c1'), kind: 'http' },
    system: named('Shop'),
    environment: null,
    location: named(place),
    tag: null,
    place,
    satellite: null,
    state: { state: 'healthy', since: null, reason: null },
    flappingSince: null,
    maintenance: null,
    paused: false,
    lastRun: null,
    ...more,
  };
}

export function makeBucket(from: number, ms: number | null, more: Partial<HistoryBucket> = {}): HistoryBucket {
  return {
    from: new Date(from).toISOString(),
    healthy: ms === null ? 0 : 1,
    degraded: 0,
    unhealthy: 0,
    unknown: 0,
    meanMs: ms,
    minMs: ms,
    p50Ms: ms,
    p95Ms: ms,
    p99Ms: ms,
    maxMs: ms === null ? null : ms * 2,
    ...more,
  };
}

/** Lines by name, with a value for each half hour of the span. */
export function makeHistory(
  { from, to }: { from: number; to: number },
  lines: Record<string, readonly number[]>,
  by: string,
): History {
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    bucketSeconds: 1800,
    series: Object.entries(lines).map(([name, values]) => ({
      of: { by: by as HistoryBy, ...named(name) },
      slice: null,
      buckets: values.map((ms, index) => makeBucket(from + index * 1_800_000, ms)),
      total: makeBucket(from, values[0] ?? null, {
        healthy: values.length,
        p95Ms: values.at(-1) ?? null,
        maxMs: values.length > 0 ? Math.max(...values) * 2 : null,
      }),
    })),
    gaps: [],
  };
}
