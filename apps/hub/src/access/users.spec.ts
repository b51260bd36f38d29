import { routes, type User } from '@checkstack/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Client } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';

const password = 'correct horse battery';
let hub: TestHub;
let roles: Record<string, string>;

beforeAll(async () => {
  hub = await startTestHub();
  const { items } = await hub.admin.call(routes.roles.list);
  roles = Object.fromEntries(items.map(({ name, id }) => [name, id]));
});
afterAll(() => hub[Symbol.asyncDispose]());

let count = 0;
function create(role = 'viewer', client: Client = hub.admin): Promise<User> {
  const email = `user${++count}@example.test`;
  return client.call(routes.users.create, {
    body: { email, name: `User ${count}`, roleId: roles[role] ?? '', password },
  });
}

async function signIn(user: User, text = password): Promise<void> {
  await hub.anonymous.call(routes.session.signIn, { body: { input: { email: user.email, password: text } } });
}

/** Somebody who may manage users but is no administrator. */
async function userManager(): Promise<Client> {
  await hub.database.query(
    `INSERT INTO roles (name, rules) VALUES ('people', '{access.user.manage,access.api-key.manage,checks.check.read}') ON CONFLICT DO NOTHING`,
  );
  return hub.signIn('people' as 'admin');
}

it('has the built-in roles', async () => {
  const { items } = await hub.admin.call(routes.roles.list);
  expect(items.map(({ name }) => name)).toEqual(['admin', 'editor', 'viewer']);
  expect(items[2]?.rules.every((rule) => rule.endsWith('.read'))).toBe(true);
});

it('adds, changes and deletes users, with a trail', async () => {
  const user = await create();
  await signIn(user);
  const named = await hub.admin.call(routes.users.update, {
    params: { id: user.id },
    body: { name: 'Renamed', roleId: roles['editor'] },
    version: user.version,
  });
  expect(named).toMatchObject({ name: 'Renamed', role: { name: 'editor' }, version: user.version + 1 });
  await expect(
    hub.admin.call(routes.users.update, { params: { id: user.id }, body: { name: 'Late' }, version: user.version }),
  ).rejects.toMatchObject({ status: 412, code: 'changed_meanwhile' });
  await hub.admin.call(routes.users.remove, { params: { id: user.id } });
  await expect(hub.admin.call(routes.users.read, { params: { id: user.id } })).rejects.toMatchObject({ status: 404 });
  await expect(signIn(user)).rejects.toMatchObject({ code: 'wrong_credentials' });

  const { items } = await hub.admin.call(routes.audit.list, { query: { subjectKind: 'user', subjectId: user.id } });
  expect(items.map(({ action }) => action)).toEqual(['user.delete', 'user.update', 'session.sign-in', 'user.create']);
  expect(items[1]?.changes).toEqual({ name: [user.name, 'Renamed'], role: ['viewer', 'editor'] });
});

it('takes a mail address once, in any case of letters', async () => {
  const user = await create();
  await expect(
    hub.admin.call(routes.users.create, {
      body: { email: user.email.toUpperCase(), name: 'Twin', roleId: roles['viewer'] ?? '', password },
    }),
  ).rejects.toMatchObject({ code: 'already_exists', problem: { fields: [{ path: 'email' }] } });
});

it('names the unknown role and the weak password', async () => {
  const body = { email: 'x@example.test', name: 'X', roleId: crypto.randomUUID(), password };
  await expect(hub.admin.call(routes.users.create, { body })).rejects.toMatchObject({
    status: 400,
    problem: { fields: [{ path: 'roleId' }] },
  });
  await expect(
    hub.admin.call(routes.users.create, { body: { ...body, roleId: roles['viewer'] ?? '', password: 'short' } }),
  ).rejects.toMatchObject({ status: 400, problem: { fields: [{ path: 'password' }] } });
});

it.each([
  ['another role', { roleId: 'editor' }],
  ['disabling', { disabled: true }],
  ['a new password', { password: 'another fine phrase' }],
])('signs a user out everywhere by %s', async (_, change) => {
  const user = await create();
  await signIn(user);
  const body = 'roleId' in change ? { roleId: roles[change.roleId ?? ''] } : change;
  await hub.admin.call(routes.users.update, { params: { id: user.id }, body });
  const { rows } = await hub.database.query('SELECT FROM sessions WHERE user_id = $1', [user.id]);
  expect(rows).toEqual([]);
});

it('shows in the trail that a password was set, not which', async () => {
  const user = await create();
  await hub.admin.call(routes.users.update, { params: { id: user.id }, body: { password: 'another fine phrase' } });
  await signIn(user, 'another fine phrase');
  const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: user.id, action: 'user.update' } });
  expect(items[0]?.changes).toEqual({ password: [null, '(secret)'] });
});

it('lets nobody give rights beyond their own', async () => {
  const manager = await userManager();
  await expect(create('admin', manager)).rejects.toMatchObject({ status: 403 });
  const administrator = await create('admin');
  for (const body of [{ password: 'another fine phrase' }, { disabled: true }, { roleId: roles['viewer'] }])
    await expect(manager.call(routes.users.update, { params: { id: administrator.id }, body })).rejects.toMatchObject({
      status: 403,
    });
  await expect(manager.call(routes.users.remove, { params: { id: administrator.id } })).rejects.toMatchObject({
    status: 403,
  });
  await expect(
    manager.call(routes.apiKeys.create, { body: { name: 'key', roleId: roles['admin'] ?? '' } }),
  ).rejects.toMatchObject({ status: 403 });
});

it('keeps one enabled administrator, even when two remove each other at the same time', async () => {
  await using own = await startTestHub();
  const second = await own.signIn('admin');
  const [a, b] = await Promise.all(
    [own.admin, second].map(async (client) => (await client.call(routes.session.read)).user.id),
  );
  const answers = await Promise.allSettled([
    own.admin.call(routes.users.update, { params: { id: b ?? '' }, body: { disabled: true } }),
    second.call(routes.users.remove, { params: { id: a ?? '' } }),
  ]);
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const [left] = (await own.database.query<{ id: string }>('SELECT id FROM users WHERE NOT disabled')).rows;
  const survivor = left?.id === a ? own.admin : second;
  const params = { id: left?.id ?? '' };
  const { items } = await survivor.call(routes.roles.list);
  for (const body of [{ disabled: true }, { roleId: items.find(({ name }) => name === 'viewer')?.id }])
    await expect(survivor.call(routes.users.update, { params, body })).rejects.toMatchObject({
      code: 'last_administrator',
    });
  await expect(survivor.call(routes.users.remove, { params })).rejects.toMatchObject({ code: 'last_administrator' });
});

it('lists all users page by page', async () => {
  for (let more = 0; more < 3; more++) await create();
  const all = (await hub.admin.call(routes.users.list)).items;
  const paged: User[] = [];
  let after: string | undefined;
  do {
    const page = await hub.admin.call(routes.users.list, { query: { limit: 2, after } });
    paged.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(paged).toEqual(all);
  await expect(hub.admin.call(routes.users.list, { query: { after: 'nonsense' } })).rejects.toMatchObject({
    status: 400,
    problem: { fields: [{ path: 'after' }] },
  });
});
