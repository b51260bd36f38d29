import { routes, type Group } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Groups } from './groups.service.js';

@Controller()
export class GroupsController {
  constructor(private readonly groups: Groups) {}

  @Route(routes.groups.list)
  async list(): Promise<{ items: Group[] }> {
    return { items: await this.groups.list() };
  }

  @Route(routes.groups.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.groups.create>): Promise<Group> {
    return this.groups.create(body, actor);
  }

  @Route(routes.groups.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.groups.update>): Promise<Group> {
    return this.groups.update(params.id, body, actor, version);
  }

  @Route(routes.groups.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.groups.remove>): Promise<void> {
    return this.groups.remove(params.id, actor, version);
  }
}
