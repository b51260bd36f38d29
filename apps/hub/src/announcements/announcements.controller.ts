import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Announcements } from './announcements.service.js';

type Routes = typeof routes.announcements;
type Answer<Name extends keyof Routes> = Promise<RouteAnswer<Routes[Name]>>;

@Controller()
export class AnnouncementsController {
  constructor(private readonly announcements: Announcements) {}

  @Route(routes.announcements.list)
  list(@Call() { query }: RouteCall<Routes['list']>): Answer<'list'> {
    return this.announcements.list(query);
  }

  /** Nobody may have signed in. */
  @Route(routes.announcements.current)
  current(@Call() { actor }: Partial<RouteCall<Routes['current']>>): Answer<'current'> {
    return this.announcements.current(actor);
  }

  @Route(routes.announcements.create)
  create(@Call() { body, actor }: RouteCall<Routes['create']>): Answer<'create'> {
    return this.announcements.create(body, actor);
  }

  @Route(routes.announcements.read)
  read(@Call() { params }: RouteCall<Routes['read']>): Answer<'read'> {
    return this.announcements.read(params.id);
  }

  @Route(routes.announcements.update)
  update(@Call() { params, body, actor, version }: RouteCall<Routes['update']>): Answer<'update'> {
    return this.announcements.update(params.id, body, actor, version);
  }

  @Route(routes.announcements.remove)
  remove(@Call() { params, actor, version }: RouteCall<Routes['remove']>): Promise<void> {
    return this.announcements.remove(params.id, actor, version);
  }

  @Route(routes.announcements.dismiss)
  dismiss(@Call() { params, actor }: RouteCall<Routes['dismiss']>): Promise<void> {
    return this.announcements.dismiss(params.id, actor);
  }
}
