// REST as a program speaks it: typed by the contract, every answer held against it.
import { routes, type Route, type RouteAnswer, type RouteRequest } from '@checkstack/api';

export class Client {
  private cookie = '';

  constructor(private readonly address: string) {}

  async signIn(email: string, password: string): Promise<void> {
    await this.call(routes.session.signIn, { body: { input: { email, password } } });
  }

  /** The parsed answer; throws when the hub refuses. */
  async call<R extends Route>(route: R, request: Partial<RouteRequest<R>> = {}): Promise<RouteAnswer<R>> {
    const params = (request.params ?? {}) as Record<string, string>;
    const url = new URL(
      `/api/v1${route.path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? '')}`,
      this.address,
    );
    const query: Partial<Record<string, unknown>> = request.query ?? {};
    for (const [name, value] of Object.entries(query)) {
      url.searchParams.set(name, String(value));
    }
    const response = await fetch(url, {
      method: route.method,
      headers: { cookie: this.cookie, 'content-type': 'application/json' },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${route.method} ${url.pathname} answered ${response.status}: ${text}`);
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';', 1)[0] ?? '';
    return route.response.parse(text === '' ? undefined : JSON.parse(text)) as RouteAnswer<R>;
  }
}
