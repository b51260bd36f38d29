// REST as the demo's administrator.

const RETRY_MS = 250;

export class HubClient {
  constructor(address) {
    this.address = address;
    this.cookie = '';
  }

  /** Waits until the hub takes requests. */
  async isReady() {
    for (;;) {
      const answer = await fetch(`${this.address}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async signIn(email, password) {
    await this.call('POST', '/session', { login: 'password', input: { email, password } });
  }

  get(path) {
    return this.call('GET', path);
  }

  post(path, body) {
    return this.call('POST', path, body);
  }

  /** Changes a resource as it was read. */
  patch(path, body, version) {
    return this.call('PATCH', path, body, { 'if-match': `"${version}"` });
  }

  /** The one of that name in a list of the hub, made when it is missing. */
  async ensure(path, name, body) {
    const { items } = await this.get(path);
    return items.find((item) => item.name === name) ?? this.post(path, { name, ...body });
  }

  async call(method, path, body, headers = {}) {
    const answer = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', cookie: this.cookie, ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} was refused: ${text}`);
    const cookie = answer.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    return text && JSON.parse(text);
  }
}
