import { routes, type IncidentUpdate, type UpdateRevision } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { IncidentUpdates } from './incident-updates.service.js';

@Controller()
export class IncidentUpdatesController {
  constructor(private readonly updates: IncidentUpdates) {}

  @Route(routes.incidents.post)
  post(@Call() { params, body, actor }: RouteCall<typeof routes.incidents.post>): Promise<IncidentUpdate> {
    return this.updates.post(params.id, body, actor);
  }

  @Route(routes.incidents.edit)
  edit(@Call() { params, body, actor, version }: RouteCall<typeof routes.incidents.edit>): Promise<IncidentUpdate> {
    return this.updates.edit(params, body, actor, version);
  }

  @Route(routes.incidents.withdraw)
  withdraw(@Call() { params, actor, version }: RouteCall<typeof routes.incidents.withdraw>): Promise<void> {
    return this.updates.withdraw(params, actor, version);
  }

  @Route(routes.incidents.revisions)
  async revisions(
    @Call() { params }: RouteCall<typeof routes.incidents.revisions>,
  ): Promise<{ items: UpdateRevision[] }> {
    return { items: await this.updates.revisions(params) };
  }
}
