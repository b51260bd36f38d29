import { randomUUID } from 'node:crypto';
import type { IntegrationSubscription, routes, RouteInput } from '@checkstack/api';
import { checkTemplate, TemplateError } from '@checkstack/plugin-sdk';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { cancelWaiting } from '../delivery/lanes.js';
import { bindings, SenderConfigs } from '../delivery/sender-configs.js';
import { integrationKindOf } from '../delivery/sender-kinds.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { readSubscription } from './integration-list.js';
import { IntegrationEntity } from './integration.entity.js';
import { IntegrationSubscriptionEntity } from './integration-subscription.entity.js';

type Fields = RouteInput<typeof routes.integrations.subscribe>['body'];

/** Which events an integration forwards. */
@Injectable()
export class IntegrationSubscriptions {
  constructor(
    private readonly edits: Edits,
    private readonly configs: SenderConfigs,
  ) {}

  create(integrationId: string, given: Fields, actor: Actor): Promise<IntegrationSubscription> {
    const id = randomUUID();
    refuseBadTemplate(given.template);
    return this.edits.run(async (manager) => {
      const integration = await integrationOf(manager, integrationId);
      const place = { stored: null, binding: bindings.subscription(id), path: 'options' };
      const { options } = integrationKindOf(integration.kind);
      const fields = { ...given, options: this.configs.enter(options, given.options, place) };
      await manager.save(IntegrationSubscriptionEntity, { id, integrationId, ...fields });
      await this.record(manager, actor, integration, { before: undefined, after: fields });
      return readSubscription(manager, id);
    });
  }

  update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<IntegrationSubscription> {
    refuseBadTemplate(input.template ?? null);
    return this.edits.run(async (manager) => {
      const row = await lockForEdit(manager, IntegrationSubscriptionEntity, id, version);
      const integration = await integrationOf(manager, row.integrationId);
      const before = fieldsOf(row);
      const after = merged(before, input);
      if (input.options) {
        const binding = bindings.subscription(id);
        const place = { stored: { config: before.options, binding }, binding, path: 'options' };
        after.options = this.configs.enter(integrationKindOf(integration.kind).options, input.options, place);
      }
      if (await this.record(manager, actor, integration, { before, after })) {
        await manager.save(IntegrationSubscriptionEntity, { id, ...after });
        await manager.update(IntegrationSubscriptionEntity, id, { version: () => 'version + 1' });
      }
      return readSubscription(manager, id);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      const row = await lockForEdit(manager, IntegrationSubscriptionEntity, id, version);
      await cancelWaiting(manager, 'subscription_id', id);
      await manager.delete(IntegrationSubscriptionEntity, id);
      const integration = await integrationOf(manager, row.integrationId);
      await this.record(manager, actor, integration, { before: fieldsOf(row), after: undefined });
    });
  }

  /** As a change of its integration. */
  private record(
    manager: EntityManager,
    actor: Actor,
    { id, name }: IntegrationEntity,
    { before, after }: { before: Fields | undefined; after: Fields | undefined },
  ): Promise<boolean> {
    const inside = (fields: Fields | undefined) => ({ subscription: fields ?? null });
    return this.edits.record(manager, actor, {
      thing: 'integration',
      id,
      name,
      before: inside(before),
      after: inside(after),
    });
  }
}

async function integrationOf(manager: EntityManager, id: string): Promise<IntegrationEntity> {
  const row = await manager.findOne(IntegrationEntity, { where: { id }, lock: { mode: 'for_key_share' } });
  if (!row) throw new HubProblem('not_found');
  return row;
}

function refuseBadTemplate(template: string | null): void {
  try {
    checkTemplate(template ?? '');
  } catch (error) {
    if (error instanceof TemplateError) throw invalidField('template', error.message);
    throw error;
  }
}

function fieldsOf({ id: _, integrationId: __, version: ___, ...fields }: IntegrationSubscriptionEntity): Fields {
  return fields;
}
