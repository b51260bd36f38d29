import { randomUUID } from 'node:crypto';
import { routes, type StateNow } from '@checkstack/api';
import type { FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';
import { SilenceWatch } from './silence-watch.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let fake: FakeSatellite;
beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt-1');
  fake = await connect(hub, satellite);
});
afterAll(() => hub[Symbol.asyncDispose]());

async function stateOfSlice(id: string): Promise<StateNow | undefined> {
  const { items } = await hub.admin.call(routes.results.slices, { query: { limit: 1000 } });
  return items.find((slice) => slice.id === id)?.state;
}

async function stateOfSystem({ systemId }: WatchedSystem): Promise<StateNow> {
  return (await hub.admin.call(routes.systems.read, { params: { id: systemId } })).state;
}

async function events(id: string): Promise<{ from: string; to: string }[]> {
  const { rows } = await hub.database.query<{ payload: { from: string; to: string } }>(
    'SELECT payload FROM events WHERE subject_id = $1 ORDER BY id',
    [id],
  );
  return rows.map(({ payload: { from, to } }) => ({ from, to }));
}

async function intervals(query: { sliceId?: string; systemId?: string }): Promise<string[]> {
  const { items } = await hub.admin.call(routes.results.intervals, { query });
  for (const [index, { from }] of items.entries()) if (index > 0) expect(items[index - 1]?.from).not.toBe(from);
  expect(items.filter(({ to }) => to === null)).toHaveLength(1);
  return items.map(({ state }) => state).reverse();
}

describe('a slice', () => {
  it('waits for its first result, then follows its thresholds', async () => {
    const watched = await watchSystem(hub, [satellite], { schedule: { everySeconds: 300 } });
    const slice = watched.sliceIds[0] ?? '';
    await expect
      .poll(() => stateOfSlice(slice), { timeout: 10_000 })
      .toMatchObject({
        state: 'unknown',
        reason: 'Waiting for the first result',
      });
    const [one, two, three, four] = runsOf(slice, ['healthy', 'unhealthy', 'unhealthy', 'unhealthy']);
    const states: string[] = [];
    for (const run of [one!, two!, three!, four!]) {
      await fake.ship([run]);
      states.push((await stateOfSlice(slice))?.state ?? '');
    }
    expect(states).toEqual(['healthy', 'healthy', 'degraded', 'unhealthy']);
    expect(await stateOfSlice(slice)).toMatchObject({
      state: 'unhealthy',
      reason: 'Connection refused by 127.0.0.1:80 (3 runs in a row)',
    });
    expect(await stateOfSystem(watched)).toMatchObject({
      state: 'unhealthy',
      reason: expect.stringContaining('Connection refused by 127.0.0.1:80 (3 runs in a row)'),
    });
    expect(await events(slice)).toEqual([
      { from: 'unknown', to: 'healthy' },
      { from: 'healthy', to: 'degraded' },
      { from: 'degraded', to: 'unhealthy' },
    ]);
    expect(await intervals({ sliceId: slice })).toEqual(['unknown', 'healthy', 'degraded', 'unhealthy']);
    expect(await intervals({ systemId: watched.systemId })).toEqual(['unknown', 'healthy', 'degraded', 'unhealthy']);
  });

  it('goes on counting where another hub process stopped', async () => {
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const slice = sliceIds[0] ?? '';
    const [one, two, three, four] = runsOf(slice, ['healthy', 'unhealthy', 'unhealthy', 'unhealthy']);
    await fake.ship([one!, two!, three!]);
    const berlin = await enrolSatellite(hub, randomUUID());
    await hub.database.query(
      `UPDATE placements SET satellite_id = $2, placed_at = now() FROM slices WHERE number = slice_number AND slices.id = $1`,
      [slice, berlin.id],
    );
    await using replica = await hub.replica();
    await using other = await connect(replica, berlin);
    await other.ship([four!]);
    expect((await stateOfSlice(slice))?.state).toBe('unhealthy');
  });

  it('is not raised by what arrives late', async () => {
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const slice = sliceIds[0] ?? '';
    await fake.ship(runsOf(slice, ['healthy', 'healthy', 'healthy']));
    const before = await events(slice);
    const backlog = runsOf(slice, ['unhealthy', 'unhealthy', 'unhealthy', 'unhealthy'], {
      slotMs: Date.now() - 3_600_000,
    });
    await fake.ship(backlog, { stream: randomUUID(), firstSequence: 1 });
    expect((await stateOfSlice(slice))?.state).toBe('healthy');
    expect(await events(slice)).toEqual(before);
    const { items } = await hub.admin.call(routes.results.runs, { query: { sliceId: slice, verdict: 'unhealthy' } });
    expect(items).toHaveLength(4);
  });

  it('is not raised by a backlog alone, but by one that a fresh run confirms', async () => {
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const slice = sliceIds[0] ?? '';
    await fake.ship(runsOf(slice, ['healthy'], { slotMs: Date.now() - 7_200_000 }));
    await fake.ship(runsOf(slice, ['unhealthy', 'unhealthy', 'unhealthy'], { slotMs: Date.now() - 3_600_000 }));
    expect((await stateOfSlice(slice))?.state).toBe('unknown');
    await fake.ship(runsOf(slice, ['unhealthy']));
    expect((await stateOfSlice(slice))?.state).toBe('unhealthy');
  });

  it('is unknown when its satellite says nothing of it for too long, and speaks again with the next result', async () => {
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const slice = sliceIds[0] ?? '';
    await fake.ship(runsOf(slice, ['healthy']));
    const watch = hub.app.get(SilenceWatch);
    await watch.look(Date.now() + 100_000);
    expect((await stateOfSlice(slice))?.state).toBe('healthy');
    await expect
      .poll(
        async () => {
          await watch.look(Date.now() + 200_000);
          return stateOfSlice(slice);
        },
        { timeout: 10_000 },
      )
      .toMatchObject({ state: 'unknown', reason: expect.stringMatching(/^No result since .* UTC$/) });
    await fake.ship(runsOf(slice, ['healthy'], { attempt: 1 }));
    expect((await stateOfSlice(slice))?.state).toBe('healthy');
    const { rows } = await hub.database.query<{ number: number }>('SELECT number FROM slices WHERE id = $1', [slice]);
    watch.heard([rows[0]?.number ?? 0], Date.now() + 250_000);
    await watch.look(Date.now() + 300_000);
    expect((await stateOfSlice(slice))?.state).toBe('healthy');
  });

  it('is put right also when nobody was told who changed it', async () => {
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const slice = sliceIds[0] ?? '';
    await fake.ship(runsOf(slice, ['healthy']));
    await hub.database.query('UPDATE slices SET state = 2 WHERE id = $1', [slice]);
    await expect
      .poll(
        async () => {
          await fake.ship(runsOf(slice, ['healthy'], { slotMs: Date.now() }));
          return (await stateOfSlice(slice))?.state;
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBe('healthy');
  });

  it('is unknown while its check is paused, and then the check is not counted', async () => {
    const watched = await watchSystem(hub, [satellite]);
    const slice = watched.sliceIds[0] ?? '';
    await fake.ship(runsOf(slice, ['unhealthy', 'unhealthy', 'unhealthy']));
    const params = { id: watched.checkId };
    await hub.admin.call(routes.checks.update, { params, body: { paused: true } });
    const paused = { state: 'unknown', reason: 'The check is paused' };
    await expect.poll(() => stateOfSlice(slice), { timeout: 10_000 }).toMatchObject(paused);
    await expect.poll(() => stateOfSystem(watched), { timeout: 10_000 }).toMatchObject(paused);
    // A run that was under way does not count.
    await fake.ship(runsOf(slice, ['unhealthy'], { attempt: 1 }));
    expect(await stateOfSlice(slice)).toMatchObject(paused);
    await hub.admin.call(routes.checks.update, { params, body: { paused: false } });
    await expect.poll(async () => (await stateOfSlice(slice))?.reason, { timeout: 10_000 }).toMatch(/^Waiting/);
  });
});

describe('a satellite that loses its socket', () => {
  it('is offline after its tolerance; its slices are unknown with the reason, the other locations go on', async () => {
    const oslo = await enrolSatellite(hub, 'oslo-1');
    await hub.database.query('UPDATE satellites SET offline_tolerance_seconds = 1 WHERE id = $1', [oslo.id]);
    const watched = await watchSystem(hub, [satellite, oslo]);
    const [here, there] = watched.sliceIds as [string, string];
    const second = await connect(hub, oslo);
    await fake.ship(runsOf(here, ['healthy']));
    await second.ship(runsOf(there, ['healthy']));
    expect((await stateOfSystem(watched)).state).toBe('healthy');
    await second.drop();
    await expect
      .poll(() => stateOfSlice(there), { timeout: 15_000 })
      .toMatchObject({
        state: 'unknown',
        reason: 'Satellite oslo-1 is offline',
      });
    expect((await stateOfSlice(here))?.state).toBe('healthy');
    // A blind location does not say that anything is down.
    expect((await stateOfSystem(watched)).state).toBe('healthy');
    const dashboard = await hub.admin.call(routes.dashboard.read);
    expect(dashboard.offlineSatellites.map(({ name }) => name)).toContain('oslo-1');

    await second.reconnect();
    await second.ship(runsOf(there, ['healthy'], { attempt: 1 }));
    expect((await stateOfSlice(there))?.state).toBe('healthy');
  });
});

describe('a system', () => {
  it('is as good as what is left when its bad check is removed', async () => {
    const watched = await watchSystem(hub, [satellite]);
    await fake.ship(runsOf(watched.sliceIds[0] ?? '', ['unhealthy', 'unhealthy', 'unhealthy']));
    expect((await stateOfSystem(watched)).state).toBe('unhealthy');
    const dashboard = await hub.admin.call(routes.dashboard.read);
    const shown = dashboard.attention.find(({ system }) => system.id === watched.systemId);
    expect(shown?.checks[0]).toMatchObject({ id: watched.checkId, state: { state: 'unhealthy' } });
    expect(shown?.checks[0]?.locations).toEqual([
      { name: "frankfurt-1's place", state: 'unhealthy', reason: 'Connection refused by 127.0.0.1:80' },
    ]);
    await hub.admin.call(routes.assignments.remove, { params: { id: watched.assignmentId } });
    await expect
      .poll(() => stateOfSystem(watched), { timeout: 10_000 })
      .toMatchObject({
        state: 'unknown',
        reason: 'Nothing is checked here',
      });
  });

  it('is decided rightly when two hubs decide at the same time', async () => {
    const oslo = await enrolSatellite(hub, 'oslo-2');
    const watched = await watchSystem(hub, [satellite, oslo], { thresholds: { degraded: 1, unhealthy: 1 } });
    const [here, there] = watched.sliceIds as [string, string];
    await using replica = await hub.replica();
    await using other = await connect(replica, oslo);
    for (let attempt = 1; attempt <= 12; attempt++) {
      const verdict = attempt % 2 === 0 ? 'healthy' : 'unhealthy';
      await Promise.all([
        fake.ship(runsOf(here, [verdict], { attempt })),
        other.ship(runsOf(there, [verdict], { attempt })),
      ]);
      expect((await stateOfSystem(watched)).state).toBe(verdict);
    }
  });
});
