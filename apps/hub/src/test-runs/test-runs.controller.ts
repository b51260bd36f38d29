import { routes, type TestRun } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { TestRuns } from './test-runs.service.js';

@Controller()
export class TestRunsController {
  constructor(private readonly testRuns: TestRuns) {}

  @Route(routes.testRuns.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.testRuns.create>): Promise<TestRun> {
    return this.testRuns.create(body, actor);
  }

  @Route(routes.testRuns.read)
  read(@Call() { params }: RouteCall<typeof routes.testRuns.read>): Promise<TestRun> {
    return this.testRuns.read(params.id);
  }

  @Route(routes.testRuns.cancel)
  cancel(@Call() { params }: RouteCall<typeof routes.testRuns.cancel>): Promise<void> {
    return this.testRuns.cancel(params.id);
  }
}
