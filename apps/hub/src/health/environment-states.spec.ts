import { routes, type Slice, type State, type System } from '@checkstack/api';
import type { FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LiveClient } from '../testing/live-client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addSystem, assign } from '../testing/things.js';
import { connect, enrolSatellite, runsOf, type EnrolledSatellite } from '../testing/watched-system.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let fake: FakeSatellite;
let production: string;
let staging: string;
beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt');
  fake = await connect(hub, satellite);
  const add = async (name: string) => (await hub.admin.call(routes.environments.create, { body: { name } })).id;
  [production, staging] = [await add('Production'), await add('Staging')];
});
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

interface Watched {
  systemId: string;
  checkIds: string[];
  slices: Slice[];
}

/** A system in both environments with a check for each mode. */
async function watch(name: string, modes: ('all' | 'none')[]): Promise<Watched> {
  const { id: systemId } = await addSystem(hub.admin, { name, environmentIds: [staging, production] });
  const checkIds: string[] = [];
  for (const [index, mode] of modes.entries()) {
    const { id: checkId } = await addCheck(hub.admin, { name: `${name} ${index}` });
    const thresholds = { healthy: 1, degraded: 1, unhealthy: 1 };
    const to = { checkId, systemId, locationIds: [satellite.locationId] };
    await assign(hub.admin, to, { environments: { mode }, thresholds });
    checkIds.push(checkId);
  }
  const { items } = await hub.admin.call(routes.results.slices, { query: { systemId } });
  return { systemId, checkIds, slices: items };
}

let attempt = 0;
async function ship(slices: readonly Slice[], verdict: 'healthy' | 'degraded' | 'unhealthy'): Promise<void> {
  for (const { id } of slices) await fake.ship(runsOf(id, [verdict], { attempt: ++attempt }));
}

const inside = ({ slices }: Watched, environmentId: string | null): Slice[] =>
  slices.filter(({ environment }) => (environment?.id ?? null) === environmentId);

function read({ systemId }: Watched): Promise<System> {
  return hub.admin.call(routes.systems.read, { params: { id: systemId } });
}

function told({ byEnvironment }: Pick<System, 'byEnvironment'>): [string | undefined, State, string | null][] {
  return byEnvironment.map(({ environment, state, reason }) => [environment?.name, state, reason]);
}

const refused = 'Connection refused by 127.0.0.1:80';

describe('the state of a system in its environments', () => {
  it('is the worst of what its checks say there; all of them together are the state of the system', async () => {
    const shop = await watch('shop', ['all', 'all', 'none']);
    await ship(shop.slices, 'healthy');
    await ship([inside(shop, staging)[1]!], 'unhealthy');
    const system = await read(shop);
    expect(told(system)).toEqual([
      ['Production', 'healthy', null],
      ['Staging', 'unhealthy', `shop 1: ${refused}`],
      [undefined, 'healthy', null],
    ]);
    expect(system.own.state).toBe('unhealthy');

    await ship([inside(shop, staging)[1]!], 'healthy');
    await ship(inside(shop, null), 'unhealthy');
    expect(told(await read(shop)).map(([, state]) => state)).toEqual(['healthy', 'healthy', 'unhealthy']);
  });

  it('asks each environment its own quorum, and leaves out what is paused', async () => {
    const mail = await watch('mail', ['all', 'all']);
    await ship(mail.slices, 'healthy');
    await ship(inside(mail, production).slice(0, 1), 'unhealthy');
    const { items } = await hub.admin.call(routes.assignments.list, { query: { checkId: mail.checkIds[1] ?? '' } });
    const params = { id: items[0]?.id ?? '' };
    await hub.admin.call(routes.assignments.update, { params, body: { quorum: { mode: 'atLeast', count: 2 } } });
    const shortage = 'mail 1: Only 1 of 1 place can see, the quorum takes 2';
    expect(told(await read(mail))).toEqual([
      ['Production', 'unhealthy', `mail 0: ${refused}`],
      ['Staging', 'unknown', shortage],
    ]);
    await hub.admin.call(routes.checks.update, { params: { id: mail.checkIds[0] ?? '' }, body: { paused: true } });
    expect(told(await read(mail)).map(([, state]) => state)).toEqual(['unknown', 'unknown']);
  });

  it('is unknown where nothing is checked, and not told of a system without environments', async () => {
    const idle = await watch('idle', ['none']);
    expect(told(await read(idle)).slice(0, 2)).toEqual([
      ['Production', 'unknown', 'Nothing is checked here'],
      ['Staging', 'unknown', 'Nothing is checked here'],
    ]);
    expect((await addSystem(hub.admin)).byEnvironment).toEqual([]);
  });

  it('can be filtered by, over pages', async () => {
    const all: Watched[] = [];
    for (const letter of 'abcde') all.push(await watch(`list ${letter}`, ['all']));
    for (const each of all) {
      await ship(inside(each, production), 'unhealthy');
      await ship(inside(each, staging), each === all[0] || each === all[4] ? 'healthy' : 'unhealthy');
    }
    const list = async (query: { environmentId?: string; state: State; after?: string }) => {
      const page = await hub.admin.call(routes.systems.list, { query: { search: 'list ', limit: 1, ...query } });
      return { names: page.items.map(({ name }) => name), next: page.next };
    };
    expect(await list({ environmentId: staging, state: 'degraded' })).toEqual({ names: [], next: null });
    const well = { environmentId: staging, state: 'healthy' } as const;
    const { names, next } = await list(well);
    expect(names).toEqual(['list a']);
    expect(await list({ ...well, after: next ?? '' })).toEqual({ names: ['list e'], next: null });
    // Without an environment it is the state of the whole.
    expect((await list({ state: 'unhealthy' })).names).toEqual(['list a']);
  });

  it('is told as it turns, also where the system as a whole does not', async () => {
    const told = await watch('told', ['all']);
    await ship(inside(told, production), 'unhealthy');
    await ship(inside(told, staging), 'healthy');
    await using live = await LiveClient.open(hub.admin, ['states']);
    await ship(inside(told, staging), 'degraded');
    const message = await live.next(
      'state',
      ({ subject, byEnvironment }) => subject.id === told.systemId && byEnvironment?.[1]?.state === 'degraded',
    );
    expect(message.byEnvironment).toEqual((await read(told)).byEnvironment);
  });
});
