import { allows, type Access as RouteAccess } from '@checkstack/api';
import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { HubProblem } from '../problems.js';
import { accessKey, type RoutedRequest } from '../rest/route.decorator.js';
import { Access } from './access.service.js';

/** The one guard, before every handler. A handler that does not say who may call it is called by nobody. */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly logger = new Logger('access');

  constructor(
    private readonly reflector: Reflector,
    private readonly access: Access,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.get<RouteAccess | undefined>(accessKey, context.getHandler());
    if (needed === undefined) {
      this.logger.error(`${context.getClass().name}.${context.getHandler().name} does not say who may call it.`);
      throw new HubProblem('not_allowed');
    }
    const request = context.switchToHttp().getRequest<RoutedRequest>();
    this.access.refuseForeignPage(request);
    const actor = await this.access.actorOf(request);
    if (actor) request.actor = actor;
    if (needed === 'public') return true;
    if (!actor) throw new HubProblem('not_signed_in');
    if (needed !== 'signed-in' && !allows(actor.rules, needed)) throw new HubProblem('not_allowed');
    return true;
  }
}
