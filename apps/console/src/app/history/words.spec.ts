import type { TimeInStates } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { differenceWords } from './comparison.js';
import { failedWords, latencyWords, shareWords } from './latency-lines.js';
import { laneSummary, maintenanceWords, spansOf, timesOf } from './state-spans.js';
import { makeBucket } from './testing/make-history.js';
import { barPieces, knownWords, partSentence, percentWords } from './uptime-words.js';

const minute = 60_000;
const at = (minutes: number) => new Date(minutes * minute).toISOString();
const none = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 };

describe('states over time', () => {
  const window = { from: 10 * minute, to: 100 * minute };
  const spans = spansOf(
    [
      { state: 'healthy', from: at(60), to: null, reason: null },
      { state: 'unhealthy', from: at(40), to: at(50), reason: 'Refused.' },
      { state: 'healthy', from: at(0), to: at(40), reason: null },
    ],
    window,
  );

  it('are cut to the window, and what nobody wrote down is unknown', () => {
    expect(
      spans.map(({ state, from, to, isMissing }) => [state, from / minute, to / minute, isMissing ?? false]),
    ).toEqual([
      ['healthy', 10, 40, false],
      ['unhealthy', 40, 50, false],
      ['unknown', 50, 60, true],
      ['healthy', 60, 100, false],
    ]);
    expect(spansOf([], window).map(({ state, isMissing }) => [state, isMissing])).toEqual([['unknown', true]]);
  });

  it('are told in one sentence', () => {
    expect(laneSummary('Paris', spans)).toBe('Paris: healthy 77 % in 2 spans, unknown 11 %, unhealthy 11 %');
  });
});

describe('uptime', () => {
  const part = (seconds: Partial<TimeInStates['seconds']>, availablePercent: number | null): TimeInStates => ({
    from: at(0),
    to: at(60),
    seconds: { ...none, ...seconds },
    healthyPercent: null,
    availablePercent,
    excludedSeconds: 0,
    knownPercent: null,
  });

  it('is never rounded up to all of the time, and unknown is no number', () => {
    expect([100, 99.9999, 0, null].map(percentWords)).toEqual(['100 %', '99.99 %', '0 %', 'Not known']);
    expect([100, 99.9, 0.5, 0].map((knownPercent) => knownWords({ knownPercent }))).toEqual([
      '',
      'known 99 % of the time',
      'known < 1 % of the time',
      'known 0 % of the time',
    ]);
  });

  it('says of a bar how long it was how', () => {
    expect(partSentence(part({ healthy: 3000, unhealthy: 600 }, 83.3333))).toMatch(
      /: 83.33 % available; unhealthy 10 min$/,
    );
    expect(partSentence(part({ unknown: 3600 }, null))).toMatch(/: nothing is known$/);
  });

  it('shows a short outage, and nothing where there is no time', () => {
    const pieces = barPieces(part({ healthy: 3599, unhealthy: 1 }, 99.97));
    expect(pieces.map(({ state }) => state)).toEqual(['unhealthy', 'healthy']);
    expect(pieces[0]?.height).toBeGreaterThan(10);
    expect(pieces.reduce((sum, { height }) => sum + height, 0)).toBeCloseTo(100);
    expect(barPieces(part({}, null))).toEqual([]);
  });
});

describe('latency in words', () => {
  it('says where it was highest and how often nothing came', () => {
    const line = {
      key: 'a',
      name: 'a',
      buckets: [makeBucket(0, 10), makeBucket(minute, 40)],
      total: makeBucket(0, 40),
    };
    const silences = [{ from: 1, to: 2 }];
    expect(latencyWords({ ...line, silences })).toMatch(/^p50 40 ms, p95 40 ms, highest 80 ms at .+, 1 gap$/);
    expect(latencyWords({ ...line, silences: [], total: makeBucket(0, null) })).toBe('Nothing was measured');
  });

  it('counts what was not healthy, and rounds no failure away', () => {
    expect(failedWords(makeBucket(0, 1, { healthy: 2999, unhealthy: 1 }))).toBe('3,000 runs, 0.03 % not healthy');
    expect(failedWords(makeBucket(0, 1))).toBe('1 run, all healthy');
    expect([0, 0.00001, 0.12345, 0.5, 0.99999, 1].map(shareWords)).toEqual([
      '0 %',
      '< 0.01 %',
      '12 %',
      '50 %',
      '99.99 %',
      '100 %',
    ]);
  });

  it('says how far two are apart', () => {
    expect(differenceWords(50, 100)).toBe('+50 ms (2 ×)');
    expect(differenceWords(100, 75)).toBe('−25 ms (0.75 ×)');
    expect(differenceWords(1000, 1001)).toBe('+1 ms');
    expect(differenceWords(1, 1)).toBe('none');
    expect(differenceWords(null, 1)).toBe('–');
  });
});

describe('maintenance in a lane', () => {
  const maintenance = { id: 'm', title: 'Disks' };
  const span = (from: number, to: number | null) => ({ maintenance, from: at(from), to: to === null ? null : at(to) });

  it('is drawn as far as it lies in the window, and told', () => {
    const window = { from: Date.parse(at(10)), to: Date.parse(at(60)) };
    const times = timesOf([span(0, 5), span(0, 20), span(50, null)], window);
    expect(times.map(({ from, to }) => (to - from) / 60_000)).toEqual([10, 10]);
    expect(maintenanceWords(times)).toEqual(['in maintenance for 20 min in 2 spans']);
    expect(maintenanceWords([])).toEqual([]);
  });
});
