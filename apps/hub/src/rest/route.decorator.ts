import type { Access, Route as ApiRoute, RouteInput } from '@checkstack/api';
import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common';
import type { Request } from 'express';
import type { Actor } from '../actor.js';

export const routeKey = 'checkstack:route';
export const accessKey = 'checkstack:access';

/** What a handler gets: the parsed request, who asks, and the version that If-Match names. */
export interface RouteCall<R extends ApiRoute = ApiRoute> extends RouteInput<R> {
  actor: Actor;
  version: number | undefined;
  request: Request;
}

export type RoutedRequest = Request & { actor?: Actor; call?: RouteCall };

/** Binds a handler to its route of @checkstack/api: path, access, validation and answer follow from it. */
export function Route(route: ApiRoute): MethodDecorator {
  return applyDecorators(
    SetMetadata(routeKey, route),
    MayCall(route.access),
    RequestMapping({ path: `/api/v1${route.path}`, method: RequestMethod[route.method] }),
    HttpCode(route.status),
  );
}

/** Who may call a handler that answers something else than a route's JSON. Without this or a Route nobody may. */
export function MayCall(access: Access): MethodDecorator {
  return SetMetadata(accessKey, access);
}

/** The handler's one parameter: `@Call() call: RouteCall<typeof routes.systems.update>`. */
export const Call = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<RoutedRequest>().call,
);
