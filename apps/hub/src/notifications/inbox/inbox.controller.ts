import { routes, type Notification, type RouteAnswer } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../../rest/route.decorator.js';
import { Inbox } from './inbox.service.js';

@Controller()
export class InboxController {
  constructor(private readonly inbox: Inbox) {}

  @Route(routes.notifications.list)
  list(
    @Call() { query, actor }: RouteCall<typeof routes.notifications.list>,
  ): Promise<RouteAnswer<typeof routes.notifications.list>> {
    return this.inbox.list(query, actor);
  }

  @Route(routes.notifications.count)
  async count(
    @Call() { actor }: RouteCall<typeof routes.notifications.count>,
  ): Promise<RouteAnswer<typeof routes.notifications.count>> {
    return { unread: await this.inbox.unread(actor) };
  }

  @Route(routes.notifications.markAll)
  markAll(@Call() { body, actor }: RouteCall<typeof routes.notifications.markAll>): Promise<void> {
    return this.inbox.markAll(body.until, actor);
  }

  @Route(routes.notifications.read)
  read(@Call() { params, actor }: RouteCall<typeof routes.notifications.read>): Promise<Notification> {
    return this.inbox.read(params.id, actor);
  }

  @Route(routes.notifications.mark)
  mark(@Call() { params, body, actor }: RouteCall<typeof routes.notifications.mark>): Promise<void> {
    return this.inbox.mark(params.id, body.read, actor);
  }
}
