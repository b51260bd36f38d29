import { routes, type RouteAnswer } from '@checkstack/api';
import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Config } from '../../config.js';
import { Call, Route, type RouteCall } from '../../rest/route.decorator.js';
import { addressOf } from '../address.js';
import { Sessions } from '../sessions.service.js';
import { Setup } from './setup.service.js';

@Controller()
export class SetupController {
  constructor(
    private readonly config: Config,
    private readonly setup: Setup,
    private readonly sessions: Sessions,
  ) {}

  @Route(routes.setup.read)
  async read(): Promise<RouteAnswer<typeof routes.setup.read>> {
    return { needed: await this.setup.isNeeded() };
  }

  @Route(routes.setup.complete)
  async complete(
    @Call() { body, request }: RouteCall<typeof routes.setup.complete>,
    @Res({ passthrough: true }) response: Response,
  ): Promise<RouteAnswer<typeof routes.setup.complete>> {
    const { id, cookie } = await this.setup.complete(body, {
      address: addressOf(request, this.config.trustedProxies),
      userAgent: request.headers['user-agent'] ?? '',
    });
    response.setHeader('Set-Cookie', cookie);
    return this.sessions.read(id);
  }
}
