import { randomUUID } from 'node:crypto';
import type { Integration, IntegrationDetail, routes, RouteInput, SenderTrial } from '@checkstack/api';
import type { Family, Importance } from '@checkstack/plugin-sdk';
import { importances } from '@checkstack/plugin-sdk/assertions';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { cancelWaiting, switchLane } from '../delivery/lanes.js';
import { bindings, SenderConfigs } from '../delivery/sender-configs.js';
import { integrationKindOf } from '../delivery/sender-kinds.js';
import { Senders } from '../delivery/senders.service.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { invalidField } from '../problems.js';
import { listIntegrations, readIntegration } from './integration-list.js';
import { IntegrationEntity } from './integration.entity.js';
import { IntegrationSubscriptionEntity } from './integration-subscription.entity.js';

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

type Fields = RouteInput<typeof routes.integrations.create>['body'];

@Injectable()
export class Integrations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly configs: SenderConfigs,
    private readonly senders: Senders,
  ) {}

  /** The subscriptions that want each of the events, of integrations that are switched on. */
  matching(
    manager: EntityManager,
    events: readonly EventTraits[],
  ): Promise<(IntegrationMatch & { /** Of the event, by its place. */ number: number })[]> {
    const asked = events.map(({ type, what, family, importance, systemIds, groupIds, tags }, number) => ({
      number,
      names: [type, `${type}.${what}`],
      family,
      importances: importances.slice(0, importances.indexOf(importance) + 1),
      systems: systemIds,
      groups: groupIds,
      tags,
    }));
    return manager.query(
      `SELECT e.number, i.id AS "integrationId", i.name AS "integrationName", s.id AS "subscriptionId"
       FROM integration_subscriptions s JOIN integrations i ON i.id = s.integration_id
       JOIN jsonb_to_recordset($1::jsonb) AS e (number integer, names text[], family text, importances text[],
           systems uuid[], groups uuid[], tags text[])
         ON (s.events = '{}' OR s.events && e.names) AND (s.families = '{}' OR e.family = ANY (s.families))
         AND s.least_importance = ANY (e.importances)
         AND ((s.system_ids = '{}' AND s.group_ids = '{}' AND s.tags = '{}')
           OR s.system_ids && e.systems OR s.group_ids && e.groups OR s.tags && e.tags)
       WHERE s.enabled AND i.enabled ORDER BY e.number, s.id`,
      [JSON.stringify(asked)],
    );
  }

  list(
    query: RouteInput<typeof routes.integrations.list>['query'],
  ): Promise<{ items: Integration[]; next: string | null }> {
    return listIntegrations(this.dataSource.manager, query);
  }

  read(id: string): Promise<IntegrationDetail> {
    return readIntegration(this.dataSource.manager, id);
  }

  create(given: Fields, actor: Actor): Promise<IntegrationDetail> {
    const id = randomUUID();
    const kind = integrationKindOf(given.kind);
    const place = { stored: null, binding: bindings.integration(id), path: 'config' };
    const fields = { ...given, config: this.configs.enter(kind.config, given.config, place) };
    return this.edits.run(async (manager) => {
      await manager.save(IntegrationEntity, { id, ...fields });
      await switchLane(manager, id, fields.enabled);
      await this.edits.record(manager, actor, { thing: 'integration', id, name: fields.name, after: fields });
      return readIntegration(manager, id);
    });
  }

  update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<IntegrationDetail> {
    return this.edits.run(async (manager) => {
      const before = fieldsOf(await lockForEdit(manager, IntegrationEntity, id, version));
      if (input.kind !== undefined && input.kind !== before.kind)
        throw invalidField('kind', 'The kind of an integration stays: make a new one for another kind.');
      const after = merged(before, input);
      if (input.config) {
        const binding = bindings.integration(id);
        const place = { stored: { config: before.config, binding }, binding, path: 'config' };
        after.config = this.configs.enter(integrationKindOf(before.kind).config, input.config, place);
      }
      if (await this.edits.record(manager, actor, { thing: 'integration', id, name: after.name, before, after })) {
        await manager.save(IntegrationEntity, { id, ...after });
        await manager.update(IntegrationEntity, id, { version: () => 'version + 1' });
        if (after.enabled !== before.enabled) await switchLane(manager, id, after.enabled);
      }
      return readIntegration(manager, id);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      const before = fieldsOf(await lockForEdit(manager, IntegrationEntity, id, version));
      await cancelWaiting(manager, 'integration_id', id);
      await manager.delete(IntegrationEntity, id);
      await this.edits.record(manager, actor, { thing: 'integration', id, name: before.name, before });
    });
  }

  async try(given: RouteInput<typeof routes.integrations.test>['body']): Promise<SenderTrial> {
    const { id, kind, config, what, subscriptionId, options, template } = given;
    const { manager } = this.dataSource;
    const definition = integrationKindOf(kind);
    const row = id === undefined ? null : await manager.findOneBy(IntegrationEntity, { id });
    const inner =
      subscriptionId === undefined || row === null
        ? null
        : await manager.findOneBy(IntegrationSubscriptionEntity, { id: subscriptionId, integrationId: row.id });
    const stored = row?.kind === kind ? { config: row.config, binding: bindings.integration(row.id) } : null;
    const storedOptions = stored && inner ? { config: inner.options, binding: bindings.subscription(inner.id) } : null;
    return this.senders.try(definition, what, {
      config: this.configs.complete(definition.config, config, stored, 'config'),
      place: what === 'verify' ? {} : this.configs.complete(definition.options, options, storedOptions, 'options'),
      template,
    });
  }
}

function fieldsOf({ name, kind, config, enabled }: IntegrationEntity): Fields {
  return { name, kind, config, enabled };
}
