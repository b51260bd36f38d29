import { routes, type Assignment } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Assignments } from './assignments.service.js';

@Controller()
export class AssignmentsController {
  constructor(private readonly assignments: Assignments) {}

  @Route(routes.assignments.list)
  list(
    @Call() { query }: RouteCall<typeof routes.assignments.list>,
  ): Promise<{ items: Assignment[]; next: string | null }> {
    return this.assignments.list(query);
  }

  @Route(routes.assignments.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.assignments.create>): Promise<Assignment> {
    return this.assignments.create(body, actor);
  }

  @Route(routes.assignments.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.assignments.update>): Promise<Assignment> {
    return this.assignments.update(params.id, body, actor, version);
  }

  @Route(routes.assignments.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.assignments.remove>): Promise<void> {
    return this.assignments.remove(params.id, actor, version);
  }
}
