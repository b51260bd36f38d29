import { randomUUID } from 'node:crypto';
import { routes } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import type { FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub, type TestReplica } from '../testing/test-hub.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';

let hub: TestHub;
let replica: TestReplica;
/** On this replica, on the other one, and on this one again. */
let satellites: [EnrolledSatellite, EnrolledSatellite, EnrolledSatellite];
let fakes: [FakeSatellite, FakeSatellite, FakeSatellite];

beforeAll(async () => {
  hub = await startTestHub();
  replica = await hub.replica();
  satellites = [
    await enrolSatellite(hub, 'frankfurt'),
    await enrolSatellite(hub, 'berlin'),
    await enrolSatellite(hub, 'paris'),
  ];
  fakes = [await connect(hub, satellites[0]), await connect(replica, satellites[1]), await connect(hub, satellites[2])];
});
afterAll(async () => {
  await replica[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

/** A system that all three watch, each once and well. */
async function watchedWell(given: Parameters<typeof watchSystem>[2] = {}): Promise<WatchedSystem> {
  const watched = await watchSystem(hub, satellites, given);
  for (const [index, slice] of watched.sliceIds.entries())
    await fakes[index]?.ship(runsOf(slice, ['healthy'], { slotMs: Date.now() - 60_000 }));
  return watched;
}

async function fails({ sliceIds }: WatchedSystem, given: Partial<Result> = {}): Promise<void> {
  await fakes[0].ship(runsOf(sliceIds[0] ?? '', ['unhealthy'], given));
}

/** What the other locations were asked to confirm up to an onset that they are certainly asked about. */
async function askedBefore(): Promise<string[]> {
  const last = await watchedWell();
  await fails(last);
  for (const index of [1, 2] as const)
    await fakes[index].next('confirmRun', ({ slice }) => slice === last.sliceIds[index]);
  return fakes.flatMap((fake) => fake.received('confirmRun').map(({ slice }) => slice));
}

it('are asked for at all other locations, whichever replica holds their satellites, when one begins to fail', async () => {
  const watched = await watchedWell();
  await fails(watched);
  for (const index of [1, 2] as const)
    expect(await fakes[index].next('confirmRun')).toMatchObject({ slice: watched.sliceIds[index] });
  // Not again by what follows, nor by what they find.
  await fails(watched, { attempt: 2 });
  await fails(watched, { slotMs: Date.now() + 1_000 });
  await fakes[1].ship(runsOf(watched.sliceIds[1] ?? '', ['unhealthy'], { attempt: 3 }));
  const asked = await askedBefore();
  for (const [index, slice] of watched.sliceIds.entries())
    expect(asked.filter((other) => other === slice)).toHaveLength(index === 0 ? 0 : 1);
});

it('are not asked for by what is late, by a first run, or when they are switched off', async () => {
  const late = await watchedWell();
  await fails(late, { slotMs: Date.now() - 50_000 });
  const isNew = await watchSystem(hub, satellites);
  await fails(isNew, { attempt: 1 });
  const off = await watchedWell();
  await hub.admin.call(routes.assignments.update, { params: { id: off.assignmentId }, body: { confirm: false } });
  await fails(off);
  const asked = await askedBefore();
  for (const { sliceIds } of [late, isNew, off]) for (const slice of sliceIds) expect(asked).not.toContain(slice);
});

it('are asked for in the same environment only', async () => {
  const [live, test] = await Promise.all(
    ['live', 'test'].map((name) => hub.admin.call(routes.environments.create, { body: { name } })),
  );
  const watched = await watchSystem(hub, satellites.slice(0, 2));
  const { systemId: id, assignmentId } = watched;
  await hub.admin.call(routes.systems.update, {
    params: { id },
    body: { environmentIds: [live?.id ?? '', test?.id ?? ''] },
  });
  const { rows } = await hub.database.query<{ id: string; environment: string; location: string }>(
    `SELECT id, environment_id AS environment, location_id AS location FROM slices
     WHERE assignment_id = $1 AND retired_at IS NULL`,
    [assignmentId],
  );
  const slice = (satellite: EnrolledSatellite, environment: string | undefined): string =>
    rows.find((row) => row.location === satellite.locationId && row.environment === environment)?.id ?? '';
  const failing = slice(satellites[0], live?.id);
  await fakes[0].ship(runsOf(failing, ['healthy', 'unhealthy']).slice(0, 1));
  await fakes[0].ship(runsOf(failing, ['unhealthy']));
  await fakes[1].next('confirmRun', (frame) => frame.slice === slice(satellites[1], live?.id));
  const asked = await askedBefore();
  for (const satellite of satellites) expect(asked).not.toContain(slice(satellite, test?.id));
});

it('are asked only of satellites that understand it', async () => {
  const old = await enrolSatellite(hub, randomUUID());
  await using fake = await connect(hub, old, { hello: { features: [] } });
  const watched = await watchSystem(hub, [satellites[0], old, satellites[1]]);
  await fakes[0].ship(runsOf(watched.sliceIds[0] ?? '', ['healthy'], { slotMs: Date.now() - 60_000 }));
  await fails(watched);
  await fakes[1].next('confirmRun', ({ slice }) => slice === watched.sliceIds[2]);
  await fake.heartbeat();
  expect(fake.received('confirmRun')).toEqual([]);
  expect(fake.isOpen).toBe(true);
});

it('are not asked for any more when many slices of one satellite begin to fail together', async () => {
  const cutOff = await enrolSatellite(hub, randomUUID());
  await using fake = await connect(hub, cutOff);
  const many: WatchedSystem[] = [];
  for (let count = 0; count < 12; count++) many.push(await watchSystem(hub, [cutOff, satellites[1]]));
  const here = many.map(({ sliceIds }) => sliceIds[0] ?? '');
  await fake.ship(here.flatMap((slice) => runsOf(slice, ['healthy'], { slotMs: Date.now() - 60_000 })));
  await fake.ship(here.flatMap((slice) => runsOf(slice, ['unhealthy'])));
  const asked = await askedBefore();
  expect(many.filter(({ sliceIds }) => asked.includes(sliceIds[1] ?? ''))).toHaveLength(10);
});

it('count towards the threshold: a slice is degraded by the run that confirms', async () => {
  const watched = await watchedWell();
  const { sliceIds } = watched;
  const slotMs = Math.floor(Date.now() / 1000) * 1000;
  await fails(watched, { slotMs });
  await fails(watched, { slotMs, attempt: 2 });
  const { items } = await hub.admin.call(routes.results.slices, { query: { checkId: watched.checkId } });
  const state = items.find(({ id }) => id === sliceIds[0])?.state;
  expect(state?.state).toBe('degraded');
  // With the slot, or where the state before it, which may have been written meanwhile, ends.
  const sinceMs = Date.parse(state?.since ?? '');
  expect(sinceMs).toBeGreaterThanOrEqual(slotMs);
  expect(sinceMs).toBeLessThanOrEqual(Date.now());
});

it('are switched off in the roster of their satellites, and on again', async () => {
  const watched = await watchedWell();
  const slice = watched.sliceIds[1] ?? '';
  for (const confirm of [false, true]) {
    await hub.admin.call(routes.assignments.update, { params: { id: watched.assignmentId }, body: { confirm } });
    await fakes[1].holds((slices) => slices.some((own) => own.id === slice && own.confirm === confirm));
  }
  expect(await hub.admin.call(routes.assignments.list, { query: { checkId: watched.checkId } })).toMatchObject({
    items: [{ confirm: true }],
  });
});
