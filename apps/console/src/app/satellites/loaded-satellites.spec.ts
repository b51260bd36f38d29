import type { LiveMessage, Satellite, SatelliteGauges } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { patchedSatellite } from './loaded-satellites.js';

const id = '6f1c6a0e-7f6e-4d5b-9c64-0d8c3f1c2b11';
const gauges: SatelliteGauges = {
  slices: 1,
  running: 0,
  runsPerSecond: 1,
  spoolRecords: 0,
  spoolBytes: 0,
  spoolOldestAgeMs: 0,
  lostRecords: 0,
  residentBytes: 1,
  cpuFraction: 0,
  clockOffsetMs: 0,
  roundTripMs: 1,
  warnings: [],
  at: '2030-01-01T00:00:05Z',
};
const satellite = {
  id,
  status: 'online',
  rosterConfirmed: true,
  gauges: null,
  lastSeenAt: '2030-01-01T00:00:00Z',
} as Satellite;
const said = (message: Partial<Extract<LiveMessage, { type: 'satellite' }>>): LiveMessage => ({
  type: 'satellite',
  id,
  status: 'online',
  rosterConfirmed: true,
  gauges: null,
  ...message,
});

describe('a satellite that is looked at', () => {
  it('shows its newest gauges and when they came', () => {
    expect(patchedSatellite(satellite, said({ gauges }))).toMatchObject({ gauges, lastSeenAt: gauges.at });
  });

  it('shows that its roster is or is not confirmed', () => {
    expect(patchedSatellite(satellite, said({ rosterConfirmed: false }))).toMatchObject({ rosterConfirmed: false });
  });

  it('is read again when it comes, goes or was edited', () => {
    expect(patchedSatellite(satellite, said({ status: 'offline' }))).toBe('reload');
    expect(patchedSatellite(satellite, { type: 'changed', thing: 'satellite', id })).toBe('reload');
  });

  it('does not mind what is said of others', () => {
    expect(patchedSatellite(satellite, said({ id: 'another', status: 'offline' }))).toBe(satellite);
  });
});
