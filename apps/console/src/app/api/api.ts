import { HttpClient } from '@angular/common/http';
import { inject, Injectable, isDevMode } from '@angular/core';
import type { Route, RouteAnswer } from '@checkstack/api';
import { firstValueFrom, fromEvent, Subject, takeUntil } from 'rxjs';
import type * as z from 'zod';
import { toApiProblem } from './api-problem.js';
import type { Call, CallArguments } from './call.js';

type PagedRoute<Item extends z.ZodType> = Route<
  z.ZodType,
  z.ZodType,
  z.ZodType,
  z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString> }>
>;

/** The typed client of the hub: `api.call(routes.systems.read, { params: { id } })`. */
@Injectable({ providedIn: 'root' })
export class Api {
  readonly #http = inject(HttpClient);
  readonly #signedOut = new Subject<void>();

  /** The hub said 401: the session is over. */
  readonly signedOut = this.#signedOut.asObservable();

  /** Rejects with an `ApiProblem`, or with an `AbortError` when the signal aborts. */
  async call<R extends Route>(route: R, ...[given]: CallArguments<R>): Promise<RouteAnswer<R>> {
    const call: Call<Route> = given ?? {};
    const { signal } = call;
    const answer = this.#http.request<unknown>(route.method, addressOf(route, call), {
      body: call.body,
      headers: call.version === undefined ? {} : { 'If-Match': `"${call.version}"` },
    });
    try {
      const body = await firstValueFrom(signal ? answer.pipe(takeUntil(fromEvent(signal, 'abort'))) : answer);
      // The hub is trusted; where developers look on, a drift from the contract is told at once.
      return (isDevMode() && route.status !== 204 ? route.response.parse(body) : body) as RouteAnswer<R>;
    } catch (error) {
      signal?.throwIfAborted();
      const problem = toApiProblem(error);
      if (problem.status === 401 && route.path !== '/session') this.#signedOut.next();
      throw problem;
    }
  }

  /** All items of a paged list, page after page. */
  async all<Item extends z.ZodType, R extends PagedRoute<Item>>(
    route: R,
    ...[given]: CallArguments<R>
  ): Promise<RouteAnswer<R>['items']> {
    const call: Call<Route> = given ?? {};
    const items: RouteAnswer<R>['items'] = [];
    let after: string | null = null;
    do {
      const query: object = { ...(call.query as object), limit: 1000, ...(after === null ? {} : { after }) };
      const page: RouteAnswer<R> = await this.call(route, ...([{ ...call, query }] as unknown as CallArguments<R>));
      items.push(...page.items);
      after = page.next;
    } while (after !== null);
    return items;
  }
}

/** The address of a call below the hub's origin. */
export function addressOf(route: Route, call: Call<Route>): string {
  const params = (call.params ?? {}) as Record<string, string>;
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries((call.query ?? {}) as Record<string, string | number | undefined>)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const search = query.toString();
  return `/api/v1${path}${search ? `?${search}` : ''}`;
}
