import { createHash } from 'node:crypto';
import type { IntegrationEvent, Message } from '@checkstack/plugin-sdk';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../cluster/notices.js';

/** What a message is before it is on its way to somebody: each delivery has its own id. */
export type MessageContent = Omit<Message, 'id'>;

/** Where it goes: one recipient's place in a channel, or one subscription of an integration. */
export type DeliveryTarget =
  | { channelId: string; destinationId: string; channelName: string }
  | { integrationId: string; subscriptionId: string; integrationName: string };

export interface NewDelivery {
  /** As `Destinations.of` or `Integrations.matching` answers it. */
  target: DeliveryTarget;
  message: MessageContent;
  /** For an integration: the event that the message tells of. */
  event?: IntegrationEvent;
  /**
   * Deliveries of one key and target leave in their order; to a person, a newer one takes the place of those that have not
   * left. null: it stands for itself.
   */
  collapseKey: string | null;
  notBefore?: Date;
}

/** How long a delivery is tried. */
export const patience = '24 hours';

@Injectable()
export class Deliveries {
  constructor(private readonly notices: Notices) {}

  /** Written with the caller's transaction; leaves as soon as that is committed, from whichever replica is first. */
  async enqueue(manager: EntityManager, deliveries: readonly NewDelivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const rows = deliveries.map(rowOf);
    const yielding = rows.filter(({ channelId, yields }) => channelId !== null && yields).map(({ thread }) => thread);
    await manager.query(
      `UPDATE deliveries SET state = 'superseded', ended_at = now() WHERE state = 'waiting' AND thread = ANY($1)`,
      [yielding],
    );
    await manager.query(
      `WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS d ("channelId" uuid, "destinationId" uuid,
           "integrationId" uuid, "subscriptionId" uuid, name text, message jsonb, event jsonb, thread text,
           "notBefore" timestamptz)),
         lanes AS (INSERT INTO delivery_lanes (id)
           SELECT DISTINCT COALESCE("channelId", "integrationId") AS lane FROM given ORDER BY lane
           ON CONFLICT DO NOTHING)
       INSERT INTO deliveries (lane_id, channel_id, destination_id, integration_id, subscription_id, lane_name, message,
         event, thread, due_at, give_up_at)
       SELECT COALESCE("channelId", "integrationId"), "channelId", "destinationId", "integrationId", "subscriptionId",
         name, message, event, thread, COALESCE("notBefore", now()), COALESCE("notBefore", now()) + interval '${patience}'
       FROM given`,
      [JSON.stringify(rows)],
    );
    await this.notices.publish('deliveries', {}, manager);
  }
}

function rowOf({ target, message, event, collapseKey, notBefore }: NewDelivery) {
  const isChannel = 'channelId' in target;
  const place = isChannel ? target.destinationId : target.subscriptionId;
  const key = collapseKey ?? crypto.randomUUID();
  return {
    channelId: isChannel ? target.channelId : null,
    destinationId: isChannel ? target.destinationId : null,
    integrationId: isChannel ? null : target.integrationId,
    subscriptionId: isChannel ? null : target.subscriptionId,
    name: isChannel ? target.channelName : target.integrationName,
    message,
    event: event ?? null,
    thread: createHash('sha256').update(`${place} ${key}`).digest('base64url'),
    yields: collapseKey !== null,
    notBefore: notBefore?.toISOString() ?? null,
  };
}
