import type { SatelliteGauges } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { clockWords, drainingWords, gaugesOf, spoolWords } from './satellite-words.js';

const calm: SatelliteGauges = {
  slices: 12,
  running: 1,
  runsPerSecond: 0.2,
  spoolRecords: 0,
  spoolBytes: 0,
  spoolOldestAgeMs: 0,
  lostRecords: 0,
  residentBytes: 47_000_000,
  cpuFraction: 0.03,
  clockOffsetMs: 0.4,
  roundTripMs: 12,
  warnings: [],
  at: '2030-01-01T00:00:00Z',
};
const toneOf = (label: string, gauges: Partial<SatelliteGauges>) =>
  gaugesOf({ ...calm, ...gauges }).find((gauge) => gauge.label === label)?.tone;

describe('the gauges of a satellite', () => {
  it('are calm when all is well', () => {
    expect(gaugesOf(calm).filter((gauge) => gauge.tone)).toEqual([]);
    expect(spoolWords(calm)).toBe('empty');
  });

  it.each<[string, Partial<SatelliteGauges>, string]>([
    ['Spool', { spoolRecords: 5, spoolOldestAgeMs: 61_000 }, 'degraded'],
    ['Lost', { lostRecords: 1 }, 'unhealthy'],
    ['Clock', { clockOffsetMs: -2500 }, 'degraded'],
    ['Processor', { cpuFraction: 0.95 }, 'degraded'],
  ])('%s stands out when it is bad', (label, gauges, tone) => {
    expect(toneOf(label, gauges)).toBe(tone);
  });

  it('do not worry about a spool that is just being shipped', () => {
    expect(toneOf('Spool', { spoolRecords: 5, spoolOldestAgeMs: 900 })).toBeUndefined();
  });

  it.each([
    [0.2, 'exact'],
    [1500, '1.5 s behind'],
    [-40, '40 ms ahead'],
  ])('a clock that is off by %s ms reads: %s', (offset, words) => {
    expect(clockWords(offset)).toBe(words);
  });
});

it('says whether a draining satellite still has what nobody else can run', () => {
  expect(drainingWords({ sliceCount: 0, status: 'online' })).toContain('has nothing to run');
  expect(drainingWords({ sliceCount: 1, status: 'online' })).toContain(
    'keeps one slice that no other satellite can run',
  );
  expect(drainingWords({ sliceCount: 3, status: 'offline' })).toContain('It is draining');
});
