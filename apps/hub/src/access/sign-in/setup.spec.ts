import { routes } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import type { Refusal } from '../../testing/client.js';
import { startTestHub, type TestHub } from '../../testing/test-hub.js';
import { Setup } from './setup.service.js';

const administrator = { email: 'ada@example.test', name: 'Ada', password: 'correct horse battery' };

/** A hub before its first user. */
async function startEmptyHub(settings: Parameters<typeof startTestHub>[0] = {}): Promise<TestHub> {
  const hub = await startTestHub(settings);
  await hub.database.query('DELETE FROM users');
  return hub;
}

function tokenOf(address: string | null): string {
  const token = new URL(address ?? '').searchParams.get('token');
  expect(token).toMatch(/^[\w-]{43}$/);
  return token ?? '';
}

it('creates the first administrator with the token from the log, once', async () => {
  await using hub = await startEmptyHub();
  expect(await hub.anonymous.call(routes.setup.read)).toEqual({ needed: true });
  const address = await hub.app.get(Setup).begin();
  expect(address).toMatch(new RegExp(`^${hub.url}/setup\\?token=`));
  const token = tokenOf(address);
  const { rows } = await hub.database.query('SELECT value FROM settings');
  expect(JSON.stringify(rows)).not.toContain(token);

  const complete = (body: object) =>
    hub.anonymous.call(routes.setup.complete, { body: { ...administrator, token, ...body } });
  await expect(complete({ token: 'guess' })).rejects.toMatchObject({ code: 'invalid_setup_token' });
  await expect(complete({ password: 'short' })).rejects.toMatchObject({ problem: { fields: [{ path: 'password' }] } });
  const session = await complete({});
  expect(session).toMatchObject({ user: { email: 'ada@example.test' }, role: 'admin' });
  expect(session.rules).toContain('access.user.manage');
  await expect(complete({ email: 'eve@example.test' })).rejects.toMatchObject({ code: 'setup_done', status: 409 });
  expect(await hub.anonymous.call(routes.setup.read)).toEqual({ needed: false });
  expect(await hub.app.get(Setup).begin()).toBeNull();
});

it('makes one administrator when two people finish at the same time, with the tokens of two replicas', async () => {
  await using hub = await startEmptyHub();
  await using replica = await hub.replica();
  const hubs = [hub, replica];
  const tokens = await Promise.all(hubs.map(async ({ app }) => tokenOf(await app.get(Setup).begin())));
  const answers = await Promise.allSettled(
    hubs.map(({ anonymous }, index) =>
      anonymous.call(routes.setup.complete, {
        body: { ...administrator, email: `a${index}@example.test`, token: tokens[1 - index] ?? '' },
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const refused = answers.find((answer) => answer.status === 'rejected');
  expect((refused?.reason as Refusal).code).toBe('setup_done');
  expect(await hub.app.get(DataSource).query('SELECT count(*)::int AS count FROM users')).toEqual([{ count: 1 }]);
});

it('makes the administrator whom the environment names, once, with no token', async () => {
  const { email, password } = administrator;
  await using hub = await startEmptyHub({ firstAdministrator: { email, password } });
  await using replica = await hub.replica();
  expect(await Promise.all([hub.app.get(Setup).begin(), replica.app.get(Setup).begin()])).toEqual([null, null]);
  const session = await hub.anonymous.call(routes.session.signIn, { body: { input: { email, password } } });
  expect(session.role).toBe('admin');
});

it('says in one sentence that the named administrator’s password is too weak', async () => {
  await using hub = await startEmptyHub({ firstAdministrator: { email: 'a@b.test', password: 'secret' } });
  await expect(hub.app.get(Setup).begin()).rejects.toThrow(/^CHECKSTACK_ADMIN_PASSWORD: The password must have/);
});
