// A system with a check on it and satellites in their own locations, made over REST: the usual start of a spec about results.
import { randomUUID } from 'node:crypto';
import { routes, type Schedule, type Thresholds } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import { FakeSatellite, sampleResult, type FakeSatelliteOptions } from '@checkstack/link/testing';
import type { TestHub, TestReplica } from './test-hub.js';

export interface EnrolledSatellite {
  id: string;
  name: string;
  token: string;
  locationId: string;
}

export async function enrolSatellite(hub: TestHub, name: string): Promise<EnrolledSatellite> {
  const { satellite, token } = await hub.admin.call(routes.satellites.enrol, {
    body: { name, location: { name: `${name}'s place` } },
  });
  return { id: satellite.id, name, token, locationId: satellite.location.id };
}

export function connect(
  replica: Pick<TestReplica, 'url'>,
  { token }: Pick<EnrolledSatellite, 'token'>,
  options: Partial<FakeSatelliteOptions> = {},
): Promise<FakeSatellite> {
  return FakeSatellite.connect({ url: replica.url, token, ...options });
}

export interface WatchedSystem {
  systemId: string;
  checkId: string;
  assignmentId: string;
  /** The slices' UUIDs, in the order of the satellites. */
  sliceIds: string[];
}

export async function watchSystem(
  hub: TestHub,
  satellites: EnrolledSatellite[],
  given: { thresholds?: Partial<Thresholds>; schedule?: Schedule; name?: string } = {},
): Promise<WatchedSystem> {
  const name = given.name ?? randomUUID();
  const system = await hub.admin.call(routes.systems.create, { body: { name: `shop ${name}` } });
  const check = await hub.admin.call(routes.checks.create, {
    body: {
      name: `front page ${name}`,
      kind: 'http',
      config: { url: 'http://127.0.0.1/' },
      collectors: [{ collector: 'response' }],
      schedule: given.schedule ?? { everySeconds: 60 },
      timeoutMs: 5_000,
    },
  });
  const assignment = await hub.admin.call(routes.assignments.create, {
    body: {
      checkId: check.id,
      systemId: system.id,
      locationIds: satellites.map(({ locationId }) => locationId),
      thresholds: { healthy: 1, degraded: 2, unhealthy: 3, ...given.thresholds },
    },
  });
  const { rows } = await hub.database.query<{ id: string; location: string }>(
    'SELECT id, location_id AS location FROM slices WHERE assignment_id = $1',
    [assignment.id],
  );
  const sliceIds = satellites.map(({ locationId }) => rows.find(({ location }) => location === locationId)?.id ?? '');
  return { systemId: system.id, checkId: check.id, assignmentId: assignment.id, sliceIds };
}

/** Results of one slice, one a minute, the last one's slot a moment ago. */
export function runsOf(slice: string, verdicts: readonly Result['verdict'][], given: Partial<Result> = {}): Result[] {
  const newestMs = given.slotMs ?? Math.floor(Date.now() / 1000) * 1000;
  return verdicts.map((verdict, index) => {
    const slotMs = newestMs - (verdicts.length - 1 - index) * 60_000;
    const isDown = verdict === 'unhealthy' || verdict === 'degraded';
    const failure = isDown
      ? ({ side: 'target', code: 'connect_refused', message: 'Connection refused by 127.0.0.1:80' } as const)
      : null;
    return sampleResult({ startedAtMs: slotMs, failure, ...given, slice, slotMs, verdict });
  });
}
