import type { Family, Importance } from '@checkstack/plugin-sdk';
import { importances } from '@checkstack/plugin-sdk/assertions';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What subscriptions filter an event by. */
export interface EventTraits {
  /** `incident` */
  type: string;
  /** `opened` */
  what: string;
  family: Family;
  importance: Importance;
  /** Of all systems that it touches, with what stands around them. */
  systemIds: readonly string[];
  groupIds: readonly string[];
  tags: readonly string[];
}

/** One subscription of one integration; a `DeliveryTarget`. */
export interface IntegrationMatch {
  integrationId: string;
  integrationName: string;
  subscriptionId: string;
}

@Injectable()
export class Integrations {
  /** The subscriptions that want an event, of integrations that are switched on. */
  matching(manager: EntityManager, event: EventTraits): Promise<IntegrationMatch[]> {
    return manager.query<IntegrationMatch[]>(
      `SELECT i.id AS "integrationId", i.name AS "integrationName", s.id AS "subscriptionId"
       FROM integration_subscriptions s JOIN integrations i ON i.id = s.integration_id
       WHERE s.enabled AND i.enabled
         AND (s.events = '{}' OR s.events && $1::text[])
         AND (s.families = '{}' OR $2 = ANY(s.families))
         AND s.least_importance = ANY($3)
         AND ((s.system_ids = '{}' AND s.group_ids = '{}' AND s.tags = '{}')
           OR s.system_ids && $4::uuid[] OR s.group_ids && $5::uuid[] OR s.tags && $6::text[])
       ORDER BY s.id`,
      [
        [event.type, `${event.type}.${event.what}`],
        event.family,
        importances.slice(0, importances.indexOf(event.importance) + 1),
        event.systemIds,
        event.groupIds,
        event.tags,
      ],
    );
  }
}
