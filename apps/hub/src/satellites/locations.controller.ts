import { routes, type Location } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Locations } from './locations.service.js';

@Controller()
export class LocationsController {
  constructor(private readonly locations: Locations) {}

  @Route(routes.locations.list)
  async list(): Promise<{ items: Location[] }> {
    return { items: await this.locations.list() };
  }

  @Route(routes.locations.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.locations.create>): Promise<Location> {
    return this.locations.create(body, actor);
  }

  @Route(routes.locations.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.locations.update>): Promise<Location> {
    return this.locations.update(params.id, body, actor, version);
  }

  @Route(routes.locations.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.locations.remove>): Promise<void> {
    return this.locations.remove(params.id, actor, version);
  }
}
