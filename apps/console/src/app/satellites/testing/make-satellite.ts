import type { Satellite, SatelliteGauges } from '@checkstack/api';

export const calmGauges: SatelliteGauges = {
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

/** A satellite that is online and well. */
export function makeSatellite(name: string, given: Partial<Satellite> = {}): Satellite {
  return {
    id: crypto.randomUUID(),
    name,
    location: { id: crypto.randomUUID(), name: 'Paris' },
    tags: [],
    status: 'online',
    local: false,
    draining: false,
    release: '0.2.0',
    outdated: false,
    hubRelease: '0.2.0',
    hostname: 'edge-1',
    platform: 'linux x64',
    probeKinds: ['http', 'tcp', 'dns'],
    refusedKinds: [],
    neededKinds: ['http'],
    rosterConfirmed: true,
    lastSeenAt: '2030-01-01T00:00:00Z',
    connectedAt: '2030-01-01T00:00:00Z',
    sliceCount: 12,
    refusedResults: 0,
    rejectedResults: { count: 0, newest: null },
    supersededResults: 0,
    gauges: calmGauges,
    offlineToleranceSeconds: 45,
    oldTokenEndsAt: null,
    createdAt: '2029-01-01T00:00:00Z',
    version: 7,
    ...given,
  };
}
