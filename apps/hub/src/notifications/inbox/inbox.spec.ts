import { routes } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client, type Refusal } from '../../testing/client.js';
import { startTestHub, type TestHub } from '../../testing/test-hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

async function fill(client: Client, count: number): Promise<void> {
  const { user } = await client.call(routes.session.read);
  await hub.database.query(
    `INSERT INTO notifications (user_id, collapse_key, family, importance, message, why, count, entries, first_at, at)
     SELECT $1, 'key ' || n, 'platform', 1,
       jsonb_build_object('title', 'Message ' || n, 'body', '', 'fields', '[]'::jsonb, 'subjects', '[]'::jsonb, 'action', NULL),
       '[{"kind": "everything", "name": null, "team": null}]', 1, '[]', now(), now() - make_interval(secs => n * 0.000001)
     FROM generate_series(1, $2::integer) AS n`,
    [user.id, count],
  );
}

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'taken',
    (refusal: Refusal) => refusal.code,
  );

describe('the inbox', () => {
  it('is read page by page, newest first, and marked one by one or all that was seen', async () => {
    const person = await hub.signIn('viewer');
    await fill(person, 5);
    const titles: string[] = [];
    let after: string | null = null;
    do {
      const query: { limit: number; after?: string } = { limit: 2, ...(after !== null && { after }) };
      const page = await person.call(routes.notifications.list, { query });
      titles.push(...page.items.map(({ title }) => title));
      after = page.next;
    } while (after !== null);
    expect(titles).toEqual([1, 2, 3, 4, 5].map((number) => `Message ${number}`));

    const { items } = await person.call(routes.notifications.list);
    const params = { id: items[0]?.id ?? '' };
    expect(items[0]?.why).toEqual(['you are subscribed to everything']);
    await person.call(routes.notifications.mark, { params, body: { read: true } });
    expect(await person.call(routes.notifications.count)).toEqual({ unread: 4 });
    const unread = await person.call(routes.notifications.list, { query: { unread: 'true' } });
    expect(unread.items).toHaveLength(4);
    await person.call(routes.notifications.mark, { params, body: { read: false } });
    await person.call(routes.notifications.markAll, { body: { until: items[2]?.at ?? '' } });
    expect((await person.call(routes.notifications.count)).unread).toBeLessThanOrEqual(5);
    await person.call(routes.notifications.markAll, { body: { until: new Date(Date.now() + 60_000).toISOString() } });
    expect(await person.call(routes.notifications.count)).toEqual({ unread: 0 });
  });

  it('is one’s own: others, and keys, find nothing there', async () => {
    const [person, other] = [await hub.signIn('viewer'), await hub.signIn('admin')];
    await fill(person, 1);
    const [mine] = (await person.call(routes.notifications.list)).items;
    const params = { id: mine?.id ?? '' };
    expect(await code(other.call(routes.notifications.read, { params }))).toBe('not_found');
    expect(await code(other.call(routes.notifications.mark, { params, body: { read: true } }))).toBe('not_found');
    const { items } = await hub.admin.call(routes.roles.list);
    const roleId = items.find(({ name }) => name === 'admin')?.id ?? '';
    const { key } = await hub.admin.call(routes.apiKeys.create, { body: { name: 'robot', roleId } });
    const robot = new Client(hub.url, { authorization: `Bearer ${key}` });
    expect(await code(robot.call(routes.notifications.list))).toBe('not_allowed');
  });
});

it('settings keep quiet hours of a time zone that exists', async () => {
  const person = await hub.signIn('viewer');
  expect(await person.call(routes.notifications.settings)).toMatchObject({ quietHours: [], version: 0 });
  const quietHours = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '00:00' }];
  const body = { timeZone: 'Europe/Berlin', quietHours };
  const changed = await person.call(routes.notifications.changeSettings, { body });
  expect(changed).toMatchObject({ ...body, criticalPasses: true, version: 1, quietUntil: expect.any(String) });
  const nowhere = person.call(routes.notifications.changeSettings, { body: { timeZone: 'Mars/Olympus' } });
  expect(await code(nowhere)).toBe('invalid_request');
  const reach = await person.call(routes.notifications.reach);
  expect(reach.quietHours).toBe(
    'every day 00:00–00:00 (Europe/Berlin): messages wait until then, except what is critical',
  );
});
