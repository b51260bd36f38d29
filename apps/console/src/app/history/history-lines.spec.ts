import type { History } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { chartOf, historyLines, worstLines, type HistoryLine } from './history-lines.js';
import { measureLines } from './latency-lines.js';

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

/** One line a place, as the chart draws it. */
function latencySeries(told: History) {
  return chartOf(told, measureLines(historyLines(told), 'p50'));
}

describe('latency over time', () => {
  it('spans the range that was asked for, also where nothing is', () => {
    const { times, series } = latencySeries(history({ Paris: [bucket(100, 5)] }));
    expect(times).toEqual([0, 100_000, 600_000]);
    expect(series).toEqual([{ label: 'Paris', values: [undefined, 5, undefined] }]);
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

  it('breaks at a single empty bucket where buckets hold many runs', () => {
    const buckets = [0, 60, 120, 180, 240].map((time) =>
      bucket(time, time === 120 ? null : 7, { healthy: time === 120 ? 0 : 12 }),
    );
    const [line] = latencySeries(history({ Paris: buckets })).series;
    expect(line?.values.slice(0, 5)).toEqual([7, 7, null, 7, 7]);
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

  it('begins with the span, where its first bucket begins before', () => {
    const { times, series } = latencySeries({ ...history({ Paris: [bucket(0, 1), bucket(60, 2)] }), from: at(30) });
    expect(times).toEqual([30_000, 60_000, 600_000]);
    expect(series[0]?.values).toEqual([1, 2, undefined]);
  });

  it('knows the gaps of a line that is made of several slices', () => {
    const told = history({ Paris: [bucket(0, 1), bucket(300, 1)] }, [
      gap('slice-1', 60, 90),
      gap('slice-2', 80, 120),
      gap('slice-3', 10, 20),
    ]);
    const merged: History = {
      ...told,
      series: told.series.map((one) => ({ ...one, slice: null, of: { by: 'location', id: 'Paris', name: 'Paris' } })),
    };
    const placed = (id: string, location: string) => ({
      id,
      check: { ...named('Home page'), kind: 'http' },
      system: named('Shop'),
      environment: null,
      location: named(location),
      place: location,
    });
    const slices = [placed('slice-1', 'Paris'), placed('slice-2', 'Paris'), placed('slice-3', 'Rome')];
    expect(historyLines(merged, slices)[0]?.silences).toEqual([{ from: 60_000, to: 120_000 }]);
  });
});

describe('too many lines', () => {
  const line = (key: string, p95Ms: number, unhealthy: number): HistoryLine => ({
    key,
    name: key,
    buckets: [bucket(0, 1, { p95Ms, unhealthy, healthy: 10 })],
    silences: [],
    total: undefined,
  });

  it('are cut to those that fail most, then the slowest, in their own order', () => {
    const lines = [line('a', 10, 0), line('b', 30, 0), line('c', 20, 0), line('d', 5, 1)];
    expect(worstLines(lines, 3).map(({ key }) => key)).toEqual(['b', 'c', 'd']);
    expect(worstLines(lines, 4)).toEqual(lines);
  });
});
