import { routes, type Dependency, type DependencyGraph } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Dependencies } from './dependencies.service.js';

@Controller()
export class DependenciesController {
  constructor(private readonly dependencies: Dependencies) {}

  @Route(routes.dependencies.list)
  list(
    @Call() { query }: RouteCall<typeof routes.dependencies.list>,
  ): Promise<{ items: Dependency[]; next: string | null }> {
    return this.dependencies.list(query);
  }

  @Route(routes.dependencies.graph)
  graph(@Call() { params }: RouteCall<typeof routes.dependencies.graph>): Promise<DependencyGraph> {
    return this.dependencies.graph(params.id);
  }

  @Route(routes.dependencies.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.dependencies.create>): Promise<Dependency> {
    return this.dependencies.create(body, actor);
  }

  @Route(routes.dependencies.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.dependencies.update>): Promise<Dependency> {
    return this.dependencies.update(params.id, body, actor, version);
  }

  @Route(routes.dependencies.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.dependencies.remove>): Promise<void> {
    return this.dependencies.remove(params.id, actor, version);
  }
}
