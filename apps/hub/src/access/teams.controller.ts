import { routes, type RouteAnswer, type Team } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Teams } from './teams.service.js';

@Controller()
export class TeamsController {
  constructor(private readonly teams: Teams) {}

  @Route(routes.teams.list)
  async list(): Promise<RouteAnswer<typeof routes.teams.list>> {
    return { items: await this.teams.list() };
  }

  @Route(routes.teams.read)
  read(@Call() { params }: RouteCall<typeof routes.teams.read>): Promise<Team> {
    return this.teams.read(params.id);
  }

  @Route(routes.teams.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.teams.create>): Promise<Team> {
    return this.teams.create(body, actor);
  }

  @Route(routes.teams.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.teams.update>): Promise<Team> {
    return this.teams.update(params.id, body, actor, version);
  }

  @Route(routes.teams.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.teams.remove>): Promise<void> {
    return this.teams.remove(params.id, actor, version);
  }
}
