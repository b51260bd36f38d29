import { describe, expect, it } from 'vitest';
import { chartSummary, valueNear } from './chart-series.js';
import { sparkPath } from './sparkline.js';
import { moved, readRange, widened, writeRange } from './time-range.js';
import { agoWords, durationWords, shortTime, spanWords } from './time.js';

const now = Date.parse('2026-11-23T12:00:00Z');
const hour = 3_600_000;

describe('times in words', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.42 ms'],
    [2.44, '2.4 ms'],
    [127.6, '128 ms'],
    [1423, '1.42 s'],
    [59_960, '60 s'],
    [125_000, '2 min 5 s'],
    [7_260_000, '2 h 1 min'],
  ])('a duration of %s ms is %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });

  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [61 * 60_000, '1 h 1 min'],
    [23 * hour, '23 h'],
    [49 * hour, '2 d 1 h'],
    [400 * 24 * hour, '400 d'],
  ])('a span of %s ms is %s', (ms, words) => {
    expect(spanWords(ms)).toBe(words);
  });

  it.each([
    ['2026-11-23T11:59:55Z', 'just now'],
    ['2026-11-23T11:56:00Z', '4 min ago'],
    ['2026-11-23T14:00:00Z', 'in 2 h'],
    ['2026-11-23T12:00:20Z', 'just now'],
  ])('%s is %s', (instant, words) => {
    expect(agoWords(instant, now)).toBe(words);
  });
});

describe('the range of time in an address', () => {
  it('moves with the clock when it is a preset', () => {
    expect(readRange('24h', now)).toEqual({ from: now - 24 * hour, to: now, isLive: true });
  });

  it('stands still when it is a span', () => {
    const range = { from: now - 3 * hour, to: now - hour, isLive: false };
    expect(readRange(writeRange(range.from, range.to), now)).toEqual(range);
  });

  it.each([undefined, '', 'yesterday', '5-4', '1-2', '9h'])('falls back where it says nothing: %s', (text) => {
    expect(readRange(text, now)).toEqual({ from: now - hour, to: now, isLive: true });
  });

  it('steps and widens, but never beyond now', () => {
    const range = { from: now - 3 * hour, to: now - hour, isLive: false };
    expect(readRange(moved(range, -0.5, now), now)).toMatchObject({ from: now - 4 * hour, to: now - 2 * hour });
    expect(readRange(moved(range, 5, now), now)).toMatchObject({ from: now - 2 * hour, to: now });
    expect(readRange(widened(range, now), now)).toMatchObject({ from: now - 4 * hour, to: now });
  });

  it('is never too short to see anything', () => {
    const { from, to } = readRange(writeRange(now - 2, now - 1), now);
    expect(to - from).toBe(60_000);
  });
});

describe('what is drawn', () => {
  it('is told in words', () => {
    const series = [
      { label: 'Paris', values: [10, null, 30] },
      { label: 'Rome', values: [null, undefined] },
    ];
    const at = (index: number) => shortTime(new Date(index).toISOString(), Date.now());
    expect(chartSummary({ what: 'Latency', times: [0, 1, 2], series })).toBe(
      `Latency. Paris: 10 ms to 30 ms, highest at ${at(2)}, newest 30 ms, 1 gap; Rome: nothing measured.`,
    );
  });

  it('has the nearest value where none was to be expected, and none in a gap', () => {
    const series = { label: 'Paris', values: [10, undefined, undefined, null, 40] };
    expect([0, 1, 2, 3, 4].map((index) => valueNear(series, index))).toEqual([10, 10, 10, null, 40]);
  });

  it('lifts the pen where nothing was measured', () => {
    expect(sparkPath([100, 50, null, 100])).toBe('M0 4h0L1 50M3 4h0');
    expect(sparkPath([])).toBe('');
  });
});
