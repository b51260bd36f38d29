import { routes } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addChannel,
  addDestination,
  deliveriesOf,
  deliveryOf,
  enqueue,
  messageOf,
  webhookTo,
} from '../testing/deliveries.js';
import { Receiver } from '../testing/receiver.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { DeliveryCleaning, giveUp } from './delivery-cleaning.js';
import { DataSource } from 'typeorm';

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

const poll: typeof expect.poll = (work, options) => expect.poll(work, { timeout: 15_000, interval: 25, ...options });
const stateOf = async (channelId: string): Promise<string | undefined> =>
  (await deliveriesOf(hub, channelId))[0]?.state;

describe('a delivery', () => {
  it('leaves at once, and what came of it stands in the log', async () => {
    const { channel, target } = await webhookTo(hub, `${receiver.url}/at-once`);
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: 'a' }]);
    await poll(() => stateOf(channel.id)).toBe('sent');
    const delivery = await deliveryOf(hub, channel.id);
    expect(delivery).toMatchObject({
      title: 'Down',
      by: { kind: 'channel', id: channel.id, name: channel.name },
      recipient: { kind: 'user' },
      attempts: 1,
      lastError: null,
      log: [{ number: 1, outcome: 'sent', answer: { status: 200 }, error: null }],
    });
    const arrival = receiver.arrivals.find(({ path }) => path === '/at-once');
    expect(arrival?.headers['idempotency-key']).toBe(delivery.id);
    expect(arrival?.body).toMatchObject({ id: delivery.id, title: 'Down' });
  });

  it('is tried again later when the service is in trouble, and at once by hand, under the same key', async () => {
    await using trouble = await Receiver.start();
    trouble.answer = () => ({ status: 503, body: 'not now' });
    const { channel, target } = await webhookTo(hub, trouble.url);
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: null }]);
    await poll(() => stateOf(channel.id)).toBe('waiting');
    await poll(async () => (await deliveryOf(hub, channel.id)).log[0]?.outcome).toBe('temporary');
    const waiting = await deliveryOf(hub, channel.id);
    expect(waiting.lastError).toContain('503');
    expect(waiting.log[0]?.answer).toEqual({ status: 503, text: 'not now' });
    trouble.answer = () => ({ status: 200 });
    await hub.admin.call(routes.deliveries.retry, { params: { id: waiting.id } });
    await poll(() => stateOf(channel.id)).toBe('sent');
    expect(new Set(trouble.arrivals.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([waiting.id]));
  });

  it('is given up when the service refuses it for good, until somebody tries again', async () => {
    await using trouble = await Receiver.start();
    trouble.answer = () => ({ status: 410 });
    const { channel, target } = await webhookTo(hub, trouble.url);
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: null }]);
    await poll(() => stateOf(channel.id)).toBe('dead');
    expect((await hub.admin.call(routes.channels.read, { params: { id: channel.id } })).traffic).toMatchObject({
      dead: 1,
      lastError: expect.stringContaining('410') as string,
    });
    trouble.answer = () => ({ status: 200 });
    expect(await hub.admin.call(routes.deliveries.retryDead, { body: { channelId: channel.id } })).toEqual({
      count: 1,
    });
    await poll(() => stateOf(channel.id)).toBe('sent');
    expect((await deliveryOf(hub, channel.id)).log.map(({ outcome }) => outcome)).toEqual(['permanent', 'sent']);
  });

  it('leaves a service alone for as long as it asks, with all that goes there', async () => {
    await using busy = await Receiver.start();
    busy.answer = () => ({ status: 429, headers: { 'retry-after': '3600' } });
    const { channel, target } = await webhookTo(hub, busy.url);
    await enqueue(hub, [{ target, message: messageOf('One'), collapseKey: null }]);
    await poll(async () => (await deliveryOf(hub, channel.id)).log[0]?.outcome).toBe('temporary');
    const { dueAt } = await deliveryOf(hub, channel.id);
    expect(Date.parse(dueAt ?? '') - Date.now()).toBeGreaterThan(3_000_000);
    await enqueue(hub, [{ target, message: messageOf('Two'), collapseKey: null }]);
    // What goes elsewhere is not held up, and shows that the couriers looked.
    const other = await webhookTo(hub, receiver.url);
    await enqueue(hub, [{ target: other.target, message: messageOf('Elsewhere'), collapseKey: null }]);
    await poll(() => stateOf(other.channel.id)).toBe('sent');
    expect(busy.titles()).toEqual(['One']);
  });

  it('can be cancelled while it waits, not after', async () => {
    await using trouble = await Receiver.start();
    trouble.answer = () => ({ status: 503, headers: { 'retry-after': '60' } });
    const { channel, target } = await webhookTo(hub, trouble.url);
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: null }]);
    await poll(async () => (await deliveryOf(hub, channel.id)).log[0]?.outcome).toBe('temporary');
    const { id } = await deliveryOf(hub, channel.id);
    expect((await hub.admin.call(routes.deliveries.cancel, { params: { id } })).state).toBe('cancelled');
    await expect(hub.admin.call(routes.deliveries.cancel, { params: { id } })).rejects.toMatchObject({ status: 400 });
  });

  it('does not leave before its time', async () => {
    const { channel, target } = await webhookTo(hub, `${receiver.url}/later`);
    const notBefore = new Date(Date.now() + 3_600_000);
    await enqueue(hub, [{ target, message: messageOf('Later'), collapseKey: null, notBefore }]);
    expect(await deliveriesOf(hub, channel.id)).toMatchObject([{ state: 'waiting', dueAt: notBefore.toISOString() }]);
  });
});

describe('messages of one thread', () => {
  it('yield to newer ones while they wait', async () => {
    await using trouble = await Receiver.start();
    trouble.answer = () => ({ status: 503 });
    const { channel, target } = await webhookTo(hub, trouble.url);
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: 'alert' }]);
    await poll(async () => (await deliveryOf(hub, channel.id)).log[0]?.outcome).toBe('temporary');
    trouble.answer = () => ({ status: 200 });
    await enqueue(hub, [{ target, message: messageOf('Up again'), collapseKey: 'alert' }]);
    await poll(async () => (await deliveriesOf(hub, channel.id)).map(({ state }) => state)).toEqual([
      'sent',
      'superseded',
    ]);
    expect(trouble.titles()).toEqual(['Down', 'Up again']);
  });

  it('yield also when they fail while a newer one waits', async () => {
    await using trouble = await Receiver.start();
    trouble.answer = ({ body }) => ({ status: body['title'] === 'Down' ? 503 : 200 });
    trouble.hold();
    const { channel, target } = await webhookTo(hub, trouble.url);
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: 'alert' }]);
    await poll(() => trouble.titles()).toEqual(['Down']);
    await enqueue(hub, [{ target, message: messageOf('Up again'), collapseKey: 'alert' }]);
    trouble.release();
    await poll(async () => (await deliveriesOf(hub, channel.id)).map(({ state }) => state)).toEqual([
      'sent',
      'superseded',
    ]);
  });

  it('to an integration all leave, in their order', async () => {
    await using slow = await Receiver.start();
    slow.hold();
    const integration = await hub.admin.call(routes.integrations.create, {
      body: { name: 'Forwarder', kind: 'webhook', config: { url: slow.url } },
    });
    const { id } = await hub.admin.call(routes.integrations.subscribe, {
      params: { id: integration.id },
      body: { name: 'All' },
    });
    const target = { integrationId: integration.id, subscriptionId: id, integrationName: integration.name };
    const titles = Array.from({ length: 20 }, (_, number) => `Event ${number}`);
    const event = {
      id: '1',
      type: 'incident',
      what: 'updated',
      at: '',
      subject: { kind: 'incident', id: '' },
      payload: {},
    };
    for (const title of titles)
      await enqueue(hub, [{ target, message: messageOf(title), event, collapseKey: 'incident' }]);
    // The others wait for the first, whatever else the couriers do.
    const other = await webhookTo(hub, receiver.url);
    await enqueue(hub, [{ target: other.target, message: messageOf('Elsewhere'), collapseKey: null }]);
    await poll(() => stateOf(other.channel.id)).toBe('sent');
    expect(slow.titles()).toEqual(['Event 0']);
    slow.release();
    await poll(() => slow.titles()).toEqual(titles);
  });
});

describe('when a hub dies while it sends', () => {
  /** As the claim of a hub that is gone stands there when its lease is over. */
  const loseHub = (channelId: string) =>
    hub.database.query(
      `WITH d AS (UPDATE deliveries SET state = 'sending', attempts = attempts + 1, leased_until = now() - interval '1 second',
         ended_at = NULL WHERE channel_id = $1 RETURNING id, attempts)
       INSERT INTO delivery_attempts (delivery_id, number) SELECT id, attempts FROM d`,
      [channelId],
    );

  it('it is sent again under the same key', async () => {
    await using service = await Receiver.start();
    const { channel, target } = await webhookTo(hub, service.url);
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: null }]);
    await poll(() => stateOf(channel.id)).toBe('sent');
    await loseHub(channel.id);
    await poll(() => stateOf(channel.id)).toBe('sent');
    const { log, id } = await deliveryOf(hub, channel.id);
    expect(log.map(({ outcome }) => outcome)).toEqual(['sent', 'lost', 'sent']);
    expect(service.arrivals.map(({ headers }) => headers['idempotency-key'])).toEqual([id, id]);
  });

  it('where no repeat is recognised, once more and then never again', async () => {
    await using slack = await Receiver.start();
    const channel = await addChannel(hub, { connection: { type: 'webhook', url: slack.url } }, 'slack');
    const { id } = await addDestination(hub, channel);
    const target = { channelId: channel.id, destinationId: id, channelName: channel.name };
    await enqueue(hub, [{ target, message: messageOf('Down'), collapseKey: null }]);
    await poll(() => stateOf(channel.id)).toBe('sent');
    await loseHub(channel.id);
    await poll(() => stateOf(channel.id)).toBe('sent');
    await loseHub(channel.id);
    await poll(() => stateOf(channel.id)).toBe('dead');
    expect(slack.arrivals).toHaveLength(2);
    expect((await deliveryOf(hub, channel.id)).lastError).toContain('nobody knows');
  });
});

describe('on several replicas', () => {
  it('each is sent once, and no more at once than the kind may', async () => {
    await using other = await hub.replica();
    await using service = await Receiver.start();
    const { channel, target } = await webhookTo(hub, service.url);
    const batch = (hundred: number) =>
      Array.from({ length: 100 }, (_, number) => ({
        target,
        message: messageOf(`M${hundred}-${number}`),
        collapseKey: null,
      }));
    service.hold();
    await Promise.all([enqueue(hub, batch(0)), enqueue(other, batch(1)), enqueue(hub, batch(2))]);
    await poll(() => service.arrivals.length).toBe(16);
    const { rows } = await hub.database.query<{ count: string }>(
      `SELECT count(*) FROM deliveries WHERE channel_id = $1 AND state = 'sending'`,
      [channel.id],
    );
    expect(rows[0]?.count).toBe('16');
    service.release();
    await poll(async () => (await deliveriesOf(hub, channel.id)).filter(({ state }) => state === 'sent').length).toBe(
      300,
    );
    expect(service.arrivals).toHaveLength(300);
    expect(new Set(service.arrivals.map(({ headers }) => headers['idempotency-key'])).size).toBe(300);
  });

  it('no more in a minute than the kind may', async () => {
    await using other = await hub.replica();
    await using slack = await Receiver.start();
    const channel = await addChannel(hub, { connection: { type: 'webhook', url: slack.url } }, 'slack');
    const { id } = await addDestination(hub, channel);
    const target = { channelId: channel.id, destinationId: id, channelName: channel.name };
    const many = Array.from({ length: 50 }, (_, n) => ({ target, message: messageOf(`M${n}`), collapseKey: null }));
    await Promise.all([enqueue(hub, many), enqueue(other, many)]);
    await poll(() => slack.arrivals.length).toBe(60);
    const elsewhere = await webhookTo(hub, receiver.url);
    await enqueue(hub, [{ target: elsewhere.target, message: messageOf('Later'), collapseKey: null }]);
    await poll(() => stateOf(elsewhere.channel.id)).toBe('sent');
    expect(slack.arrivals).toHaveLength(60);
  });
});

describe('a channel', () => {
  it('that is switched off holds what waits, until it is switched on', async () => {
    await using service = await Receiver.start();
    const { channel, target } = await webhookTo(hub, service.url);
    const set = (enabled: boolean) =>
      hub.admin.call(routes.channels.update, { params: { id: channel.id }, body: { enabled } });
    await set(false);
    await enqueue(hub, [{ target, message: messageOf('Held'), collapseKey: null }]);
    const other = await webhookTo(hub, receiver.url);
    await enqueue(hub, [{ target: other.target, message: messageOf('Elsewhere'), collapseKey: null }]);
    await poll(() => stateOf(other.channel.id)).toBe('sent');
    expect(await stateOf(channel.id)).toBe('waiting');
    await set(true);
    await poll(() => stateOf(channel.id)).toBe('sent');
  });

  it('that is deleted takes what waits with it, and the log stays', async () => {
    const { channel, target } = await webhookTo(hub, receiver.url);
    const notBefore = new Date(Date.now() + 60_000);
    await enqueue(hub, [{ target, message: messageOf('Never'), collapseKey: null, notBefore }]);
    const [waiting] = await deliveriesOf(hub, channel.id);
    await hub.admin.call(routes.channels.remove, { params: { id: channel.id } });
    expect(await hub.admin.call(routes.deliveries.read, { params: { id: waiting!.id } })).toMatchObject({
      state: 'cancelled',
      by: { id: null, name: channel.name },
      recipient: null,
    });
  });
});

describe('with time', () => {
  it('what could not leave is given up', async () => {
    const { channel, target } = await webhookTo(hub, receiver.url);
    const notBefore = new Date(Date.now() + 60_000);
    await enqueue(hub, [{ target, message: messageOf('Old'), collapseKey: null, notBefore }]);
    await hub.database.query(`UPDATE deliveries SET give_up_at = now() - interval '1 s' WHERE channel_id = $1`, [
      channel.id,
    ]);
    await giveUp(hub.app.get(DataSource).manager);
    expect(await stateOf(channel.id)).toBe('dead');
  });

  it('what is old is forgotten with its attempts', async () => {
    const { channel, target } = await webhookTo(hub, receiver.url);
    await enqueue(hub, [{ target, message: messageOf('Old'), collapseKey: null }]);
    await poll(() => stateOf(channel.id)).toBe('sent');
    await hub.database.query(`UPDATE deliveries SET ended_at = now() - interval '31 days' WHERE channel_id = $1`, [
      channel.id,
    ]);
    await hub.app.get(DeliveryCleaning, { strict: false }).clean();
    expect(await deliveriesOf(hub, channel.id)).toEqual([]);
  });

  it('shows itself to Prometheus', async () => {
    const text = await (await hub.admin.fetch('/metrics')).text();
    expect(text).toMatch(/^checkstack_deliveries\{state="waiting"\} \d+$/m);
    expect(text).toMatch(/^checkstack_deliveries\{state="dead"\} \d+$/m);
    expect(text).toMatch(/^checkstack_delivery_attempts_total\{kind="webhook",outcome="sent"\} \d+$/m);
  });
});
