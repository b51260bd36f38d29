// Two hubs on one database, a satellite on each: whichever is asked knows everything.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { routes } from '@checkstack/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { administrator, signIn } from './harness/administrator.js';
import { openBrowser } from './harness/browser.js';
import { makeHome, type Home } from './harness/hub.js';
import { watch } from './harness/results.js';
import { startSatellite } from './harness/satellite.js';
import { startTarget, type Target } from './harness/target.js';

const alone = { CHECKSTACK_LOCAL_SATELLITE: 'off' };

let home: Home;
let other: Home;
let target: Target;

beforeAll(async () => {
  [home, other, target] = await Promise.all([makeHome(), makeHome(), startTarget()]);
  await home.start({ ...administrator, ...alone }).says(/Checkstack is at/);
  const shared = {
    DATABASE_URL: await home.databaseUrl(),
    ENCRYPTION_MASTER_KEY: (await readFile(join(home.dataDir, 'encryption-master-key'), 'utf8')).trim(),
  };
  await other.start({ ...shared, ...alone }).says(/Checkstack is at/);
});
afterAll(async () => {
  await target[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

it('the console of either hub sees the satellites and the live results of both', async () => {
  const client = await signIn(home.url);
  const east = await startSatellite(client, 'east', { home });
  const west = await startSatellite(client, 'west', { home, hubUrl: other.url });
  const checkId = await watch(client, target, [east, west]);
  const satellites = (await (await signIn(other.url)).call(routes.satellites.list)).items;
  expect(satellites.map(({ name, status }) => `${name} ${status}`)).toEqual(['east online', 'west online']);

  const browser = await openBrowser();
  for (const { url } of [home, other]) {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByLabel('Mail address').fill(administrator.CHECKSTACK_ADMIN_EMAIL);
    await page.getByLabel('Password', { exact: true }).fill(administrator.CHECKSTACK_ADMIN_PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.goto(`${url}/checks/${checkId}`);
    const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
    await rows.nth(1).waitFor();
    for (const place of ['east', 'west']) {
      const runs = rows.filter({ hasText: place });
      const earlier = await runs.count();
      await expect.poll(() => runs.count(), { timeout: 30_000 }).toBeGreaterThan(earlier + 1);
    }
  }
  await browser.close();
});
