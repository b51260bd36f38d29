import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { Actor } from '../actor.js';
import { Config } from '../config.js';
import { HubProblem } from '../problems.js';
import { addressOf } from './address.js';
import { ApiKeys } from './api-keys.service.js';
import { isOwnOrigin, isSafeMethod } from './origin.js';
import { Sessions } from './sessions.service.js';

const bearer = /^Bearer +(\S+)$/i;

/** Tells who asks. */
@Injectable()
export class Access {
  constructor(
    private readonly config: Config,
    private readonly sessions: Sessions,
    private readonly apiKeys: ApiKeys,
  ) {}

  /** Whoever the API key or the session cookie of a request belongs to. */
  async actorOf(request: IncomingMessage): Promise<Actor | null> {
    const address = addressOf(request, this.config.trustedProxies);
    if (request.headers.authorization !== undefined) {
      const key = bearer.exec(request.headers.authorization)?.[1];
      return key === undefined ? null : this.apiKeys.actorOf(key, address);
    }
    const token = this.sessions.cookie.read(request.headers.cookie);
    return token === undefined ? null : this.sessions.actorOf(token, address);
  }

  /** For a WebSocket upgrade: a page of another site may open one, with our cookie, so its origin is judged too. */
  async sessionOf(request: IncomingMessage): Promise<Actor | null> {
    return isOwnOrigin(request, this.config.baseUrl) ? this.actorOf(request) : null;
  }

  /** Refuses what another site's page makes a browser send. A key is never sent by a browser on its own. */
  refuseForeignPage(request: IncomingMessage): void {
    if (isSafeMethod(request.method) || request.headers.authorization !== undefined) return;
    if (!isOwnOrigin(request, this.config.baseUrl)) throw new HubProblem('wrong_origin');
  }
}
