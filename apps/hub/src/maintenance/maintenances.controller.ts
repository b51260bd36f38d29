import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { invalidField } from '../problems.js';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { readSpans } from './in-progress.js';
import { MaintenancePlanning } from './planning.service.js';
import { MaintenanceUpdates } from './updates.service.js';

type Routes = typeof routes.maintenances;
type Answer<Name extends keyof Routes> = Promise<RouteAnswer<Routes[Name]>>;

@Controller()
export class MaintenancesController {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly planning: MaintenancePlanning,
    private readonly updatesOf: MaintenanceUpdates,
  ) {}

  @Route(routes.maintenances.list)
  list(@Call() { query }: RouteCall<Routes['list']>): Answer<'list'> {
    return this.planning.list(query);
  }

  @Route(routes.maintenances.create)
  create(@Call() { body, actor }: RouteCall<Routes['create']>): Answer<'create'> {
    return this.planning.create(body, actor);
  }

  @Route(routes.maintenances.read)
  read(@Call() { params }: RouteCall<Routes['read']>): Answer<'read'> {
    return this.planning.read(params.id);
  }

  @Route(routes.maintenances.update)
  update(@Call() { params, body, actor, version }: RouteCall<Routes['update']>): Answer<'update'> {
    return this.planning.update(params.id, body, actor, version);
  }

  @Route(routes.maintenances.end)
  end(@Call() { params, actor, version }: RouteCall<Routes['end']>): Answer<'end'> {
    return this.planning.end(params.id, actor, version);
  }

  @Route(routes.maintenances.cancel)
  cancel(@Call() { params, actor, version }: RouteCall<Routes['cancel']>): Answer<'cancel'> {
    return this.planning.cancel(params.id, actor, version);
  }

  @Route(routes.maintenances.remove)
  remove(@Call() { params, actor, version }: RouteCall<Routes['remove']>): Promise<void> {
    return this.planning.remove(params.id, actor, version);
  }

  @Route(routes.maintenances.updates)
  updates(@Call() { params, query, actor }: RouteCall<Routes['updates']>): Answer<'updates'> {
    return this.updatesOf.list(params.id, query, actor);
  }

  @Route(routes.maintenances.post)
  post(@Call() { params, body, actor }: RouteCall<Routes['post']>): Answer<'post'> {
    return this.updatesOf.post(params.id, body, actor);
  }

  @Route(routes.maintenances.edit)
  edit(@Call() { params, body, actor, version }: RouteCall<Routes['edit']>): Answer<'edit'> {
    return this.updatesOf.edit(params, body, actor, version);
  }

  @Route(routes.maintenances.withdraw)
  withdraw(@Call() { params, actor, version }: RouteCall<Routes['withdraw']>): Promise<void> {
    return this.updatesOf.withdraw(params, actor, version);
  }

  @Route(routes.maintenances.revisions)
  async revisions(@Call() { params }: RouteCall<Routes['revisions']>): Answer<'revisions'> {
    return { items: await this.updatesOf.revisions(params) };
  }

  @Route(routes.maintenances.spans)
  async spans(@Call() { query }: RouteCall<Routes['spans']>): Answer<'spans'> {
    const { from, to, ...subject } = query;
    if (Object.values(subject).every((id) => id === undefined))
      throw invalidField('systemId', 'Name a system, a check or a slice.');
    const span = { fromMs: Date.parse(from), toMs: Date.parse(to) };
    const spans = await readSpans(this.dataSource.manager, subject, span);
    return {
      items: spans.map(({ maintenance, fromMs, toMs, excluded }) => ({
        maintenance,
        from: new Date(fromMs).toISOString(),
        to: toMs === Infinity ? null : new Date(toMs).toISOString(),
        excludeFromAvailability: excluded,
      })),
    };
  }
}
