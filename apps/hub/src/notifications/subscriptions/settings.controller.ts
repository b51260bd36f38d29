import { routes, type NotificationSettings as Settings } from '@checkstack/api';
import { Controller } from '@nestjs/common';
import { Call, Route, type RouteCall } from '../../rest/route.decorator.js';
import { NotificationSettings } from './settings.service.js';

@Controller()
export class SettingsController {
  constructor(private readonly settings: NotificationSettings) {}

  @Route(routes.notifications.settings)
  read(@Call() { actor }: RouteCall<typeof routes.notifications.settings>): Promise<Settings> {
    return this.settings.read(actor);
  }

  @Route(routes.notifications.changeSettings)
  change(@Call() { body, actor, version }: RouteCall<typeof routes.notifications.changeSettings>): Promise<Settings> {
    return this.settings.change(body, actor, version);
  }

  @Route(routes.notifications.mute)
  mute(@Call() { params, actor }: RouteCall<typeof routes.notifications.mute>): Promise<void> {
    return this.settings.mute(params.id, actor);
  }

  @Route(routes.notifications.unmute)
  unmute(@Call() { params, actor }: RouteCall<typeof routes.notifications.unmute>): Promise<void> {
    return this.settings.unmute(params.id, actor);
  }
}
