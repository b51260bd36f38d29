import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { ApiKeys } from './api-keys.service.js';

@Controller()
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeys) {}

  @Route(routes.apiKeys.list)
  list(@Call() { query }: RouteCall<typeof routes.apiKeys.list>): Promise<RouteAnswer<typeof routes.apiKeys.list>> {
    return this.apiKeys.list(query);
  }

  @Route(routes.apiKeys.create)
  create(
    @Call() { body, actor }: RouteCall<typeof routes.apiKeys.create>,
  ): Promise<RouteAnswer<typeof routes.apiKeys.create>> {
    return this.apiKeys.create(body, actor);
  }

  @Route(routes.apiKeys.remove)
  remove(@Call() { params, actor }: RouteCall<typeof routes.apiKeys.remove>): Promise<void> {
    return this.apiKeys.remove(params.id, actor);
  }
}
