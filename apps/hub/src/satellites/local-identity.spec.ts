import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@checkstack/api';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { LocalIdentity } from './local-identity.js';
import { Satellites } from './satellites.service.js';

let dataDir: string;
let hub: TestHub;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'checkstack-local-'));
  hub = await startTestHub({ dataDir });
});

afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

it('enrols one satellite for a data folder, however often and by however many hubs it is asked', async () => {
  const other = await hub.replica();
  const identities = [hub, other, hub].map(({ app }) => app.get(LocalIdentity));
  await Promise.all(identities.map((identity) => identity.ensure()));
  await identities[0]!.ensure();
  const { items } = await hub.admin.call(routes.satellites.list);
  expect(items).toMatchObject([{ name: 'local', location: { name: 'local' }, local: true, status: 'new' }]);
  const token = await readFile(identities[0]!.tokenFile, 'utf8');
  expect(await hub.app.get(Satellites).authenticate(token)).toMatchObject({ id: items[0]!.id });
  expect((await stat(identities[0]!.tokenFile)).mode & 0o777).toBe(0o600);
  expect((await stat(identities[0]!.folder)).mode & 0o777).toBe(0o700);
});

it('enrols another one beside a satellite that has its name, and when its token is not known any more', async () => {
  await hub.admin.call(routes.satellites.enrol, { body: { name: 'Local', location: { name: 'LOCAL' } } });
  const identity = hub.app.get(LocalIdentity);
  await identity.ensure();
  await writeFile(identity.tokenFile, 'cst_of-another-database');
  await identity.ensure();
  const { items } = await hub.admin.call(routes.satellites.list);
  expect(items.map(({ name, location }) => [name, location.name])).toEqual([
    ['Local', 'LOCAL'],
    ['local-2', 'LOCAL'],
    ['local-3', 'LOCAL'],
  ]);
});

it('keeps its token itself: people cannot rotate it', async () => {
  await hub.app.get(LocalIdentity).ensure();
  const { items } = await hub.admin.call(routes.satellites.list);
  const rotate = hub.admin.call(routes.satellites.rotate, { params: { id: items[0]!.id }, body: {} });
  await expect(rotate).rejects.toMatchObject({ status: 400 });
});
