import { routes, type Environment } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Environments } from './environments.service.js';

@Controller()
export class EnvironmentsController {
  constructor(private readonly environments: Environments) {}

  @Route(routes.environments.list)
  async list(): Promise<{ items: Environment[] }> {
    return { items: await this.environments.list() };
  }

  @Route(routes.environments.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.environments.create>): Promise<Environment> {
    return this.environments.create(body, actor);
  }

  @Route(routes.environments.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.environments.update>): Promise<Environment> {
    return this.environments.update(params.id, body, actor, version);
  }

  @Route(routes.environments.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.environments.remove>): Promise<void> {
    return this.environments.remove(params.id, actor, version);
  }
}
