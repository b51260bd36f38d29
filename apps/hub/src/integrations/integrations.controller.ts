import {
  routes,
  type Integration,
  type IntegrationDetail,
  type IntegrationSubscription,
  type RouteAnswer,
  type SenderTrial,
} from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { integrationDescriptors } from '../delivery/sender-kinds.js';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { IntegrationSubscriptions } from './integration-subscriptions.service.js';
import { Integrations } from './integrations.service.js';

@Controller()
export class IntegrationsController {
  constructor(
    private readonly integrations: Integrations,
    private readonly subscriptions: IntegrationSubscriptions,
  ) {}

  @Route(routes.integrations.kinds)
  kinds(): RouteAnswer<typeof routes.integrations.kinds> {
    return { items: integrationDescriptors };
  }

  @Route(routes.integrations.list)
  list(
    @Call() { query }: RouteCall<typeof routes.integrations.list>,
  ): Promise<{ items: Integration[]; next: string | null }> {
    return this.integrations.list(query);
  }

  @Route(routes.integrations.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.integrations.create>): Promise<IntegrationDetail> {
    return this.integrations.create(body, actor);
  }

  @Route(routes.integrations.read)
  read(@Call() { params }: RouteCall<typeof routes.integrations.read>): Promise<IntegrationDetail> {
    return this.integrations.read(params.id);
  }

  @Route(routes.integrations.update)
  update(
    @Call() { params, body, actor, version }: RouteCall<typeof routes.integrations.update>,
  ): Promise<IntegrationDetail> {
    return this.integrations.update(params.id, body, actor, version);
  }

  @Route(routes.integrations.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.integrations.remove>): Promise<void> {
    return this.integrations.remove(params.id, actor, version);
  }

  @Route(routes.integrations.test)
  test(@Call() { body }: RouteCall<typeof routes.integrations.test>): Promise<SenderTrial> {
    return this.integrations.try(body);
  }

  @Route(routes.integrations.subscribe)
  subscribe(
    @Call() { params, body, actor }: RouteCall<typeof routes.integrations.subscribe>,
  ): Promise<IntegrationSubscription> {
    return this.subscriptions.create(params.id, body, actor);
  }

  @Route(routes.integrations.changeSubscription)
  changeSubscription(
    @Call() { params, body, actor, version }: RouteCall<typeof routes.integrations.changeSubscription>,
  ): Promise<IntegrationSubscription> {
    return this.subscriptions.update(params.id, body, actor, version);
  }

  @Route(routes.integrations.unsubscribe)
  unsubscribe(@Call() { params, actor, version }: RouteCall<typeof routes.integrations.unsubscribe>): Promise<void> {
    return this.subscriptions.remove(params.id, actor, version);
  }
}
