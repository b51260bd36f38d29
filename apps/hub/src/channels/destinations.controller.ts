import { routes, type Destination, type RouteAnswer, type SenderTrial } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Destinations } from './destinations.service.js';

@Controller()
export class DestinationsController {
  constructor(private readonly destinations: Destinations) {}

  @Route(routes.destinations.channels)
  async channels(): Promise<RouteAnswer<typeof routes.destinations.channels>> {
    return { items: await this.destinations.channels() };
  }

  @Route(routes.destinations.list)
  async list(
    @Call() { query, actor }: RouteCall<typeof routes.destinations.list>,
  ): Promise<RouteAnswer<typeof routes.destinations.list>> {
    return { items: await this.destinations.list(query.teamId, actor) };
  }

  @Route(routes.destinations.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.destinations.create>): Promise<Destination> {
    return this.destinations.create(body, actor);
  }

  @Route(routes.destinations.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.destinations.update>): Promise<Destination> {
    return this.destinations.update(params.id, body, actor, version);
  }

  @Route(routes.destinations.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.destinations.remove>): Promise<void> {
    return this.destinations.remove(params.id, actor, version);
  }

  @Route(routes.destinations.test)
  test(@Call() { body, actor }: RouteCall<typeof routes.destinations.test>): Promise<SenderTrial> {
    return this.destinations.try(body, actor);
  }
}
