// A satellite and two hubs behind one address: it is handed on, cut off and shut out, and nothing is missed or doubled.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { routes } from '@checkstack/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { administrator, signIn } from './harness/administrator.js';
import type { Client } from './harness/client.js';
import { freePort, makeHome, type Home } from './harness/hub.js';
import type { Program } from './harness/program.js';
import { startProxy, type Proxy } from './harness/proxy.js';
import { missingSlots, moreRuns, onlineLocation, runsOf, watch } from './harness/results.js';
import { enrolSatellite, type EnrolledSatellite } from './harness/satellite.js';
import { startTarget, type Target } from './harness/target.js';

const alone = { CHECKSTACK_LOCAL_SATELLITE: 'off' };

/** Keeps the database. */
let home: Home;
let other: Home;
let otherHub: Program;
let client: Client;
let target: Target;
let proxy: Proxy;
let satellite: EnrolledSatellite;
let program: Program;
let checkId: string;

beforeEach(async () => {
  [home, other, target] = await Promise.all([makeHome(), makeHome(), startTarget()]);
  await home.start({ ...administrator, ...alone }).says(/Checkstack is at/);
  const shared = {
    DATABASE_URL: await home.databaseUrl(),
    ENCRYPTION_MASTER_KEY: (await readFile(join(home.dataDir, 'encryption-master-key'), 'utf8')).trim(),
  };
  otherHub = other.start({ ...shared, ...alone });
  await otherHub.says(/Checkstack is at/);
  client = await signIn(home.url);
  // At first it is connected to the other one.
  proxy = await startProxy(other.url);
  satellite = await enrolSatellite(client, 'far', home);
  program = satellite.start({ hubUrl: proxy.url });
  checkId = await watch(client, target, [await onlineLocation(client, 'far')]);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** Every slot was run, stored once, and found the target well. */
async function expectAllRuns(): Promise<void> {
  await moreRuns(client, checkId);
  expect(await missingSlots(client, checkId)).toEqual({ declared: 0, lost: [] });
  const scheduled = (await runsOf(client, checkId)).filter(({ attempt }) => attempt === 0);
  expect(new Set(scheduled.map(({ slot }) => slot)).size).toBe(scheduled.length);
  expect(scheduled.filter(({ verdict }) => verdict !== 'healthy')).toEqual([]);
}

/** How often it said that it is connected. */
const connections = (): number => program.output.split('Connected to the hub').length - 1;

it('a hub that stops hands its satellites to another one, without a missed run', async () => {
  proxy.route(home.url, other.url);
  const beganAt = performance.now();
  otherHub.signal('SIGTERM');
  await expect.poll(connections, { timeout: 60_000 }).toBe(2);
  process.stdout.write(`Handed over ${Math.round(performance.now() - beganAt)} ms after the SIGTERM.\n`);
  expect(await otherHub.end()).toBe(0);
  expect(program.output).toMatch(/said draining/);
  await expectAllRuns();
});

it('a connection through which nothing gets any more is given up on both sides, and replaced', async () => {
  proxy.route(home.url);
  proxy.swallow();
  const beganAt = performance.now();
  const since = (): string => `${((performance.now() - beganAt) / 1000).toFixed(1)} s`;
  const there = program.says(/link to the hub ended: no answer/).then(() => since());
  const here = otherHub.says(/far is gone: no answer/).then(() => since());
  process.stdout.write(`Noticed by the satellite after ${await there}, by the hub after ${await here}.\n`);
  await expect.poll(connections, { timeout: 60_000 }).toBe(2);
  await expectAllRuns();
});

it('a token that is revoked at one hub ends the socket at the other, and a new one opens it again', async () => {
  const params = { id: satellite.id };
  const beganAt = performance.now();
  const { token } = await client.call(routes.satellites.rotate, { params, body: { overlapMinutes: 0 } });
  await program.says(/refuses this satellite: The token was revoked/);
  process.stdout.write(`Shut out ${Math.round(performance.now() - beganAt)} ms after the revocation was asked for.\n`);
  program.signal('SIGTERM');
  await program.end();

  program = satellite.start({ hubUrl: proxy.url, token });
  await program.says(/Connected to the hub/);
  await moreRuns(client, checkId);
  expect((await missingSlots(client, checkId)).lost).toEqual([]);
});

it('a satellite that is given its new token before the old one goes on, and keeps its roster under the new one', async () => {
  const { token } = await client.call(routes.satellites.rotate, {
    params: { id: satellite.id },
    body: { overlapMinutes: 10 },
  });
  program.signal('SIGTERM');
  await program.end();
  program = satellite.start({ hubUrl: proxy.url, token: `${token},${satellite.token}` });
  await program.says(/Probing 1 slices from the roster on disk/);
  await program.says(/Connected to the hub/);
  await moreRuns(client, checkId);
  program.signal('SIGTERM');
  await program.end();

  program = satellite.start({ hubUrl: `http://127.0.0.1:${await freePort()}`, token });
  await program.says(/Probing 1 slices from the roster on disk/);
});
