// Channels and deliveries for specs, made with as little said as possible.
import { randomUUID } from 'node:crypto';
import { routes, type Channel, type Delivery, type DeliveryDetail, type Destination } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { Deliveries, type MessageContent, type NewDelivery } from '../delivery/deliveries.service.js';
import type { TestHub, TestReplica } from './test-hub.js';

export function messageOf(title: string, given: Partial<MessageContent> = {}): MessageContent {
  return {
    family: 'state',
    importance: 'critical',
    event: { type: 'state', what: 'unhealthy' },
    title,
    body: 'It **failed**.',
    fields: [],
    subjects: [],
    action: null,
    at: new Date().toISOString(),
    collapseKey: title,
    ...given,
  };
}

export function addChannel(hub: TestHub, config: object, kind = 'webhook'): Promise<Channel> {
  return hub.admin.call(routes.channels.create, {
    body: { name: `Channel ${randomUUID().slice(0, 8)}`, kind, config: config as Record<string, unknown> },
  });
}

export function addDestination(hub: TestHub, channel: Channel, address: object = {}): Promise<Destination> {
  return hub.admin.call(routes.destinations.create, {
    body: { channelId: channel.id, address: address as Record<string, unknown> },
  });
}

/** A channel that leads to this URL, with the administrator's destination in it. */
export async function webhookTo(
  hub: TestHub,
  url: string,
): Promise<{ channel: Channel; target: Extract<NewDelivery['target'], { channelId: string }> }> {
  const channel = await addChannel(hub, { url });
  const { id } = await addDestination(hub, channel);
  return { channel, target: { channelId: channel.id, destinationId: id, channelName: channel.name } };
}

export async function enqueue(hub: Pick<TestReplica, 'app'>, deliveries: NewDelivery[]): Promise<void> {
  await hub.app
    .get(DataSource)
    .transaction((manager) => hub.app.get(Deliveries, { strict: false }).enqueue(manager, deliveries));
}

/** The newest first. */
export async function deliveriesOf(hub: TestHub, channelId: string): Promise<Delivery[]> {
  return (await hub.admin.call(routes.deliveries.list, { query: { channelId, limit: 1000 } })).items;
}

export async function deliveryOf(hub: TestHub, channelId: string): Promise<DeliveryDetail> {
  const [{ id } = { id: '' }] = await deliveriesOf(hub, channelId);
  return hub.admin.call(routes.deliveries.read, { params: { id } });
}
