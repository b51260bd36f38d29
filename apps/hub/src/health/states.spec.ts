import { routes, type StateNow } from '@checkstack/api';
import type { Result } from '@checkstack/link';
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

let hub: TestHub;
let places: EnrolledSatellite[];
let fakes: FakeSatellite[];
beforeAll(async () => {
  hub = await startTestHub();
  places = [await enrolSatellite(hub, 'a'), await enrolSatellite(hub, 'b'), await enrolSatellite(hub, 'c')];
  fakes = await Promise.all(places.map((place) => connect(hub, place)));
});
afterAll(async () => {
  for (const fake of fakes) await fake[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

const once = { healthy: 1, degraded: 1, unhealthy: 1 };
const alternating = (count: number): Result['verdict'][] =>
  Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 'healthy' : 'unhealthy'));

async function sliceOf(id: string) {
  const { items } = await hub.admin.call(routes.results.slices, { query: { limit: 1000 } });
  const slice = items.find((item) => item.id === id);
  if (!slice) throw new Error('There is no such slice.');
  return slice;
}

async function stateOfAssignment({ assignmentId, checkId }: WatchedSystem): Promise<StateNow | undefined> {
  const { items } = await hub.admin.call(routes.assignments.list, { query: { checkId } });
  return items.find(({ id }) => id === assignmentId)?.state;
}

describe('a check with a quorum', () => {
  it('turns when so many places agree, and is unknown when too few can see', async () => {
    const watched = await watchSystem(hub, places, { thresholds: once });
    const params = { id: watched.assignmentId };
    const ship = (index: number, verdict: Result['verdict'], attempt = 0): Promise<void> =>
      fakes[index]!.ship(runsOf(watched.sliceIds[index] ?? '', [verdict], { attempt }));
    await hub.admin.call(routes.assignments.update, { params, body: { quorum: { mode: 'majority' } } });
    await Promise.all([ship(0, 'unhealthy'), ship(1, 'healthy'), ship(2, 'healthy')]);
    expect(await stateOfAssignment(watched)).toMatchObject({ state: 'healthy' });
    await ship(1, 'unhealthy', 1);
    expect(await stateOfAssignment(watched)).toMatchObject({ state: 'unhealthy' });
    // An edit is enough, too.
    await hub.admin.call(routes.assignments.update, { params, body: { quorum: { mode: 'atLeast', count: 4 } } });
    await expect
      .poll(() => stateOfAssignment(watched), { timeout: 10_000 })
      .toMatchObject({ state: 'unknown', reason: 'Only 3 of 3 places can see, the quorum takes 4' });
    await hub.admin.call(routes.assignments.update, { params, body: { quorum: { mode: 'all' } } });
    await expect.poll(() => stateOfAssignment(watched), { timeout: 10_000 }).toMatchObject({ state: 'healthy' });
  });

  it('is saved with its window, which has room for what it counts', async () => {
    const watched = await watchSystem(hub, [places[0]!]);
    const params = { id: watched.assignmentId };
    const thresholds = { healthy: 1, degraded: 3, unhealthy: 7, window: 10 };
    const saved = await hub.admin.call(routes.assignments.update, { params, body: { thresholds } });
    expect(saved.thresholds).toEqual(thresholds);
    const refused = hub.admin.call(routes.assignments.update, {
      params,
      body: { thresholds: { ...thresholds, window: 5 } },
    });
    await expect(refused).rejects.toMatchObject({ problem: { fields: [{ path: 'thresholds.unhealthy' }] } });
    // Counted in a row again, the window is gone.
    const back = await hub.admin.call(routes.assignments.update, { params, body: { thresholds: once } });
    expect(back.thresholds).toEqual(once);
  });

  it('counts the last runs, in a row or not', async () => {
    const watched = await watchSystem(hub, [places[0]!], { thresholds: { degraded: 2, unhealthy: 3, window: 6 } });
    const slice = watched.sliceIds[0] ?? '';
    await fakes[0]!.ship(runsOf(slice, ['healthy', 'unhealthy', 'healthy', 'unhealthy', 'healthy', 'unhealthy']));
    expect((await sliceOf(slice)).state).toMatchObject({
      state: 'unhealthy',
      reason: 'Connection refused by 127.0.0.1:80 (3 of the last 6 runs)',
    });
  });
});

describe('a slice whose verdicts keep changing', () => {
  it('flaps until they do not, beside its state', async () => {
    const watched = await watchSystem(hub, [places[0]!], { thresholds: { unhealthy: 5 } });
    const slice = watched.sliceIds[0] ?? '';
    const newestMs = Math.floor(Date.now() / 1000) * 1000;
    await fakes[0]!.ship(runsOf(slice, alternating(5), { slotMs: newestMs - 1_200_000 }));
    expect(await sliceOf(slice)).toMatchObject({ flappingSince: null });
    await fakes[0]!.ship(runsOf(slice, ['unhealthy', 'healthy'], { slotMs: newestMs - 1_080_000 }));
    expect(await sliceOf(slice)).toMatchObject({ flappingSince: expect.any(String) });
    const read = (): Promise<{ flappingSince: string | null }> =>
      hub.admin.call(routes.checks.read, { params: { id: watched.checkId } });
    expect((await read()).flappingSince).not.toBeNull();
    const steady = Array.from({ length: 18 }, () => 'healthy' as const);
    await fakes[0]!.ship(runsOf(slice, steady, { slotMs: newestMs }));
    expect(await sliceOf(slice)).toMatchObject({ flappingSince: null, state: { state: 'healthy' } });
    expect((await read()).flappingSince).toBeNull();
    const { rows } = await hub.database.query<{ flapping: boolean }>(
      `SELECT payload->'flapping' AS flapping FROM events WHERE type = 'flapping' AND subject_id = $1 ORDER BY id`,
      [slice],
    );
    expect(rows.map(({ flapping }) => flapping)).toEqual([true, false]);
  });
});

describe('a slice of which nothing was heard for a while', () => {
  it('was what its runs say, when they turn up; and nobody is told so now', async () => {
    const away = await enrolSatellite(hub, 'away');
    await hub.database.query('UPDATE satellites SET offline_tolerance_seconds = 1 WHERE id = $1', [away.id]);
    const fake = await connect(hub, away);
    const watched = await watchSystem(hub, [away], { thresholds: once, schedule: { everySeconds: 1 } });
    const slice = watched.sliceIds[0] ?? '';
    const second = (): number => Math.floor(Date.now() / 1000) * 1000;
    const firstMs = second();
    await fake.ship(runsOf(slice, ['healthy'], { slotMs: firstMs }));
    await fake.drop();
    await expect
      .poll(async () => (await sliceOf(slice)).state.reason, { timeout: 15_000 })
      .toBe('Satellite away is offline');
    await fake.reconnect();
    const slots = Array.from({ length: (second() - firstMs) / 1000 }, (_, index) => firstMs + (index + 1) * 1000);
    const [badMs = 0] = slots;
    const backlog = slots.flatMap((slotMs) => runsOf(slice, [slotMs === badMs ? 'unhealthy' : 'healthy'], { slotMs }));
    await fake.ship(backlog);
    const told = async () => {
      const { items } = await hub.admin.call(routes.results.intervals, {
        query: { sliceId: slice, from: new Date(firstMs).toISOString() },
      });
      return items
        .map(({ state, from }) => [state, Date.parse(from)])
        .reverse()
        .slice(-3);
    };
    await expect.poll(told, { timeout: 15_000 }).toEqual([
      [expect.any(String), expect.any(Number)],
      ['unhealthy', badMs],
      ['healthy', badMs + 1000],
    ]);
    const { rows } = await hub.database.query<{ to: string }>(
      `SELECT payload->>'to' AS to FROM events WHERE type = 'state' AND subject_id = ANY($1) ORDER BY id`,
      [[slice, watched.systemId]],
    );
    const events = rows.map(({ to }) => to);
    expect(events.slice(-4)).toEqual(['unknown', 'unknown', 'healthy', 'healthy']);
    expect(events).not.toContain('unhealthy');
    await fake[Symbol.asyncDispose]();
  });
});

describe('a satellite that does not take over a change', () => {
  it('makes what changed unknown, whatever it goes on to report, until it does', async () => {
    const stubborn = await enrolSatellite(hub, 'stubborn');
    const fake = await connect(hub, stubborn);
    const watched = await watchSystem(hub, [stubborn], { thresholds: once });
    const unchanged = await watchSystem(hub, [stubborn], { thresholds: once });
    const [slice = '', other = ''] = [watched.sliceIds[0], unchanged.sliceIds[0]];
    await fake.holds((held) => held.length === 2);
    await fake.ship([...runsOf(slice, ['healthy']), ...runsOf(other, ['healthy'])]);
    // A change two minutes ago that it was told of, and has not confirmed.
    await hub.database.query(
      `UPDATE satellites SET roster_applied = roster_revision - 1, connected_at = now() - interval '1 hour',
         roster_confirmed_at = now() - interval '3 minutes' WHERE id = $1`,
      [stubborn.id],
    );
    await hub.database.query(`UPDATE placements SET placed_at = now() - interval '1 hour' WHERE satellite_id = $1`, [
      stubborn.id,
    ]);
    const changed = 'UPDATE slices SET changed_at = now() - make_interval(mins => $2) WHERE id = $1';
    await hub.database.query(changed, [slice, 2]);
    await hub.database.query(changed, [other, 60]);
    const unconfirmed = { state: 'unknown', reason: 'Satellite stubborn has not taken over the last change' };
    await expect.poll(async () => (await sliceOf(slice)).state, { timeout: 20_000 }).toMatchObject(unconfirmed);
    await expect
      .poll(async () => {
        await fake.ship(runsOf(slice, ['unhealthy'], { attempt: 1, slotMs: Math.floor(Date.now() / 1000) * 1000 }));
        return (await sliceOf(slice)).state;
      })
      .toMatchObject(unconfirmed);
    expect((await sliceOf(other)).state.state).toBe('healthy');
    await hub.database.query('UPDATE satellites SET roster_applied = roster_revision WHERE id = $1', [stubborn.id]);
    await expect
      .poll(async () => (await sliceOf(slice)).state, { timeout: 20_000 })
      .toMatchObject({ reason: 'Waiting for the next result' });
    await fake[Symbol.asyncDispose]();
  });
});
