import { routes, type Reach, type RouteAnswer, type Subscription } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../../rest/route.decorator.js';
import { Reaches } from './reach.service.js';
import { Subscriptions } from './subscriptions.service.js';

@Controller()
export class SubscriptionsController {
  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly reaches: Reaches,
  ) {}

  @Route(routes.subscriptions.list)
  async list(
    @Call() { query, actor }: RouteCall<typeof routes.subscriptions.list>,
  ): Promise<RouteAnswer<typeof routes.subscriptions.list>> {
    return { items: await this.subscriptions.list(query.teamId, actor) };
  }

  @Route(routes.subscriptions.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.subscriptions.create>): Promise<Subscription> {
    return this.subscriptions.create(body, actor);
  }

  @Route(routes.subscriptions.update)
  update(
    @Call() { params, body, actor, version }: RouteCall<typeof routes.subscriptions.update>,
  ): Promise<Subscription> {
    return this.subscriptions.update(params.id, body, actor, version);
  }

  @Route(routes.subscriptions.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.subscriptions.remove>): Promise<void> {
    return this.subscriptions.remove(params.id, actor, version);
  }

  @Route(routes.notifications.reach)
  reach(@Call() { query, actor }: RouteCall<typeof routes.notifications.reach>): Promise<Reach> {
    return this.reaches.of(query.systemId, actor);
  }
}
