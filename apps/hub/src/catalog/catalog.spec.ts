import { routes, type System } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});

afterAll(() => hub[Symbol.asyncDispose]());

const missing = '00000000-0000-4000-8000-000000000000';

function addSystem(body: Partial<System> & { name: string }): Promise<System> {
  return hub.admin.call(routes.systems.create, { body });
}

describe('systems', () => {
  it('keeps what was entered, and shows its groups and environments by name', async () => {
    const group = await hub.admin.call(routes.groups.create, { body: { name: 'Payments' } });
    const environment = await hub.admin.call(routes.environments.create, {
      body: { name: 'Production', description: 'Live', fields: { host: 'shop.example.org' } },
    });
    const created = await addSystem({
      name: '  Shop ',
      description: 'Sells things',
      contacts: [{ email: 'ops@example.org', label: 'On call' }],
      links: [{ label: 'Runbook', url: 'https://example.org/runbook' }],
      tags: ['tier-1', 'tier-1', 'web'],
      groupIds: [group.id, group.id],
      environmentIds: [environment.id],
    });
    expect(created).toMatchObject({
      name: 'Shop',
      contacts: [{ email: 'ops@example.org', label: 'On call' }],
      tags: ['tier-1', 'web'],
      groups: [{ id: group.id, name: 'Payments' }],
      environments: [{ id: environment.id, name: 'Production' }],
      groupIds: [group.id],
      checkCount: 0,
      state: { state: 'unknown' },
      version: 1,
    });
    expect(await hub.admin.call(routes.systems.read, { params: { id: created.id } })).toEqual(created);
    const groups = await hub.admin.call(routes.groups.list);
    expect(groups.items.find(({ id }) => id === group.id)).toMatchObject({ systemCount: 1, state: 'unknown' });
    const environments = await hub.admin.call(routes.environments.list);
    expect(environments.items.find(({ id }) => id === environment.id)).toMatchObject({
      systemCount: 1,
      fields: { host: 'shop.example.org' },
    });
  });

  it('names the users among its contacts to everybody who may see it', async () => {
    const { items } = await hub.admin.call(routes.roles.list);
    const roleId = items.find(({ name }) => name === 'viewer')?.id ?? '';
    const body = { email: 'ada@example.org', name: 'Ada', roleId, password: 'correct horse battery' };
    const { id: userId } = await hub.admin.call(routes.users.create, { body });
    const { id } = await addSystem({ name: 'Watched by Ada', contacts: [{ userId }] });
    const viewer = await hub.signIn('viewer');
    const read = () => viewer.call(routes.systems.read, { params: { id } });
    expect((await read()).contactUsers).toEqual([{ id: userId, name: 'Ada' }]);
    const { items: listed } = await viewer.call(routes.systems.list, { query: { search: 'Watched by Ada' } });
    expect(listed.map(({ contactUsers }) => contactUsers)).toEqual([[{ id: userId, name: 'Ada' }]]);
    await hub.admin.call(routes.users.remove, { params: { id: userId } });
    expect(await read()).toMatchObject({ contacts: [{ userId }], contactUsers: [] });
  });

  it('changes only what an edit carries, and raises the version once for it', async () => {
    const { items } = await hub.admin.call(routes.groups.list);
    const before = await addSystem({ name: 'Edited', description: 'Before', tags: ['a'], groupIds: [items[0]!.id] });
    const after = await hub.admin.call(routes.systems.update, {
      params: { id: before.id },
      body: { description: 'After' },
      version: 1,
    });
    expect(after).toMatchObject({ description: 'After', tags: ['a'], groupIds: [items[0]!.id], version: 2 });
    const same = await hub.admin.call(routes.systems.update, {
      params: { id: before.id },
      body: { description: 'After', groupIds: [items[0]!.id] },
    });
    expect(same.version).toBe(2);
    const moved = await hub.admin.call(routes.systems.update, { params: { id: before.id }, body: { groupIds: [] } });
    expect(moved).toMatchObject({ groups: [], version: 3 });
  });

  it('refuses an edit of a version that somebody else has changed', async () => {
    const { id } = await addSystem({ name: 'Contested' });
    const first = await hub.admin.send(routes.systems.update, {
      params: { id },
      body: { description: '1' },
      version: 1,
    });
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"2"']);
    for (const attempt of [
      () => hub.admin.call(routes.systems.update, { params: { id }, body: { description: '2' }, version: 1 }),
      () => hub.admin.call(routes.systems.remove, { params: { id }, version: 1 }),
    ])
      await expect(attempt()).rejects.toMatchObject({ status: 412, code: 'changed_meanwhile' });
    await hub.admin.call(routes.systems.remove, { params: { id }, version: 2 });
    await expect(hub.admin.call(routes.systems.read, { params: { id } })).rejects.toMatchObject({ status: 404 });
  });

  it('names the field that is wrong', async () => {
    const wrong: [object, string][] = [
      [{ name: '' }, 'name'],
      [{ name: 'x', contacts: [{ email: 'nobody' }] }, 'contacts.0.email'],
      [{ name: 'x', contacts: [{ email: 'a@b.test' }, { userId: missing }] }, 'contacts.1.userId'],
      [{ name: 'x', links: [{ label: 'x', url: 'javascript:alert(1)' }] }, 'links.0.url'],
      [{ name: 'x', groupIds: [missing] }, 'groupIds'],
      [{ name: 'x', environmentIds: [missing] }, 'environmentIds'],
      [{ name: 'x', owner: 'me' }, 'owner'],
    ];
    for (const [body, path] of wrong)
      await expect(addSystem(body as never), path).rejects.toMatchObject({
        status: 400,
        problem: { fields: [{ path }] },
      });
    const { items } = await hub.admin.call(routes.systems.list, { query: { search: 'x' } });
    expect(items.map(({ name }) => name)).not.toContain('x');
  });

  it('has each name once, whatever its case, also when two people add it at the same time', async () => {
    const outcomes = await Promise.allSettled(['Twin', 'twin', 'TWIN', 'Twin'].map((name) => addSystem({ name })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'already_exists', problem: { fields: [{ path: 'name' }] } });
  });

  it('finds by text taken literally, group, environment, tag and state', async () => {
    const group = await hub.admin.call(routes.groups.create, { body: { name: 'Found' } });
    const environment = await hub.admin.call(routes.environments.create, { body: { name: 'Staging' } });
    await addSystem({ name: '100% uptime', groupIds: [group.id] });
    await addSystem({ name: 'back\\slash_', tags: ['needle'], environmentIds: [environment.id] });
    const named = async (query: object): Promise<string[]> =>
      (await hub.admin.call(routes.systems.list, { query })).items.map(({ name }) => name);
    expect(await named({ search: '0%' })).toEqual(['100% uptime']);
    expect(await named({ search: 'K\\S' })).toEqual(['back\\slash_']);
    expect(await named({ search: '\\slash_' })).toEqual(['back\\slash_']);
    expect(await named({ search: 'NEEDLE' })).toEqual(['back\\slash_']);
    expect(await named({ search: 'h_p' })).toEqual([]);
    expect(await named({ groupId: group.id })).toEqual(['100% uptime']);
    expect(await named({ environmentId: environment.id })).toEqual(['back\\slash_']);
    expect(await named({ tag: 'needle' })).toEqual(['back\\slash_']);
    expect(await named({ state: 'healthy' })).toEqual([]);
    await hub.database.query(`UPDATE systems SET state = 0 WHERE name = '100% uptime'`);
    expect(await named({ state: 'healthy' })).toEqual(['100% uptime']);
  });

  it('leaves a trace of every change with what was before', async () => {
    const editor = await hub.signIn('editor');
    const { id } = await editor.call(routes.systems.create, { body: { name: 'Traced' } });
    await editor.call(routes.systems.update, { params: { id }, body: { name: 'Renamed', tags: ['new'] } });
    await editor.call(routes.systems.remove, { params: { id } });
    const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: id } });
    expect(items.map(({ action, changes }) => [action, changes['name']])).toEqual([
      ['system.delete', ['Renamed', null]],
      ['system.update', ['Traced', 'Renamed']],
      ['system.create', [null, 'Traced']],
    ]);
    expect(items[1]!.changes).toEqual({ name: ['Traced', 'Renamed'], tags: [[], ['new']] });
  });

  it('can be looked at but not changed by a viewer', async () => {
    const viewer = await hub.signIn('viewer');
    await viewer.call(routes.systems.list);
    const { id } = await addSystem({ name: 'Untouchable' });
    for (const attempt of [
      () => viewer.call(routes.systems.create, { body: { name: 'Mine' } }),
      () => viewer.call(routes.systems.update, { params: { id }, body: { name: 'Mine' } }),
      () => viewer.call(routes.systems.remove, { params: { id } }),
    ])
      await expect(attempt()).rejects.toMatchObject({ status: 403 });
  });
});

describe('groups and environments', () => {
  it('renames in place, and leaves the systems when one is deleted', async () => {
    const group = await hub.admin.call(routes.groups.create, { body: { name: 'Old' } });
    const system = await addSystem({ name: 'Stays', groupIds: [group.id] });
    const renamed = await hub.admin.call(routes.groups.update, { params: { id: group.id }, body: { name: 'New' } });
    expect(renamed).toMatchObject({ id: group.id, name: 'New', version: 2 });
    await expect(
      hub.admin.call(routes.groups.update, { params: { id: group.id }, body: { name: 'Newer' }, version: 1 }),
    ).rejects.toMatchObject({ code: 'changed_meanwhile' });
    await hub.admin.call(routes.groups.remove, { params: { id: group.id } });
    expect(await hub.admin.call(routes.systems.read, { params: { id: system.id } })).toMatchObject({ groups: [] });
    await expect(hub.admin.call(routes.groups.remove, { params: { id: group.id } })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('shows a group as bad as its worst system', async () => {
    const group = await hub.admin.call(routes.groups.create, { body: { name: 'Mixed' } });
    for (const name of ['Good', 'Bad', 'Meh']) await addSystem({ name, groupIds: [group.id] });
    await hub.database.query(
      `UPDATE systems SET state = CASE name WHEN 'Good' THEN 0 WHEN 'Meh' THEN 1 ELSE 2 END WHERE name IN ('Good', 'Bad', 'Meh')`,
    );
    const { items } = await hub.admin.call(routes.groups.list);
    expect(items.find(({ id }) => id === group.id)).toMatchObject({ systemCount: 3, state: 'unhealthy' });
  });

  it('takes fields that templates can name, and no others', async () => {
    const body = { name: 'Fields', fields: { 'a-b_1': '' } };
    const environment = await hub.admin.call(routes.environments.create, { body });
    expect(environment.fields).toEqual(body.fields);
    await expect(
      hub.admin.call(routes.environments.update, { params: { id: environment.id }, body: { fields: { 'a b': 'x' } } }),
    ).rejects.toMatchObject({ status: 400, problem: { fields: [{ path: 'fields.a b' }] } });
  });
});

it('lists 5,000 systems page by page, each once', async () => {
  await hub.database.query(
    `WITH g AS (INSERT INTO groups (name) SELECT 'crowd ' || n FROM generate_series(1, 50) n RETURNING id),
     s AS (INSERT INTO systems (name, tags) SELECT 'crowd ' || n, ARRAY['crowd'] FROM generate_series(1, 5000) n RETURNING id)
     INSERT INTO system_groups SELECT s.id, g.id FROM s, g WHERE hashtext(s.id::text || g.id) % 10 = 0`,
  );
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await hub.admin.call(routes.systems.list, {
      query: { search: 'crowd', tag: 'crowd', limit: 700, ...(after && { after }) },
    });
    seen.push(...page.items.map(({ name }) => name));
    after = page.next ?? undefined;
  } while (after);
  expect(new Set(seen).size).toBe(5000);
  expect(seen).toHaveLength(5000);
  await expect(hub.admin.call(routes.systems.list, { query: { after: 'nonsense' } })).rejects.toMatchObject({
    problem: { fields: [{ path: 'after' }] },
  });
});
