import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Results } from './results.service.js';

type Routes = typeof routes.results;

@Controller()
export class ResultsController {
  constructor(private readonly results: Results) {}

  @Route(routes.results.slices)
  slices(@Call() { query }: RouteCall<Routes['slices']>): Promise<RouteAnswer<Routes['slices']>> {
    return this.results.slices(query);
  }

  @Route(routes.results.runs)
  runs(@Call() { query }: RouteCall<Routes['runs']>): Promise<RouteAnswer<Routes['runs']>> {
    return this.results.runs(query);
  }

  @Route(routes.results.run)
  run(@Call() { params }: RouteCall<Routes['run']>): Promise<RouteAnswer<Routes['run']>> {
    return this.results.run(params.id);
  }

  @Route(routes.results.history)
  history(@Call() { query }: RouteCall<Routes['history']>): Promise<RouteAnswer<Routes['history']>> {
    return this.results.history(query);
  }

  @Route(routes.results.availability)
  availability(@Call() { query }: RouteCall<Routes['availability']>): Promise<RouteAnswer<Routes['availability']>> {
    return this.results.availability(query);
  }

  @Route(routes.results.intervals)
  intervals(@Call() { query }: RouteCall<Routes['intervals']>): Promise<RouteAnswer<Routes['intervals']>> {
    return this.results.intervals(query);
  }
}
