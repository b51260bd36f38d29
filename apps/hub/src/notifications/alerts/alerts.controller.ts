import { routes, type Alert, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../../rest/route.decorator.js';
import { Alerts } from './alerts.service.js';

@Controller()
export class AlertsController {
  constructor(private readonly alerts: Alerts) {}

  @Route(routes.alerts.list)
  list(@Call() { query }: RouteCall<typeof routes.alerts.list>): Promise<RouteAnswer<typeof routes.alerts.list>> {
    return this.alerts.list(query);
  }

  @Route(routes.alerts.acknowledge)
  acknowledge(@Call() { params, actor }: RouteCall<typeof routes.alerts.acknowledge>): Promise<Alert> {
    return this.alerts.acknowledge(params.id, actor);
  }

  @Route(routes.alerts.keptQuiet)
  keptQuiet(
    @Call() { query }: RouteCall<typeof routes.alerts.keptQuiet>,
  ): Promise<RouteAnswer<typeof routes.alerts.keptQuiet>> {
    return this.alerts.keptQuiet(query);
  }
}
