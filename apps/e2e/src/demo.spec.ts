import { routes } from '@checkstack/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkout } from './harness/checkout.js';
import { Client } from './harness/client.js';
import { makeHome, type Home } from './harness/hub.js';
import { Program } from './harness/program.js';

let home: Home;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

function startDemo(): Program {
  const env = { PORT: String(home.port), CHECKSTACK_DATA_DIR: home.dataDir };
  return new Program('npm', ['run', 'demo'], { cwd: checkout, env });
}

async function signIn(demo: Program): Promise<Client> {
  const [, email = '', password = ''] = await demo.says(/sign in as (\S+) with the password (\S+)/);
  const client = new Client(home.url);
  await client.signIn(email, password);
  return client;
}

it('the demo shows three satellites and checks that tell their stories, and goes on at its next start', async () => {
  const first = startDemo();
  const client = await signIn(first);
  const satellites = async () => (await client.call(routes.satellites.list)).items;
  await expect
    .poll(async () => (await satellites()).map(({ name, status }) => `${name} ${status}`), { timeout: 60_000 })
    .toEqual(['Frankfurt online', 'Singapore online', 'Virginia online']);
  const slices = async () => (await client.call(routes.results.slices)).items;
  await expect.poll(async () => (await slices()).filter(({ lastRun }) => lastRun).length, { timeout: 60_000 }).toBe(18);

  first.pressCtrlC();
  await first.end();
  await expect.poll(() => home.pids(), { timeout: 20_000 }).toEqual([]);

  const second = startDemo();
  const again = await signIn(second);
  expect((await again.call(routes.systems.list)).items).toHaveLength(6);
  expect((await again.call(routes.results.slices)).items).toHaveLength(18);
});
