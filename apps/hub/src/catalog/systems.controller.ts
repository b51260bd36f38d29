import { routes, type System } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Systems } from './systems.service.js';

@Controller()
export class SystemsController {
  constructor(private readonly systems: Systems) {}

  @Route(routes.systems.list)
  list(@Call() { query }: RouteCall<typeof routes.systems.list>): Promise<{ items: System[]; next: string | null }> {
    return this.systems.list(query);
  }

  @Route(routes.systems.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.systems.create>): Promise<System> {
    return this.systems.create(body, actor);
  }

  @Route(routes.systems.read)
  read(@Call() { params }: RouteCall<typeof routes.systems.read>): Promise<System> {
    return this.systems.read(params.id);
  }

  @Route(routes.systems.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.systems.update>): Promise<System> {
    return this.systems.update(params.id, body, actor, version);
  }

  @Route(routes.systems.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.systems.remove>): Promise<void> {
    return this.systems.remove(params.id, actor, version);
  }
}
