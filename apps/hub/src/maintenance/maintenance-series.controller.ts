import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { MaintenanceSeriesPlanning } from './series.service.js';

type Routes = typeof routes.maintenanceSeries;
type Answer<Name extends keyof Routes> = Promise<RouteAnswer<Routes[Name]>>;

@Controller()
export class MaintenanceSeriesController {
  constructor(private readonly series: MaintenanceSeriesPlanning) {}

  @Route(routes.maintenanceSeries.list)
  list(@Call() { query }: RouteCall<Routes['list']>): Answer<'list'> {
    return this.series.list(query);
  }

  @Route(routes.maintenanceSeries.create)
  create(@Call() { body, actor }: RouteCall<Routes['create']>): Answer<'create'> {
    return this.series.create(body, actor);
  }

  @Route(routes.maintenanceSeries.preview)
  preview(@Call() { query }: RouteCall<Routes['preview']>): RouteAnswer<Routes['preview']> {
    return this.series.preview(query);
  }

  @Route(routes.maintenanceSeries.read)
  read(@Call() { params }: RouteCall<Routes['read']>): Answer<'read'> {
    return this.series.read(params.id);
  }

  @Route(routes.maintenanceSeries.update)
  update(@Call() { params, body, actor, version }: RouteCall<Routes['update']>): Answer<'update'> {
    return this.series.update(params.id, body, actor, version);
  }

  @Route(routes.maintenanceSeries.end)
  end(@Call() { params, actor, version }: RouteCall<Routes['end']>): Answer<'end'> {
    return this.series.end(params.id, actor, version);
  }
}
