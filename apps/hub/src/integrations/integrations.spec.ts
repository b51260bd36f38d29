import { routes, type IntegrationSubscription } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enqueue, messageOf } from '../testing/deliveries.js';
import { Receiver } from '../testing/receiver.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem } from '../testing/things.js';
import { Integrations, type EventTraits } from './integrations.service.js';

let hub: TestHub;
let receiver: Receiver;
beforeAll(async () => {
  hub = await startTestHub();
  receiver = await Receiver.start();
});
afterAll(async () => {
  await hub[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

let count = 0;
const addIntegration = (config: Record<string, unknown> = { url: receiver.url }, kind = 'webhook') =>
  hub.admin.call(routes.integrations.create, { body: { name: `Integration ${++count}`, kind, config } });
const subscribe = (id: string, body: object = {}) =>
  hub.admin.call(routes.integrations.subscribe, { params: { id }, body: { name: `Subscription ${++count}`, ...body } });

const traits: EventTraits = {
  type: 'incident',
  what: 'opened',
  family: 'incident',
  importance: 'warning',
  systemIds: [],
  groupIds: [],
  tags: [],
};

describe('an integration', () => {
  it('is of any kind of channel too', async () => {
    const { items } = await hub.admin.call(routes.integrations.kinds);
    const kinds = items.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['mail', 'slack', 'webhook']));
    expect(new Set(kinds).size).toBe(kinds.length);
    const mail = await addIntegration({ host: '127.0.0.1', port: 25, from: 'alerts@example.org' }, 'mail');
    await expect(subscribe(mail.id)).rejects.toMatchObject({ problem: { fields: [{ path: 'options.email' }] } });
    expect((await subscribe(mail.id, { options: { email: 'ops@example.org' } })).options).toEqual({
      email: 'ops@example.org',
    });
  });

  it('seals its secrets, and forwards to nobody else with them', async () => {
    const made = await addIntegration({ url: receiver.url, auth: { type: 'bearer', token: 'planted-token' } });
    expect(JSON.stringify(made)).not.toMatch(/planted-token|127\.0\.0\.1/);
    const config = { ...made.config, url: 'https://evil.example/' };
    await expect(
      hub.admin.call(routes.integrations.update, { params: { id: made.id }, body: { config } }),
    ).rejects.toMatchObject({ problem: { fields: [{ path: 'config.auth.token' }] } });
  });

  it('is tried as entered, with what a subscription adds', async () => {
    const trial = await hub.admin.call(routes.integrations.test, {
      body: {
        kind: 'webhook',
        config: { url: `${receiver.url}/try` },
        options: { body: '{"text": "{{message.title}}"}' },
      },
    });
    expect(trial.ok).toBe(true);
    expect(receiver.arrivals.at(-1)).toMatchObject({
      path: '/try',
      body: { text: 'This is a test message from Checkstack' },
    });
  });

  it('forwards message and event, with a text of its own', async () => {
    const integration = await addIntegration({ url: `${receiver.url}/forwarded` });
    const subscription = await subscribe(integration.id, { template: '**{{event.payload.name}}** {{{message.body}}}' });
    const target = {
      integrationId: integration.id,
      subscriptionId: subscription.id,
      integrationName: integration.name,
    };
    const event = {
      id: '7',
      type: 'incident',
      what: 'opened',
      at: '2026-11-23T10:00:00.000Z',
      subject: { kind: 'incident', id: 'x' },
      payload: { name: 'a*b' },
    };
    await enqueue(hub, [{ target, message: messageOf('Opened'), event, collapseKey: null }]);
    await expect.poll(() => receiver.arrivals.at(-1)?.path, { timeout: 10_000 }).toBe('/forwarded');
    expect(receiver.arrivals.at(-1)?.body).toMatchObject({ event, message: { body: '**a\\*b** It **failed**.' } });
  });
});

describe('a subscription', () => {
  const matches = async (subscription: IntegrationSubscription, event: Partial<EventTraits>): Promise<boolean> => {
    const found = await hub.app
      .get(Integrations, { strict: false })
      .matching(hub.app.get(DataSource).manager, [{ ...traits, ...event }]);
    return found.some(({ subscriptionId }) => subscriptionId === subscription.id);
  };
  const systemId = '11111111-1111-4111-8111-111111111111';
  const groupId = '22222222-2222-4222-8222-222222222222';

  it.each<[string, object, Partial<EventTraits>, boolean]>([
    ['nothing in particular', {}, {}, true],
    ['its type', { events: ['incident'] }, {}, true],
    ['its type and what', { events: ['incident.opened'] }, {}, true],
    ['another what', { events: ['incident.resolved'] }, {}, false],
    ['its family', { families: ['incident', 'state'] }, {}, true],
    ['another family', { families: ['state'] }, {}, false],
    ['its importance', { leastImportance: 'warning' }, {}, true],
    ['what matters more', { leastImportance: 'critical' }, {}, false],
    ['what matters less', { leastImportance: 'critical' }, { importance: 'critical' }, true],
    ['its system', { systemIds: [systemId] }, { systemIds: [systemId] }, true],
    ['another system', { systemIds: [systemId] }, { systemIds: [groupId] }, false],
    ['its group', { groupIds: [groupId], tags: ['x'] }, { groupIds: [groupId] }, true],
    ['its tag', { tags: ['shop'] }, { tags: ['web', 'shop'] }, true],
    ['another tag', { tags: ['shop'] }, { tags: ['web'] }, false],
  ])('by %s', async (_, filter, event, expected) => {
    const { id } = await addIntegration();
    expect(await matches(await subscribe(id, filter), event)).toBe(expected);
  });

  it('that is switched off wants nothing, nor does one of an integration that is', async () => {
    const { id } = await addIntegration();
    const subscription = await subscribe(id);
    await hub.admin.call(routes.integrations.changeSubscription, {
      params: { id: subscription.id },
      body: { enabled: false },
    });
    expect(await matches(subscription, {})).toBe(false);
    await hub.admin.call(routes.integrations.changeSubscription, {
      params: { id: subscription.id },
      body: { enabled: true },
    });
    expect(await matches(subscription, {})).toBe(true);
    await hub.admin.call(routes.integrations.update, { params: { id }, body: { enabled: false } });
    expect(await matches(subscription, {})).toBe(false);
  });

  it('shows the names of what it filters by', async () => {
    const system = await addSystem(hub.admin);
    const { id } = await addIntegration();
    expect((await subscribe(id, { systemIds: [system.id] })).systems).toEqual([{ id: system.id, name: system.name }]);
  });

  it('refuses a template that cannot be read', async () => {
    const { id } = await addIntegration();
    await expect(subscribe(id, { template: '{{#a}}' })).rejects.toMatchObject({
      problem: { fields: [{ path: 'template' }] },
    });
  });

  it('goes, and its history tells of it', async () => {
    const { id } = await addIntegration();
    const subscription = await subscribe(id);
    await hub.admin.call(routes.integrations.unsubscribe, { params: { id: subscription.id } });
    expect((await hub.admin.call(routes.integrations.read, { params: { id } })).subscriptions).toEqual([]);
    const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: id } });
    expect(items.map(({ action }) => action)).toEqual([
      'integration.update',
      'integration.update',
      'integration.create',
    ]);
  });
});
