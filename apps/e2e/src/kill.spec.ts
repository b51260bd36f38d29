// Whatever is killed comes back, and no result is lost.
import { routes } from '@checkstack/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { administrator, signIn } from './harness/administrator.js';
import type { Client } from './harness/client.js';
import { makeHome, type Home } from './harness/hub.js';
import type { Program } from './harness/program.js';
import { missingSlots, moreRuns, onlineLocation, runsOf, watch } from './harness/results.js';
import { startSatellite } from './harness/satellite.js';
import { startTarget, type Target } from './harness/target.js';

let home: Home;
let target: Target;
let hub: Program;
let client: Client;

beforeEach(async () => {
  home = await makeHome();
  target = await startTarget();
  await startHub();
});
afterEach(async () => {
  await target[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function startHub(): Promise<void> {
  hub = home.start(administrator);
  await hub.says(/Checkstack is at/);
  client = await signIn(home.url);
}

async function watchFromBesideTheHub(): Promise<string> {
  return watch(client, target, [await onlineLocation(client, 'local')]);
}

it('a satellite that is killed is started again, and the hub knows what it missed', async () => {
  const checkId = await watchFromBesideTheHub();
  const [killed = 0] = home.pids('satellite');
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => home.pids('satellite').filter((pid) => pid !== killed), { timeout: 30_000 }).toHaveLength(1);
  await moreRuns(client, checkId);
  expect((await missingSlots(client, checkId)).lost).toEqual([]);
});

it('a database that is killed comes back, and every result made meanwhile is stored', async () => {
  const checkId = await watchFromBesideTheHub();
  const [killed = 0] = home.pids('postgres');
  process.kill(killed, 'SIGKILL');
  await hub.says(/starting it again/);
  await expect.poll(() => client.call(routes.session.read).catch(() => undefined), { timeout: 30_000 }).toBeDefined();
  await moreRuns(client, checkId);
  expect(await missingSlots(client, checkId)).toEqual({ declared: 0, lost: [] });
});

it('a hub that is killed takes its parts with it and goes on where it was', async () => {
  const checkId = await watchFromBesideTheHub();
  const kept = (await runsOf(client, checkId)).map(({ id }) => id);
  hub.signal('SIGKILL');
  await hub.end();
  await expect.poll(() => home.pids(), { timeout: 30_000 }).toEqual([]);

  await startHub();
  await moreRuns(client, checkId);
  expect((await runsOf(client, checkId)).map(({ id }) => id)).toEqual(expect.arrayContaining(kept));
  expect((await missingSlots(client, checkId)).lost).toEqual([]);
});

it('a satellite elsewhere probes on while the hub is away, and the hub gets every result afterwards', async () => {
  const checkId = await watch(client, target, [await startSatellite(client, 'elsewhere', { home })]);
  hub.signal('SIGKILL');
  await hub.end();
  const before = target.requests();
  await expect.poll(() => target.requests(), { timeout: 30_000 }).toBeGreaterThan(before + 3);

  await startHub();
  await moreRuns(client, checkId);
  expect(await missingSlots(client, checkId)).toEqual({ declared: 0, lost: [] });
});
