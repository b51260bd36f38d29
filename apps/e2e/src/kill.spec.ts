// Whatever is killed comes back, and no result is lost or doubled.
import { routes, type Run } from '@checkstack/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Client } from './harness/client.js';
import { makeHome, type Home } from './harness/hub.js';
import type { Program } from './harness/program.js';
import { startTarget, type Target } from './harness/target.js';

const administrator = { CHECKSTACK_ADMIN_EMAIL: 'ada@example.org', CHECKSTACK_ADMIN_PASSWORD: 'correct horse battery' };

const EVERY_SECONDS = 1;

let home: Home;
let target: Target;
let hub: Program;

beforeEach(async () => {
  home = await makeHome();
  target = await startTarget();
  hub = home.start(administrator);
  await hub.says(/Checkstack is at/);
});
afterEach(async () => {
  await target[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function signedIn(): Promise<Client> {
  const client = new Client(home.url);
  await client.signIn(administrator.CHECKSTACK_ADMIN_EMAIL, administrator.CHECKSTACK_ADMIN_PASSWORD);
  return client;
}

/** A check of the target, every second, from beside the hub; answers its id once results arrive. */
async function watchTarget(client: Client): Promise<string> {
  const onlineLocation = async () =>
    (await client.call(routes.locations.list)).items.find((item) => item.onlineCount > 0);
  await expect.poll(onlineLocation, { timeout: 30_000 }).toBeDefined();
  const locationId = (await onlineLocation())?.id ?? '';
  const { id: systemId } = await client.call(routes.systems.create, { body: { name: 'Target' } });
  const { id: checkId } = await client.call(routes.checks.create, {
    body: {
      name: 'Target answers',
      kind: 'http',
      config: { url: target.url },
      collectors: [{ collector: 'response' }],
      schedule: { everySeconds: EVERY_SECONDS },
    },
  });
  await client.call(routes.assignments.create, { body: { checkId, systemId, locationIds: [locationId] } });
  await moreRuns(client, checkId);
  return checkId;
}

async function runsOf(client: Client, checkId: string): Promise<Run[]> {
  return (await client.call(routes.results.runs, { query: { checkId, limit: 1000 } })).items;
}

/** Waits for healthy results of slots that are still to come. */
async function moreRuns(client: Client, checkId: string): Promise<void> {
  const from = Date.now();
  const isFresh = ({ slot, verdict }: Run) => verdict === 'healthy' && Date.parse(slot) > from;
  const freshRuns = async () => (await runsOf(client, checkId)).filter(isFresh).length;
  await expect.poll(freshRuns, { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
}

/** Slots between the first and the last run that have neither a run nor a declared gap. */
async function lostSlots(client: Client, checkId: string): Promise<string[]> {
  const slots = (await runsOf(client, checkId))
    .filter(({ attempt }) => attempt === 0)
    .map(({ slot }) => Date.parse(slot));
  const first = Math.min(...slots);
  const last = Math.max(...slots);
  const { gaps } = await client.call(routes.results.history, {
    query: { checkId, from: new Date(first).toISOString(), to: new Date(last).toISOString() },
  });
  const lost: string[] = [];
  for (let slot = first; slot < last; slot += EVERY_SECONDS * 1000) {
    const isInGap = gaps.some(({ from, to }) => Date.parse(from) <= slot && slot <= Date.parse(to));
    if (!slots.includes(slot) && !isInGap) lost.push(new Date(slot).toISOString());
  }
  return lost;
}

it('a satellite that is killed is started again, and the hub knows what it missed', async () => {
  const client = await signedIn();
  const checkId = await watchTarget(client);
  const [killed = 0] = home.pids('satellite');
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => home.pids('satellite').filter((pid) => pid !== killed), { timeout: 30_000 }).toHaveLength(1);
  await moreRuns(client, checkId);
  expect(await lostSlots(client, checkId)).toEqual([]);
});

it('a database that is killed comes back, and every result made meanwhile is stored', async () => {
  const client = await signedIn();
  const checkId = await watchTarget(client);
  const [killed = 0] = home.pids('postgres');
  process.kill(killed, 'SIGKILL');
  await hub.says(/starting it again/);
  await expect.poll(() => client.call(routes.session.read).catch(() => undefined), { timeout: 30_000 }).toBeDefined();
  await moreRuns(client, checkId);
  expect(await lostSlots(client, checkId)).toEqual([]);
  // Nothing was missed: its satellite never stopped.
  const { gaps } = await client.call(routes.results.history, {
    query: { checkId, from: new Date(Date.now() - 600_000).toISOString(), to: new Date().toISOString() },
  });
  expect(gaps).toEqual([]);
});

it('a hub that is killed takes its parts with it and goes on where it was', async () => {
  const before = await signedIn();
  const checkId = await watchTarget(before);
  const kept = (await runsOf(before, checkId)).map(({ id }) => id);
  hub.signal('SIGKILL');
  await hub.end();
  await expect.poll(() => home.pids(), { timeout: 30_000 }).toEqual([]);

  hub = home.start(administrator);
  await hub.says(/Checkstack is at/);
  const client = await signedIn();
  await moreRuns(client, checkId);
  expect((await runsOf(client, checkId)).map(({ id }) => id)).toEqual(expect.arrayContaining(kept));
  expect(await lostSlots(client, checkId)).toEqual([]);
});
