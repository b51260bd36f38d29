import type { History } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { latencySeries } from './latency-series.js';

const at = (seconds: number) => new Date(seconds * 1000).toISOString();
const named = (name: string) => ({ id: name, name });
type Bucket = History['series'][number]['buckets'][number];

function bucket(seconds: number, meanMs: number | null, more: Partial<Bucket> = {}): Bucket {
  const healthy = meanMs === null ? 0 : 1;
  return {
    from: at(seconds),
    healthy,
    degraded: 0,
    unhealthy: 0,
    unknown: 0,
    meanMs,
    minMs: null,
    maxMs: null,
    p50Ms: meanMs,
    p95Ms: meanMs,
    p99Ms: null,
    ...more,
  };
}

function history(locations: Record<string, Bucket[]>, gaps: History['gaps'] = []): History {
  const check = { ...named('Home page'), kind: 'http' };
  const series = Object.entries(locations).map(([location, buckets]) => ({
    of: { by: 'slice' as const, id: location, name: location },
    slice: {
      id: location,
      check,
      system: named('Shop'),
      environment: null,
      location: named(location),
      tag: null,
      place: location,
    },
    buckets,
  }));
  return { from: at(0), to: at(600), bucketSeconds: 20, series, gaps };
}

const gap = (sliceId: string, from: number, to: number) => ({
  sliceId,
  from: at(from),
  to: at(to),
  count: 1,
  reason: '',
});

describe('latency over time', () => {
  it('spans the range that was asked for, also where nothing is', () => {
    const { times, series } = latencySeries(history({ Paris: [bucket(100, 5)] }));
    expect(times).toEqual([0, 100_000, 600_000]);
    const values = [undefined, 5, undefined];
    expect(series).toEqual([{ label: 'Paris', values, upper: values }]);
  });

  it('goes on over buckets that are shorter than the check’s interval', () => {
    const buckets = [0, 20, 40, 60, 80, 100, 120].map((time) => bucket(time, time % 60 === 0 ? 7 : null));
    const [line] = latencySeries(history({ Paris: buckets })).series;
    expect(line?.values.slice(0, 7)).toEqual([7, undefined, undefined, 7, undefined, undefined, 7]);
  });

  it('breaks where the hub reports a gap', () => {
    const buckets = [0, 60, 120, 140, 160, 180, 240].map((time) => bucket(time, time % 60 === 0 ? 7 : null));
    const [line] = latencySeries(history({ Paris: buckets }, [gap('Paris', 125, 175)])).series;
    expect(line?.values.slice(0, 7)).toEqual([7, 7, 7, null, null, 7, 7]);
  });

  it('breaks where nothing came for far too long', () => {
    const buckets = [0, 60, 120, 200, 280, 360, 420].map((time) => bucket(time, time < 130 || time > 350 ? 7 : null));
    const [line] = latencySeries(history({ Paris: buckets })).series;
    expect(line?.values.slice(0, 7)).toEqual([7, 7, 7, null, null, 7, 7]);
  });

  it('breaks where a run had no verdict', () => {
    const buckets = [bucket(0, 7), bucket(60, null, { unknown: 1 }), bucket(120, 7)];
    const [line] = latencySeries(history({ Paris: buckets })).series;
    expect(line?.values.slice(0, 3)).toEqual([7, null, 7]);
  });

  it('shades only the time in which every place was silent', () => {
    const silent = [gap('Paris', 100, 300), gap('Rome', 200, 400)];
    expect(latencySeries(history({ Paris: [], Rome: [] }, silent)).gaps).toEqual([{ from: 200_000, to: 300_000 }]);
    expect(latencySeries(history({ Paris: [], Rome: [] }, silent.slice(0, 1))).gaps).toEqual([]);
  });

  it('lines up places that were measured at different times', () => {
    const { times, series } = latencySeries(history({ Paris: [bucket(0, 1)], Rome: [bucket(30, 2)] }));
    expect(times).toEqual([0, 30_000, 600_000]);
    expect(series.map(({ values }) => values)).toEqual([
      [1, undefined, undefined],
      [undefined, 2, undefined],
    ]);
  });
});
