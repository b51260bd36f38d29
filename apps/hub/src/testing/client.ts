import { problem, type Problem, type Route, type RouteAnswer, type RouteRequest } from '@checkstack/api';

/** What a route refused, as the problem it answered. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly problem: Problem,
    readonly headers: Headers,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail} ${JSON.stringify(problem.fields ?? [])}`);
  }

  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

export type ClientRequest<R extends Route> = Partial<RouteRequest<R>> & {
  /** Sent as If-Match. */
  version?: number;
  headers?: Record<string, string>;
};

/** Speaks REST as one person or program, and holds every answer against the contract. */
export class Client {
  constructor(
    readonly url: string,
    /** Sent with every call: a Cookie or an Authorization. */
    readonly headers: Record<string, string> = {},
  ) {}

  /** The parsed answer; throws a Refusal for a problem, and any other error for an answer outside the contract. */
  async call<R extends Route>(route: R, request: ClientRequest<R> = {}): Promise<RouteAnswer<R>> {
    const response = await this.send(route, request);
    const body = await response.text();
    if (!response.ok) throw new Refusal(problem.parse(JSON.parse(body)), response.headers);
    if (response.status !== route.status) throw new Error(`${route.method} ${route.path} answered ${response.status}.`);
    return route.response.parse(body === '' ? undefined : JSON.parse(body)) as RouteAnswer<R>;
  }

  /** The raw answer. */
  async send<R extends Route>(
    route: R,
    { params, query, body, version, headers }: ClientRequest<R>,
  ): Promise<Response> {
    const segments = (params ?? {}) as Record<string, string>;
    const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(segments[name] ?? ''));
    const search = new URLSearchParams();
    const given: Record<string, string | number | undefined> = query ?? {};
    for (const [key, value] of Object.entries(given)) if (value !== undefined) search.set(key, String(value));
    return this.fetch(`/api/v1${path}${search.size > 0 ? `?${search.toString()}` : ''}`, {
      method: route.method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(version !== undefined && { 'if-match': `"${version}"` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.url), {
      redirect: 'manual',
      ...init,
      headers: { ...this.headers, ...(init.headers as Record<string, string> | undefined) },
    });
  }
}
