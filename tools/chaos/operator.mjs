// Somebody who edits, over REST, at whichever hub answers; and goes on trying, as the hubs are in trouble.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './ask.mjs';

const patienceMs = 60_000;
const answerWithinMs = 8_000;

export class Operator {
  #cookie = '';
  #turn = 0;

  constructor(addresses, { email, password }) {
    this.addresses = addresses;
    this.credentials = { login: 'password', input: { email, password } };
  }

  /** The parsed answer. A refusal (4xx) throws at once, unless it is only that the session is not known. */
  async call(method, path, body) {
    const until = performance.now() + patienceMs;
    for (;;) {
      const address = this.addresses[this.#turn++ % this.addresses.length];
      try {
        const answer = await this.#ask(address, method, path, body);
        const { text } = answer;
        if (answer.ok) return text && JSON.parse(text);
        if (answer.status === 401) await this.#signIn(address);
        else if (answer.status < 500 && answer.status !== 429)
          throw new Refusal(`${method} ${path} was refused: ${text}`, answer.status);
      } catch (error) {
        if (error instanceof Refusal || performance.now() > until) throw error;
      }
      if (performance.now() > until) throw new Error(`${method} ${path}: no hub answered within a minute`);
      await delay(200);
    }
  }

  /** What is beside the API, for whoever is signed in already. */
  async text(path) {
    return (await ask(`${this.addresses[0]}${path}`, answerWithinMs, { headers: { cookie: this.#cookie } })).text;
  }

  /** Made once, also when the answer to the first try was lost. */
  async make(path, name, body) {
    try {
      return await this.call('POST', path, { name, ...body });
    } catch (error) {
      if (error.status !== 409 && error.status !== 422 && error.status !== 400) throw error;
      const { items } = await this.call('GET', `${path}?limit=200`);
      const found = items.find((item) => item.name === name);
      if (found === undefined) throw error;
      return found;
    }
  }

  async #signIn(address) {
    await this.#ask(address, 'POST', '/session', this.credentials);
  }

  async #ask(address, method, path, body) {
    const answer = await ask(`${address}/api/v1${path}`, answerWithinMs, {
      method,
      headers: { 'content-type': 'application/json', cookie: this.#cookie },
      ...(body && { body: JSON.stringify(body) }),
    });
    const cookie = answer.headers.get('set-cookie');
    if (cookie) this.#cookie = cookie.split(';')[0];
    return answer;
  }
}

class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}
