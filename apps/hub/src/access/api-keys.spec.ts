import { routes } from '@checkstack/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Client } from '../testing/client.js';
import { DataSource } from 'typeorm';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { Sessions } from './sessions.service.js';

let hub: TestHub;
let viewerRole: string;

beforeAll(async () => {
  hub = await startTestHub();
  const { items } = await hub.admin.call(routes.roles.list);
  viewerRole = items.find(({ name }) => name === 'viewer')?.id ?? '';
});
afterAll(() => hub[Symbol.asyncDispose]());

async function signedInAdministrator(roleId: string): Promise<{ cookie: string; id: string }> {
  const body = { email: 'maker@example.org', name: 'Maker', roleId, password: 'correct horse battery' };
  const { id } = await hub.admin.call(routes.users.create, { body });
  const opened = await hub.app
    .get(Sessions)
    .open(hub.app.get(DataSource).manager, id, { address: '127.0.0.1', userAgent: 'test' });
  return { cookie: opened.cookie.split(';', 1)[0] ?? '', id };
}

async function createKey(expiresAt: string | null = null) {
  const { apiKey, key } = await hub.admin.call(routes.apiKeys.create, {
    body: { name: 'Deploy', roleId: viewerRole, expiresAt },
  });
  return { apiKey, key, client: new Client(hub.url, { authorization: `Bearer ${key}` }) };
}

it('lets a program in with the rights of the key’s role, from anywhere', async () => {
  const { apiKey, key, client } = await createKey();
  expect(key).toMatch(/^csk_[\w-]{43}$/);
  expect(key.startsWith(apiKey.hint)).toBe(true);
  await expect(client.call(routes.audit.list)).rejects.toMatchObject({ status: 403 });
  await expect(client.call(routes.users.remove, { params: { id: apiKey.id } })).rejects.toMatchObject({ status: 403 });
  await expect(client.call(routes.session.read)).rejects.toMatchObject({ status: 403 });
  const { items } = await hub.admin.call(routes.apiKeys.list);
  const listed = items.find(({ id }) => id === apiKey.id);
  expect(listed?.lastUsedAt).not.toBeNull();
  expect(JSON.stringify(items)).not.toContain(key);
  const { rows } = await hub.database.query('SELECT * FROM api_keys');
  expect(JSON.stringify(rows)).not.toContain(key);
});

it('ends with its expiry or when it is revoked', async () => {
  const { apiKey, client } = await createKey(new Date(Date.now() + 3_600_000).toISOString());
  await expect(client.call(routes.audit.list)).rejects.toMatchObject({ status: 403 });
  await hub.database.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [apiKey.id]);
  await expect(client.call(routes.audit.list)).rejects.toMatchObject({ status: 401 });

  const revoked = await createKey();
  await hub.admin.call(routes.apiKeys.remove, { params: { id: revoked.apiKey.id } });
  await expect(revoked.client.call(routes.audit.list)).rejects.toMatchObject({ status: 401 });
  const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: revoked.apiKey.id } });
  expect(items.map(({ action }) => action)).toEqual(['api-key.delete', 'api-key.create']);
});

it.each(['Bearer csk_guess', 'Bearer', 'Basic YTpi', 'Bearer  ', `Bearer ${'x'.repeat(5000)}`])(
  'refuses %j, even beside a good cookie',
  async (authorization) => {
    const client = new Client(hub.url, { ...hub.admin.headers, authorization });
    await expect(client.call(routes.audit.list)).rejects.toMatchObject({ status: 401 });
  },
);

it('rests while whoever made it is disabled, and goes with them', async () => {
  const roles = (await hub.admin.call(routes.roles.list)).items;
  const roleId = roles.find(({ name }) => name === 'admin')?.id ?? '';
  const { cookie, id } = await signedInAdministrator(roleId);
  const maker = new Client(hub.url, { cookie });
  const make = (client: Client, name: string) =>
    client.call(routes.apiKeys.create, { body: { name, roleId, expiresAt: null } });
  const made = await make(maker, 'Reports');
  const first = new Client(hub.url, { authorization: `Bearer ${made.key}` });
  const second = new Client(hub.url, { authorization: `Bearer ${(await make(first, 'Made by a key')).key}` });
  const statuses = async () =>
    Promise.all([first, second].map(async (client) => (await client.send(routes.audit.list, {})).status));
  const restingOf = async () =>
    (await hub.admin.call(routes.apiKeys.list)).items.find((key) => key.id === made.apiKey.id)?.resting;

  expect([await statuses(), await restingOf()]).toEqual([[200, 200], false]);
  await hub.admin.call(routes.users.update, { params: { id }, body: { disabled: true } });
  expect([await statuses(), await restingOf()]).toEqual([[401, 401], true]);
  await hub.admin.call(routes.users.update, { params: { id }, body: { disabled: false } });
  expect(await statuses()).toEqual([200, 200]);
  await hub.admin.call(routes.users.remove, { params: { id } });
  expect([await statuses(), await restingOf()]).toEqual([[401, 401], undefined]);
  const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: id } });
  expect(JSON.stringify(items[0]?.changes)).toContain('Reports');
});

it('refuses an expiry in the past', async () => {
  await expect(createKey('2020-01-01T00:00:00Z')).rejects.toMatchObject({
    problem: { fields: [{ path: 'expiresAt' }] },
  });
});
