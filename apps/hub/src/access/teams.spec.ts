import { routes } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, Refusal } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

const idOf = async (client: Client): Promise<string> => (await client.call(routes.session.read)).user.id;
const refusal = (work: Promise<unknown>): Promise<Refusal> =>
  work.then(
    () => expect.fail('It was taken.'),
    (error: Refusal) => error,
  );

describe('a team', () => {
  it('is changed by its managers and by who manages all, and by nobody else', async () => {
    const [manager, member] = [await hub.signIn('viewer'), await hub.signIn('viewer')];
    const members = [{ userId: await idOf(manager), manager: true }, { userId: await idOf(member) }];
    const team = await hub.admin.call(routes.teams.create, { body: { name: 'Night shift', members } });
    expect(team.members).toHaveLength(2);
    const change = { params: { id: team.id }, body: { description: 'From ten to six' }, version: team.version };
    expect((await refusal(member.call(routes.teams.update, change))).code).toBe('not_allowed');
    expect(await manager.call(routes.teams.update, change)).toMatchObject({
      description: 'From ten to six',
      version: 2,
    });
    expect((await refusal(hub.admin.call(routes.teams.update, change))).code).toBe('changed_meanwhile');
    const remove = { params: { id: team.id } };
    expect((await refusal(manager.call(routes.teams.remove, remove))).code).toBe('not_allowed');

    const subscribe = { body: { target: { kind: 'everything' } as const, teamId: team.id } };
    expect((await refusal(member.call(routes.subscriptions.create, subscribe))).code).toBe('not_allowed');
    const { id } = await manager.call(routes.subscriptions.create, subscribe);
    const seen = await member.call(routes.subscriptions.list);
    expect(seen.items).toMatchObject([{ id, recipient: { kind: 'team', name: 'Night shift' } }]);
    expect((await refusal(member.call(routes.subscriptions.remove, { params: { id } }))).code).toBe('not_allowed');

    const { items } = await hub.admin.call(routes.audit.list, { query: { subjectKind: 'team', subjectId: team.id } });
    expect(items.map(({ action }) => action)).toEqual(['team.update', 'team.create']);
    await hub.admin.call(routes.teams.remove, remove);
    expect((await member.call(routes.subscriptions.list)).items).toEqual([]);
  });

  it('has a name of its own and members that exist', async () => {
    await hub.admin.call(routes.teams.create, { body: { name: 'Network' } });
    const double = await refusal(hub.admin.call(routes.teams.create, { body: { name: 'network' } }));
    expect(double.problem).toMatchObject({ code: 'already_exists', fields: [{ path: 'name' }] });
    const nobody = [{ userId: '00000000-0000-4000-8000-000000000000' }];
    const wrong = await refusal(hub.admin.call(routes.teams.create, { body: { name: 'Ghosts', members: nobody } }));
    expect(wrong.problem).toMatchObject({ fields: [{ path: 'members.0.userId' }] });
  });
});
