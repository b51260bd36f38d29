// The story of a first evening: from the set-up address to two places that watch a target, by hand, in a browser.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openBrowser } from './harness/browser.js';
import { makeHome, type Home } from './harness/hub.js';
import { Program } from './harness/program.js';
import { startTarget, type Target } from './harness/target.js';

const ada = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
const PATIENCE_MS = 60_000;

let home: Home;
let hub: Program;
let target: Target;
let browser: Browser;
let page: Page;
let office: Program | undefined;
let officeFolder: string;
const complaints: string[] = [];

beforeAll(async () => {
  [home, target, browser, officeFolder] = await Promise.all([
    makeHome(),
    startTarget(),
    openBrowser(),
    mkdtemp(join(tmpdir(), 'checkstack-office-')),
  ]);
  page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  const picture = join(tmpdir(), 'checkstack-story.png');
  await page.screenshot({ path: picture, fullPage: true });
  process.stderr.write(`The hub said:\n${hub.output}\nThe satellite said:\n${office?.output}\n`);
  process.stderr.write(`${page.url()} looked as in ${picture}:\n${await page.locator('main').ariaSnapshot()}\n`);
});
afterAll(async () => {
  office?.signal('SIGKILL');
  await browser.close();
  await target[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
  await rm(officeFolder, { recursive: true, force: true });
});

/** Waits until exactly that is on the page and visible. */
async function see(locator: Locator): Promise<void> {
  await locator.first().waitFor({ state: 'visible' });
}

async function open(title: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click();
  await see(page.getByRole('heading', { level: 1, name: title }));
}

function field(label: string): Locator {
  return page.getByLabel(label, { exact: true });
}

/** The card in which one location says how the check is. */
function place(name: string): Locator {
  return page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name, exact: true }) });
}

it('creates the first administrator with the one-time address, and signs in', async () => {
  hub = home.start();
  const [, address = ''] = await hub.says(/administrator at (\S+)/);
  await page.goto(address);
  await field('Your name').fill(ada.name);
  await field('Mail address').fill(ada.email);
  await field('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Create and sign in' }).click();
  await see(page.getByRole('heading', { name: 'Three steps to the first result' }));

  await page.getByRole('button', { name: 'Your account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await see(page.getByRole('heading', { name: 'Sign in' }));
  await field('Mail address').fill(ada.email);
  await field('Password').fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.getByRole('heading', { name: 'Three steps to the first result' }));
});

it('makes a system, tries an HTTP check, and saves it for the system', async () => {
  await open('Systems');
  await page.getByRole('button', { name: 'New system' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Web shop');
  await dialog.getByRole('button', { name: 'Add system' }).click();
  await see(page.getByText('Web shop'));

  await open('Checks');
  await page.getByRole('link', { name: 'New check' }).first().click();
  await page.getByRole('button', { name: /^HTTP/ }).click();
  await field('Name').fill('Shop answers');
  await field('URL').fill(target.url);
  await field('Every').fill('1');
  await page.getByLabel('Unit').click();
  await page.getByRole('option', { name: /second/ }).click();

  await page.getByRole('button', { name: 'Test now' }).click();
  const test = page.getByRole('complementary', { name: 'Test now' });
  await see(test.getByText('Healthy'));
  await see(test.getByRole('heading', { name: 'Facts' }));
  await see(test.getByRole('heading', { name: 'Log' }));
  await see(test.getByText('Status', { exact: true }));

  await page.getByLabel('Add a system').fill('Web');
  await page.getByRole('option', { name: 'Web shop' }).click();
  // The only place there is, is chosen already.
  await see(field('Locations').getByText('local'));
  await page.getByRole('button', { name: 'Runs in a row that change the state' }).click();
  await field('To unhealthy').fill('2');
  await page.getByRole('button', { name: 'Save check' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Shop answers' }));
});

it('sees results arrive by themselves: state, latency, runs with their facts', async () => {
  await page.evaluate('window.wasNotReloaded = true');
  const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row');
  await expect.poll(() => rows.count(), { timeout: PATIENCE_MS }).toBeGreaterThan(3);
  const earlier = await rows.count();
  await expect.poll(() => rows.count(), { timeout: PATIENCE_MS }).toBeGreaterThan(earlier + 2);
  await see(place('local').getByText('Healthy'));
  await see(page.getByRole('img', { name: /Latency/ }));
  expect(await page.evaluate('window.wasNotReloaded')).toBe(true);

  await rows.nth(1).getByRole('link').click();
  await see(page.getByRole('heading', { name: 'Timings' }));
  await see(page.getByRole('heading', { name: 'Facts' }));
  await page.goBack();
});

it('adds a second place with a pasted command, and sees both side by side', async () => {
  await open('Satellites');
  await page.getByRole('link', { name: 'Enrol a satellite' }).click();
  await field('Name').fill('office-1');
  await field('Location').click();
  await page.getByRole('option', { name: 'A new location…' }).click();
  await field('Name of the new location').fill('Office');
  await field('Offline after').fill('15');
  await page.getByRole('button', { name: 'Enrol' }).click();
  const command = (await page.getByLabel('Linux and macOS', { exact: true }).textContent()) ?? '';
  office = new Program('bash', ['-c', command], { cwd: officeFolder });
  await see(page.getByText(/office-1 is online/));

  await open('Checks');
  await page.getByRole('link', { name: 'Shop answers' }).click();
  await page.getByRole('button', { name: 'What to do with Shop answers on Web shop' }).click();
  await page.getByRole('menuitem', { name: 'Places and thresholds' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Locations' }).click();
  await page.getByRole('option', { name: 'Office' }).click();
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await see(place('Office').getByText('Healthy'));
  await see(place('local').getByText('Healthy'));
});

it('sees both places turn unhealthy with the target, with the reason, and healthy again', async () => {
  await target.stop();
  for (const name of ['local', 'Office']) {
    await see(place(name).getByText('Unhealthy'));
    await see(place(name).getByText(/refused/i));
  }
  await target.start();
  for (const name of ['local', 'Office']) await see(place(name).getByText('Healthy'));
});

it('sees a satellite that stopped as offline, and its slice as unknown, not green', async () => {
  office?.pressCtrlC();
  await office?.end();
  await see(place('Office').getByText('Unknown'));
  await see(place('Office').getByText(/offline/i));
  await see(place('local').getByText('Healthy'));
  await open('Satellites');
  await see(page.getByRole('row', { name: /office-1/ }).getByText('Offline'));
});

it('opens an incident from what fails, and works on it until it is over', async () => {
  await target.stop();
  await open('Dashboard');
  await page.getByRole('button', { name: 'Open incident for Web shop' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.getByLabel('Description', { exact: true }).inputValue()).toContain(
    '**Shop answers** is unhealthy',
  );
  await dialog.getByRole('button', { name: 'Open incident' }).click();
  await see(page.getByRole('heading', { level: 1, name: 'Web shop is unhealthy' }));
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await see(page.getByText('acknowledged it'));
  await field('New update').fill('It was **unplugged**.');
  await page.keyboard.press('Control+Enter');
  await see(page.getByRole('strong').filter({ hasText: 'unplugged' }));

  // The room hears by itself that the system recovers.
  await target.start();
  await see(page.getByRole('listitem').filter({ hasText: /Web shop\s+is healthy/ }));
  await page.getByRole('button', { name: 'Status', exact: true }).click();
  await page.getByRole('menuitemradio', { name: 'Resolved' }).click();
  await see(page.getByText('resolved it'));
  await see(page.getByRole('heading', { name: 'Post-mortem' }));
});

it('never showed an error on the way', () => {
  expect(complaints).toEqual([]);
});
