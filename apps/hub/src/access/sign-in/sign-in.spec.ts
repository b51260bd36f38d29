import { routes } from '@checkstack/api';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Secrets } from '../../secrets/secrets.service.js';
import { Client, type Refusal } from '../../testing/client.js';
import { startTestHub, type TestHub } from '../../testing/test-hub.js';

const password = 'correct horse battery';
let hub: TestHub;
let userId: string;

beforeAll(async () => {
  hub = await startTestHub();
  const { items } = await hub.admin.call(routes.roles.list);
  const roleId = items.find((role) => role.name === 'editor')?.id ?? '';
  const user = await hub.admin.call(routes.users.create, {
    body: { email: 'Ada@example.test', name: 'Ada', roleId, password },
  });
  userId = user.id;
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  await hub.database.query('DELETE FROM sign_in_failures');
});

/** As whom an account's failures are counted. */
function subjectOf(email: string): string {
  return `account:${hub.app.get(Secrets).fingerprint(email)}`;
}

function body(email: string, text: string) {
  return { input: { email, password: text } };
}

/** Signs in as a browser does: by the cookie of the answer. */
async function signIn(client = hub.anonymous): Promise<Client> {
  const response = await client.send(routes.session.signIn, { body: body('ada@EXAMPLE.test', password) });
  expect(response.status).toBe(200);
  const [cookie] = response.headers.getSetCookie();
  expect(cookie).toMatch(/^checkstack_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
  return new Client(hub.url, { cookie: cookie?.split(';')[0] ?? '' });
}

function attempt(email: string, text: string, headers: Record<string, string> = {}): Promise<unknown> {
  return hub.anonymous
    .call(routes.session.signIn, { body: body(email, text), headers })
    .catch((error: unknown) => error);
}

it('shows the ways to sign in with their forms', async () => {
  const { items } = await hub.anonymous.call(routes.session.logins);
  expect(items).toMatchObject([{ id: 'password', form: { properties: { email: {}, password: { secret: true } } } }]);
});

it('signs in with mail address and password, and out again', async () => {
  const ada = await signIn();
  const session = await ada.call(routes.session.read);
  expect(session).toMatchObject({ user: { id: userId, email: 'Ada@example.test', name: 'Ada' }, role: 'editor' });
  expect(session.rules).toContain('checks.check.manage');
  expect((await hub.admin.call(routes.users.read, { params: { id: userId } })).lastSignInAt).not.toBeNull();

  const signOut = await ada.send(routes.session.signOut, {});
  expect(signOut.headers.getSetCookie()[0]).toMatch(/^checkstack_session=; Max-Age=0;/);
  await expect(ada.call(routes.session.read)).rejects.toMatchObject({ code: 'not_signed_in' });

  const { items } = await hub.admin.call(routes.audit.list, { query: { actorId: userId } });
  expect(items.map(({ action }) => action)).toEqual(['session.sign-out', 'session.sign-in']);
  expect(items[0]?.address).toBe('127.0.0.1');
});

it('keeps no value that a thief of the database could sign in with', async () => {
  const ada = await signIn();
  const token = ada.headers['cookie']?.split('=')[1] ?? '';
  const { rows } = await hub.database.query('SELECT * FROM sessions, credentials');
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(JSON.stringify(rows)).not.toContain(password);
  expect(JSON.stringify(rows)).toContain('$argon2id$');
});

it('counts the attempts on an account together, however its letters are written', async () => {
  await attempt('visitor@example.test', 'not this one');
  await attempt('V\u0130SITOR@example.test', 'not this one');
  const { rows: counted } = await hub.database.query<{ subject: string }>(
    `SELECT subject FROM sign_in_failures WHERE subject LIKE 'account:%' ORDER BY subject`,
  );
  const { rows: accounts } = await hub.database.query<{ email: string }>(
    'SELECT DISTINCT lower(email) AS email FROM unnest($1::text[]) email',
    [['visitor@example.test', 'V\u0130SITOR@example.test']],
  );
  expect(counted.map(({ subject }) => subject).sort()).toEqual(accounts.map(({ email }) => subjectOf(email)).sort());
});

it('answers alike whether the user exists, is disabled, or the password is wrong', async () => {
  const wrong = (await attempt('ada@example.test', 'not this one')) as Refusal;
  const unknown = (await attempt('nobody@example.test', 'not this one')) as Refusal;
  await hub.admin.call(routes.users.update, { params: { id: userId }, body: { disabled: true } });
  const disabled = (await attempt('ada@example.test', password)) as Refusal;
  await hub.admin.call(routes.users.update, { params: { id: userId }, body: { disabled: false } });
  for (const refusal of [wrong, unknown, disabled])
    expect({ ...refusal.problem, requestId: '' }).toEqual({ ...wrong.problem, requestId: '' });
  expect(wrong.code).toBe('wrong_credentials');
});

it('delays each further attempt after four failures, for known and unknown accounts, on every replica', async () => {
  await using replica = await hub.replica();
  for (const email of ['ada@example.test', 'nobody@example.test']) {
    for (let count = 0; count < 4; count++) expect(await attempt(email, 'wrong')).toMatchObject({ status: 401 });
    await hub.database.query(`UPDATE sign_in_failures SET count = count + 4 WHERE subject = $1`, [subjectOf(email)]);
    const refusal = (await replica.anonymous
      .call(routes.session.signIn, { body: body(email, password) })
      .catch((error: unknown) => error)) as Refusal;
    expect(refusal).toMatchObject({ status: 429, code: 'too_many_attempts' });
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refusal.headers.get('retry-after'))).toBeLessThanOrEqual(16);
  }
  await hub.database.query(`UPDATE sign_in_failures SET last_at = last_at - interval '17 seconds'`);
  await signIn();
  const { rows } = await hub.database.query('SELECT FROM sign_in_failures WHERE subject = $1', [
    subjectOf('ada@example.test'),
  ]);
  expect(rows).toEqual([]);
});

it('lets many attempts at the same time gain nothing', async () => {
  await hub.database.query(`INSERT INTO sign_in_failures VALUES ($1, 20, now() - interval '2 minutes')`, [
    subjectOf('ada@example.test'),
  ]);
  const refusals = (await Promise.all(
    Array.from({ length: 12 }, () => attempt('ada@example.test', 'wrong')),
  )) as Refusal[];
  expect(refusals.filter(({ status }) => status === 401)).toHaveLength(1);
  expect(refusals.filter(({ status }) => status === 429)).toHaveLength(11);
});

it('delays an address that tries many accounts, whatever it forges, and forgives it no success', async () => {
  for (let count = 0; count < 20; count++)
    await attempt(`user${count}@example.test`, 'wrong', { 'x-forwarded-for': `10.0.0.${count}` });
  const { rows } = await hub.database.query(
    `UPDATE sign_in_failures SET count = count + 5 WHERE subject LIKE 'address:%' RETURNING subject, count`,
  );
  expect(rows).toEqual([{ subject: 'address:127.0.0.1', count: 25 }]);
  expect(await attempt('ada@example.test', password)).toMatchObject({ status: 429 });
  await hub.database.query(`UPDATE sign_in_failures SET last_at = last_at - interval '33 seconds'`);
  await signIn();
  expect((await hub.database.query(`SELECT count FROM sign_in_failures WHERE subject LIKE 'address:%'`)).rows).toEqual([
    { count: 25 },
  ]);
});

it.each([
  [{ input: { email: 'ada@example.test' } }, 'input.password'],
  [{ input: { email: 5, password: 'x' } }, 'input.email'],
  [{ login: 'ldap', input: {} }, 'login'],
])('names what is wrong with %j', async (wrong, path) => {
  await expect(hub.anonymous.call(routes.session.signIn, { body: wrong })).rejects.toMatchObject({
    status: 400,
    problem: { fields: [{ path }] },
  });
});

it('ends a session a week after its last use and a month after its start', async () => {
  const ada = await signIn();
  const { user } = await ada.call(routes.session.read);
  const age = (columns: string) => hub.database.query(`UPDATE sessions SET ${columns} WHERE user_id = $1`, [user.id]);
  await age(`last_seen_at = now() - interval '2 minutes', expires_at = now() + interval '1 minute'`);
  const renewed = await ada.call(routes.session.read);
  expect(Date.parse(renewed.expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  await age(`created_at = now() - interval '29 days', last_seen_at = now() - interval '2 minutes'`);
  const last = await ada.call(routes.session.read);
  expect(Date.parse(last.expiresAt) - Date.now()).toBeLessThan(86_400_001);
  await age(`expires_at = now()`);
  await expect(ada.call(routes.session.read)).rejects.toMatchObject({ code: 'not_signed_in' });
});

it('writes at most once a minute that a session is used', async () => {
  const ada = await signIn();
  const before = await hub.database.query(`SELECT xmin FROM sessions WHERE user_id = $1 ORDER BY id`, [userId]);
  for (let count = 0; count < 3; count++) await ada.call(routes.session.read);
  const after = await hub.database.query(`SELECT xmin FROM sessions WHERE user_id = $1 ORDER BY id`, [userId]);
  expect(after.rows).toEqual(before.rows);
});

it('lists one’s own browsers and signs one out, but nobody else’s', async () => {
  const here = await signIn();
  const there = await signIn();
  const { items } = await here.call(routes.session.list);
  expect(items.filter(({ current }) => current)).toHaveLength(1);
  const foreign = (await hub.admin.call(routes.session.list)).items[0]?.id ?? '';
  await expect(here.call(routes.session.revoke, { params: { id: foreign } })).rejects.toMatchObject({ status: 404 });
  for (const { id, current } of items) if (!current) await here.call(routes.session.revoke, { params: { id } });
  await expect(there.call(routes.session.read)).rejects.toMatchObject({ status: 401 });
  await here.call(routes.session.read);
});

it('ends the session that a browser had before it signs in', async () => {
  const before = await signIn();
  await signIn(before);
  await expect(before.call(routes.session.read)).rejects.toMatchObject({ status: 401 });
});

it('changes one’s own password and signs the other browsers out', async () => {
  const here = await signIn();
  const there = await signIn();
  const change = (current: string, next: string) =>
    here.call(routes.session.changePassword, { body: { current, next } });
  await expect(change('not this', 'another fine phrase')).rejects.toMatchObject({
    problem: { fields: [{ path: 'current' }] },
  });
  await expect(change(password, 'password123')).rejects.toMatchObject({ problem: { fields: [{ path: 'next' }] } });
  await change(password, 'another fine phrase');
  await expect(there.call(routes.session.read)).rejects.toMatchObject({ status: 401 });
  expect(await attempt('ada@example.test', password)).toMatchObject({ code: 'wrong_credentials' });
  await change('another fine phrase', password);
});

it('takes no change that a page of another site sends', async () => {
  const ada = await signIn();
  const foreign = { origin: 'https://evil.example' };
  await expect(ada.call(routes.session.signOut, { headers: foreign })).rejects.toMatchObject({ code: 'wrong_origin' });
  expect(await attempt('ada@example.test', password, foreign)).toMatchObject({ code: 'wrong_origin' });
  await ada.call(routes.session.read, { headers: foreign });
  await ada.call(routes.session.signOut, { headers: { origin: hub.url } });
});
