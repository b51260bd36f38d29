import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Roles } from './roles.service.js';
import { Users } from './users.service.js';

@Controller()
export class UsersController {
  constructor(
    private readonly users: Users,
    private readonly roles: Roles,
  ) {}

  @Route(routes.roles.list)
  async listRoles(): Promise<RouteAnswer<typeof routes.roles.list>> {
    return { items: await this.roles.list() };
  }

  @Route(routes.users.list)
  list(@Call() { query }: RouteCall<typeof routes.users.list>): Promise<RouteAnswer<typeof routes.users.list>> {
    return this.users.list(query);
  }

  @Route(routes.users.create)
  create(
    @Call() { body, actor }: RouteCall<typeof routes.users.create>,
  ): Promise<RouteAnswer<typeof routes.users.create>> {
    return this.users.create(body, actor);
  }

  @Route(routes.users.read)
  read(@Call() { params }: RouteCall<typeof routes.users.read>): Promise<RouteAnswer<typeof routes.users.read>> {
    return this.users.read(params.id);
  }

  @Route(routes.users.update)
  update(
    @Call() { params, body, actor, version }: RouteCall<typeof routes.users.update>,
  ): Promise<RouteAnswer<typeof routes.users.update>> {
    return this.users.update(params.id, body, actor, version);
  }

  @Route(routes.users.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.users.remove>): Promise<void> {
    return this.users.remove(params.id, actor, version);
  }
}
