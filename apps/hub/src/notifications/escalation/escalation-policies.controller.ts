import { routes, type EscalationPolicy, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../../rest/route.decorator.js';
import { EscalationPolicies } from './escalation-policies.service.js';

@Controller()
export class EscalationPoliciesController {
  constructor(private readonly policies: EscalationPolicies) {}

  @Route(routes.escalationPolicies.list)
  async list(): Promise<RouteAnswer<typeof routes.escalationPolicies.list>> {
    return { items: await this.policies.list() };
  }

  @Route(routes.escalationPolicies.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.escalationPolicies.create>): Promise<EscalationPolicy> {
    return this.policies.create(body, actor);
  }

  @Route(routes.escalationPolicies.update)
  update(
    @Call() { params, body, actor, version }: RouteCall<typeof routes.escalationPolicies.update>,
  ): Promise<EscalationPolicy> {
    return this.policies.update(params.id, body, actor, version);
  }

  @Route(routes.escalationPolicies.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.escalationPolicies.remove>): Promise<void> {
    return this.policies.remove(params.id, actor, version);
  }
}
