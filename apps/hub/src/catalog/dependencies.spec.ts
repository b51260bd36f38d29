import { routes, type Dependency, type System } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientRequest, Refusal } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, assign } from '../testing/things.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

type Given = NonNullable<ClientRequest<typeof routes.dependencies.create>['body']>;

function depend(downstream: System, upstream: System, given: Partial<Given> = {}): Promise<Dependency> {
  return hub.admin.call(routes.dependencies.create, {
    body: { downstreamId: downstream.id, upstreamId: upstream.id, ...given },
  });
}

async function refused(work: Promise<unknown>): Promise<Refusal['problem']> {
  const error = await work.then(
    () => expect.fail('It was taken.'),
    (refusal: Refusal) => refusal,
  );
  return error.problem;
}

describe('dependencies', () => {
  it('keep what was entered, are listed by their systems, edited by version, and logged', async () => {
    const shop = await addSystem(hub.admin, { name: 'Shop' });
    const payments = await addSystem(hub.admin, { name: 'Payments' });
    const mail = await addSystem(hub.admin, { name: 'Mail' });
    const created = await depend(shop, payments, { label: ' card payments ' });
    expect(created).toMatchObject({
      downstream: { id: shop.id, name: 'Shop' },
      upstream: { id: payments.id, name: 'Payments' },
      impact: 'critical',
      transitive: true,
      label: 'card payments',
      rules: [],
      effect: null,
      version: 1,
    });
    await depend(shop, mail, { impact: 'informational', transitive: false });
    const ofShop = await hub.admin.call(routes.dependencies.list, { query: { systemId: shop.id, limit: 1 } });
    expect(ofShop.items.map(({ upstream }) => upstream.name)).toEqual(['Mail']);
    const next = { systemId: shop.id, limit: 1, after: ofShop.next ?? '' };
    const rest = await hub.admin.call(routes.dependencies.list, { query: next });
    expect(rest).toMatchObject({ items: [{ id: created.id }], next: null });

    const params = { id: created.id };
    const edited = await hub.admin.call(routes.dependencies.update, {
      params,
      body: { impact: 'degraded' },
      version: 1,
    });
    expect(edited).toMatchObject({ impact: 'degraded', label: 'card payments', version: 2 });
    const late = hub.admin.call(routes.dependencies.update, { params, body: { label: '' }, version: 1 });
    expect(await refused(late)).toMatchObject({ code: 'changed_meanwhile' });
    await hub.admin.call(routes.dependencies.remove, { params, version: 2 });
    const { items } = await hub.admin.call(routes.audit.list, {
      query: { subjectKind: 'dependency', subjectId: created.id },
    });
    expect(items.map(({ action, subject }) => [action, subject.name])).toEqual([
      ['dependency.delete', 'Shop → Payments'],
      ['dependency.update', 'Shop → Payments'],
      ['dependency.create', 'Shop → Payments'],
    ]);
    expect(items[1]?.changes).toEqual({ impact: ['critical', 'degraded'] });
  });

  it('tell of a whole graph, up and down, with states', async () => {
    const [bank, pay, store, app, other] = await Promise.all(
      ['Bank', 'Pay', 'Store', 'App', 'Other'].map((name) => addSystem(hub.admin, { name })),
    );
    await depend(pay!, bank!);
    await depend(store!, pay!);
    await depend(app!, store!);
    await depend(other!, bank!);
    const graph = await hub.admin.call(routes.dependencies.graph, { params: { id: store!.id } });
    expect(graph.systems.map(({ name, own }) => [name, own.state])).toEqual(
      ['App', 'Bank', 'Pay', 'Store'].map((name) => [name, 'unknown']),
    );
    expect(graph.dependencies.map(({ downstream, upstream }) => `${downstream.name} ${upstream.name}`)).toEqual([
      'App Store',
      'Pay Bank',
      'Store Pay',
    ]);
    const nobody = { params: { id: '00000000-0000-4000-8000-000000000000' } };
    expect(await refused(hub.admin.call(routes.dependencies.graph, nobody))).toMatchObject({ code: 'not_found' });
  });

  it('refuse a circle and say how it would go', async () => {
    const [one, two, three] = await Promise.all(
      ['Circle one', 'Circle two', 'Circle three'].map((name) => addSystem(hub.admin, { name })),
    );
    await depend(one!, two!);
    await depend(two!, three!);
    const circle = (path: string) => ({
      code: 'circular',
      status: 409,
      fields: [{ path: 'upstreamId', message: `That is a circle: ${path}.` }],
    });
    expect(await refused(depend(three!, one!))).toMatchObject(
      circle('Circle three → Circle one → Circle two → Circle three'),
    );
    expect(await refused(depend(two!, one!))).toMatchObject(circle('Circle two → Circle one → Circle two'));
    expect(await refused(depend(one!, one!))).toMatchObject(circle('Circle one → Circle one'));
  });

  it('refuse one half of a circle when two people add both at the same time on two hubs', async () => {
    await using replica = await hub.replica();
    const elsewhere = await replica.signIn('admin');
    for (let turn = 0; turn < 10; turn++) {
      const [one, two] = await Promise.all([addSystem(hub.admin), addSystem(hub.admin)]);
      const results = await Promise.allSettled([
        depend(one, two),
        elsewhere.call(routes.dependencies.create, { body: { downstreamId: two.id, upstreamId: one.id } }),
      ]);
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const rejected = results.find((result) => result.status === 'rejected');
      expect((rejected?.reason as Refusal).code).toBe('circular');
    }
  });

  it('refuse a second one between the same systems, unknown systems, and checks that are not there', async () => {
    const [one, two] = await Promise.all([
      addSystem(hub.admin, { name: 'Twice' }),
      addSystem(hub.admin, { name: 'Needed' }),
    ]);
    await depend(one, two);
    expect(await refused(depend(one, two))).toMatchObject({
      code: 'already_exists',
      detail: 'Twice depends on Needed already.',
    });
    const missing = { ...two, id: '00000000-0000-4000-8000-000000000000' };
    expect(await refused(depend(one, missing))).toMatchObject({ fields: [{ path: 'upstreamId' }] });
    expect(await refused(depend(missing, one))).toMatchObject({ fields: [{ path: 'downstreamId' }] });
    const check = await addCheck(hub.admin);
    const third = await addSystem(hub.admin);
    const rules = [{ checkId: check.id, from: 'unhealthy' as const, impact: 'critical' as const }];
    expect(await refused(depend(one, third, { rules }))).toMatchObject({ fields: [{ path: 'rules.0.checkId' }] });
    expect(await refused(depend(one, third, { rules: [...rules, ...rules] }))).toMatchObject({
      fields: [{ path: 'rules', message: 'Name each check once.' }],
    });
  });

  it('go on naming a check that was deleted, and can be saved with it', async () => {
    const [one, two] = await Promise.all([addSystem(hub.admin), addSystem(hub.admin)]);
    const [check, location] = await Promise.all([addCheck(hub.admin, { name: 'Short-lived' }), addLocation(hub.admin)]);
    await assign(hub.admin, { checkId: check.id, systemId: two.id, locationIds: [location.id] });
    const rules = [{ checkId: check.id, from: 'unhealthy' as const, impact: 'critical' as const }];
    const { id } = await depend(one, two, { rules });
    await hub.admin.call(routes.checks.remove, { params: { id: check.id } });
    const body = { label: 'still', rules };
    const saved = await hub.admin.call(routes.dependencies.update, { params: { id }, body });
    expect(saved.rules).toEqual([{ ...rules[0], checkName: null, state: 'unknown' }]);
  });

  it('go with a system that is deleted, and the log tells', async () => {
    const [one, two] = await Promise.all([
      addSystem(hub.admin, { name: 'Left' }),
      addSystem(hub.admin, { name: 'Gone' }),
    ]);
    const { id } = await depend(one, two);
    await hub.admin.call(routes.systems.remove, { params: { id: two.id } });
    const { items } = await hub.admin.call(routes.dependencies.list, { query: { systemId: one.id } });
    expect(items).toEqual([]);
    const log = await hub.admin.call(routes.audit.list, { query: { subjectId: id, subjectKind: 'dependency' } });
    expect(log.items[0]).toMatchObject({ action: 'dependency.delete', subject: { name: 'Left → Gone' } });
  });
});
