import { routes, type Check, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Checks } from './checks.service.js';
import { probeDescriptors } from './probe-kinds.js';

@Controller()
export class ChecksController {
  constructor(private readonly checks: Checks) {}

  @Route(routes.probes.list)
  probes(): RouteAnswer<typeof routes.probes.list> {
    return { items: probeDescriptors };
  }

  @Route(routes.checks.list)
  list(@Call() { query }: RouteCall<typeof routes.checks.list>): Promise<{ items: Check[]; next: string | null }> {
    return this.checks.list(query);
  }

  @Route(routes.checks.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.checks.create>): Promise<Check> {
    return this.checks.create(body, actor);
  }

  @Route(routes.checks.read)
  read(@Call() { params }: RouteCall<typeof routes.checks.read>): Promise<Check> {
    return this.checks.read(params.id);
  }

  @Route(routes.checks.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.checks.update>): Promise<Check> {
    return this.checks.update(params.id, body, actor, version);
  }

  @Route(routes.checks.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.checks.remove>): Promise<void> {
    return this.checks.remove(params.id, actor, version);
  }
}
