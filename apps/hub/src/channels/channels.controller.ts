import { routes, type Channel, type RouteAnswer, type SenderTrial } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { channelDescriptors } from '../delivery/sender-kinds.js';
import { Call, Route, type RouteCall } from '../rest/route.decorator.js';
import { Channels } from './channels.service.js';

@Controller()
export class ChannelsController {
  constructor(private readonly channels: Channels) {}

  @Route(routes.channels.kinds)
  kinds(): RouteAnswer<typeof routes.channels.kinds> {
    return { items: channelDescriptors };
  }

  @Route(routes.channels.list)
  list(@Call() { query }: RouteCall<typeof routes.channels.list>): Promise<{ items: Channel[]; next: string | null }> {
    return this.channels.list(query);
  }

  @Route(routes.channels.create)
  create(@Call() { body, actor }: RouteCall<typeof routes.channels.create>): Promise<Channel> {
    return this.channels.create(body, actor);
  }

  @Route(routes.channels.read)
  read(@Call() { params }: RouteCall<typeof routes.channels.read>): Promise<Channel> {
    return this.channels.read(params.id);
  }

  @Route(routes.channels.update)
  update(@Call() { params, body, actor, version }: RouteCall<typeof routes.channels.update>): Promise<Channel> {
    return this.channels.update(params.id, body, actor, version);
  }

  @Route(routes.channels.remove)
  remove(@Call() { params, actor, version }: RouteCall<typeof routes.channels.remove>): Promise<void> {
    return this.channels.remove(params.id, actor, version);
  }

  @Route(routes.channels.test)
  test(@Call() { body }: RouteCall<typeof routes.channels.test>): Promise<SenderTrial> {
    return this.channels.try(body);
  }
}
