import { routes, type Dependency, type State, type System } from '@checkstack/api';
import type { FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientRequest } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem } from '../testing/things.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let fake: FakeSatellite;
beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt-1');
  fake = await connect(hub, satellite);
});
afterAll(() => hub[Symbol.asyncDispose]());

type Given = NonNullable<ClientRequest<typeof routes.dependencies.create>['body']>;
/** Each run of a slice is a new attempt of one slot: the last says how it is. */
let attempt = 0;

function depend(downstreamId: string, upstreamId: string, given: Partial<Given> = {}): Promise<Dependency> {
  return hub.admin.call(routes.dependencies.create, { body: { downstreamId, upstreamId, ...given } });
}

function watch(name: string, by: EnrolledSatellite[] = [satellite]): Promise<WatchedSystem> {
  return watchSystem(hub, by, { name, thresholds: { degraded: 1, unhealthy: 1 } });
}

/** Answers the slot, which lies ahead, so that what was decided before never began later. */
async function ship({ sliceIds }: WatchedSystem, verdict: 'healthy' | 'degraded' | 'unhealthy', by = fake) {
  const slotMs = Date.now() + 60_000;
  await by.ship(runsOf(sliceIds[0] ?? '', [verdict], { attempt: ++attempt, slotMs }));
  return new Date(slotMs).toISOString();
}

function read({ systemId }: Pick<WatchedSystem, 'systemId'>): Promise<System> {
  return hub.admin.call(routes.systems.read, { params: { id: systemId } });
}

async function stateOf(watched: Pick<WatchedSystem, 'systemId'>): Promise<State> {
  return (await read(watched)).state.state;
}

async function events({ systemId }: WatchedSystem): Promise<Record<string, unknown>[]> {
  const { rows } = await hub.database.query<{ type: string; payload: object }>(
    'SELECT type, payload FROM events WHERE subject_id = $1 ORDER BY id',
    [systemId],
  );
  return rows.map(({ type, payload }) => ({ type, ...payload }));
}

const refused = 'Connection refused by 127.0.0.1:80';

describe('a system that depends on others', () => {
  it('turns with them, through others too, at the same moment; its own state stays to be seen', async () => {
    const [shop, payments, bank] = await Promise.all(
      ['chain shop', 'chain pay', 'chain bank'].map((name) => watch(name)),
    );
    await depend(shop!.systemId, payments!.systemId);
    const onBank = await depend(payments!.systemId, bank!.systemId);
    for (const each of [shop!, payments!, bank!]) await ship(each, 'healthy');
    expect(await stateOf(shop!)).toBe('healthy');

    const since = await ship(bank!, 'unhealthy');
    const because = `shop chain bank is unhealthy: front page chain bank: ${refused}`;
    expect(await read(payments!)).toMatchObject({
      state: { state: 'unhealthy', reason: because },
      own: { state: 'healthy', reason: null },
      causes: [
        {
          dependencyId: onBank.id,
          system: { id: bank!.systemId, name: 'shop chain bank' },
          state: 'unhealthy',
          reason: because,
        },
      ],
    });
    const above = await read(shop!);
    expect(above).toMatchObject({
      state: { state: 'unhealthy', reason: `shop chain pay is unhealthy: ${because}` },
      own: { state: 'healthy' },
      causes: [{ system: { name: 'shop chain pay' }, state: 'unhealthy' }],
    });
    expect([above.state.since, (await read(bank!)).own.since]).toEqual([since, since]);
    expect((await events(shop!)).at(-1)).toMatchObject({
      type: 'state',
      from: 'healthy',
      to: 'unhealthy',
      own: 'healthy',
      causes: [{ system: { id: payments!.systemId, name: 'shop chain pay' }, state: 'unhealthy' }],
    });
    const graph = await hub.admin.call(routes.dependencies.graph, { params: { id: shop!.systemId } });
    expect(graph.systems.map(({ state, own }) => [state.state, own.state])).toEqual([
      ['unhealthy', 'unhealthy'],
      ['unhealthy', 'healthy'],
      ['unhealthy', 'healthy'],
    ]);
    expect(graph.dependencies.map(({ effect }) => effect?.state)).toEqual(['unhealthy', 'unhealthy']);

    await ship(bank!, 'healthy');
    expect(await read(shop!)).toMatchObject({ state: { state: 'healthy', reason: null }, causes: [] });
    const { items } = await hub.admin.call(routes.results.intervals, { query: { systemId: shop!.systemId } });
    expect(items.slice(0, 3).map(({ state, to }) => [state, to === null])).toEqual([
      ['healthy', true],
      ['unhealthy', false],
      ['healthy', false],
    ]);
  });

  it('is no worse than the impact allows, and what is unknown makes nothing worse', async () => {
    const upstream = await watch('impact upstream');
    const ends = await Promise.all(
      (['informational', 'degraded', 'critical'] as const).map(async (impact) => {
        const downstream = await watch(`impact ${impact}`);
        await depend(downstream.systemId, upstream.systemId, { impact });
        await ship(downstream, 'healthy');
        return downstream;
      }),
    );
    const states = () => Promise.all(ends.map(stateOf));
    expect(await states()).toEqual(['healthy', 'healthy', 'healthy']);
    await ship(upstream, 'degraded');
    expect(await states()).toEqual(['healthy', 'degraded', 'degraded']);
    await ship(upstream, 'unhealthy');
    expect(await states()).toEqual(['healthy', 'degraded', 'unhealthy']);
  });

  it('is not reached through a dependency that is not transitive', async () => {
    const [near, middle, far] = await Promise.all(['near', 'middle', 'far'].map((name) => watch(name)));
    await depend(near!.systemId, middle!.systemId, { transitive: false });
    await depend(middle!.systemId, far!.systemId);
    for (const each of [near!, middle!]) await ship(each, 'healthy');
    await ship(far!, 'unhealthy');
    expect([await stateOf(near!), await stateOf(middle!)]).toEqual(['healthy', 'unhealthy']);
    await ship(middle!, 'degraded');
    expect([await stateOf(near!), await stateOf(middle!)]).toEqual(['degraded', 'unhealthy']);
  });

  it('follows the checks that its rules name, and no others', async () => {
    const [downstream, upstream, other] = await Promise.all(['ruled', 'ruling', 'else'].map((name) => watch(name)));
    // The second check of the upstream system.
    const assignment = await hub.admin.call(routes.assignments.create, {
      body: {
        checkId: other!.checkId,
        systemId: upstream!.systemId,
        locationIds: [satellite.locationId],
        thresholds: { degraded: 1, unhealthy: 1 },
      },
    });
    const { items } = await hub.admin.call(routes.results.slices, { query: { systemId: upstream!.systemId } });
    const second = {
      ...upstream!,
      sliceIds: items.filter(({ assignmentId }) => assignmentId === assignment.id).map(({ id }) => id),
    };
    const rules = [{ checkId: other!.checkId, from: 'unhealthy' as const, impact: 'critical' as const }];
    await depend(downstream!.systemId, upstream!.systemId, { impact: 'informational', rules });
    for (const each of [downstream!, upstream!, second]) await ship(each, 'healthy');
    await ship(upstream!, 'unhealthy');
    expect([await stateOf(upstream!), await stateOf(downstream!)]).toEqual(['unhealthy', 'healthy']);
    await ship(second, 'degraded');
    expect(await stateOf(downstream!)).toBe('healthy');
    // The upstream system as a whole does not turn with it.
    await ship(second, 'unhealthy');
    expect(await read(downstream!)).toMatchObject({
      state: {
        state: 'unhealthy',
        reason: `front page else on shop ruling is unhealthy: ${refused}`,
      },
      own: { state: 'healthy' },
    });
  });

  it('that fails itself behind what it inherits tells so, and stays so when the upstream system recovers', async () => {
    const [downstream, upstream] = await Promise.all(['hidden', 'hiding'].map((name) => watch(name)));
    await depend(downstream!.systemId, upstream!.systemId);
    for (const each of [downstream!, upstream!]) await ship(each, 'healthy');
    await ship(upstream!, 'unhealthy');
    const since = (await read(downstream!)).state.since;
    await ship(downstream!, 'unhealthy');
    expect((await events(downstream!)).slice(-2)).toMatchObject([
      { type: 'state', to: 'unhealthy', own: 'healthy', causes: [{}] },
      { type: 'own-state', from: 'healthy', to: 'unhealthy', own: 'unhealthy', causes: [{}] },
    ]);
    await ship(upstream!, 'healthy');
    expect(await read(downstream!)).toMatchObject({
      state: { state: 'unhealthy', since, reason: `front page hidden: ${refused}` },
      own: { state: 'unhealthy' },
      causes: [],
    });
  });

  it('is put right soon after a dependency is added, changed or removed', { timeout: 60_000 }, async () => {
    const [downstream, upstream] = await Promise.all(['edited', 'editing'].map((name) => watch(name)));
    await ship(downstream!, 'healthy');
    await ship(upstream!, 'unhealthy');
    const { id } = await depend(downstream!.systemId, upstream!.systemId);
    const soon = { timeout: 15_000 };
    await expect.poll(() => stateOf(downstream!), soon).toBe('unhealthy');
    await hub.admin.call(routes.dependencies.update, { params: { id }, body: { impact: 'degraded' } });
    await expect.poll(() => stateOf(downstream!), soon).toBe('degraded');
    await hub.admin.call(routes.dependencies.remove, { params: { id } });
    await expect.poll(() => stateOf(downstream!), soon).toBe('healthy');
    await depend(downstream!.systemId, upstream!.systemId);
    await expect.poll(() => stateOf(downstream!), soon).toBe('unhealthy');
    await hub.admin.call(routes.systems.remove, { params: { id: upstream!.systemId } });
    await expect.poll(() => stateOf(downstream!), soon).toBe('healthy');
  });

  it('is put right also when nobody was told what changed it', { timeout: 60_000 }, async () => {
    const [downstream, upstream] = await Promise.all(['untold', 'telling'].map((name) => watch(name)));
    await depend(downstream!.systemId, upstream!.systemId);
    await ship(downstream!, 'healthy');
    await ship(upstream!, 'unhealthy');
    await hub.database.query(
      'UPDATE systems SET state = 0, inherited_state = 0, inherited_reason = NULL WHERE id = $1',
      [downstream!.systemId],
    );
    await expect.poll(() => stateOf(downstream!), { timeout: 15_000 }).toBe('unhealthy');
    const inherited = async () => {
      const { rows } = await hub.database.query<{ state: number }>(
        'SELECT inherited_state AS state FROM systems WHERE id = $1',
        [downstream!.systemId],
      );
      return rows[0]?.state;
    };
    await hub.database.query('UPDATE systems SET inherited_state = 0, inherited_reason = NULL WHERE id = $1', [
      downstream!.systemId,
    ]);
    await expect.poll(inherited, { timeout: 15_000 }).toBe(2);
    // As the release before makes and leaves them.
    await hub.database.query('UPDATE systems SET state = 0, own_state = 3, own_state_since = NULL WHERE id = $1', [
      downstream!.systemId,
    ]);
    await expect
      .poll(() => read(downstream!), { timeout: 15_000 })
      .toMatchObject({ state: { state: 'unhealthy' }, own: { state: 'healthy' } });
  });

  it('is seen on the dashboard with nothing wrong of its own', async () => {
    const upstream = await watch('dashboard upstream');
    const { id: systemId } = await addSystem(hub.admin, { name: 'Nothing of its own' });
    await depend(systemId, upstream.systemId);
    await ship(upstream, 'unhealthy');
    expect(await stateOf({ systemId })).toBe('unhealthy');
    const { attention } = await hub.admin.call(routes.dashboard.read);
    expect(attention.find(({ system }) => system.id === systemId)).toMatchObject({
      state: { reason: expect.stringContaining('shop dashboard upstream is unhealthy') },
      checks: [],
    });
  });

  it('is decided rightly when two hubs turn its upstream systems at the same time', async () => {
    const oslo = await enrolSatellite(hub, 'oslo-1');
    await using replica = await hub.replica();
    await using elsewhere = await connect(replica, oslo);
    const [top, middle, here] = await Promise.all(['race top', 'race middle', 'race here'].map((name) => watch(name)));
    const there = await watch('race there', [oslo]);
    await depend(top!.systemId, middle!.systemId);
    await depend(middle!.systemId, here!.systemId);
    await depend(middle!.systemId, there.systemId);
    // Against the direction of the others: locks in the order of need would meet here.
    await depend(top!.systemId, there.systemId);
    for (const each of [top!, middle!]) await ship(each, 'healthy');
    for (let turn = 0; turn < 12; turn++) {
      const verdict = turn % 2 === 0 ? 'unhealthy' : 'healthy';
      await Promise.all([ship(here!, verdict), ship(there, verdict, elsewhere), ship(top!, 'healthy')]);
      expect([await stateOf(middle!), await stateOf(top!)]).toEqual([verdict, verdict]);
      expect((await read(middle!)).causes).toHaveLength(verdict === 'healthy' ? 0 : 2);
    }
  });
});
