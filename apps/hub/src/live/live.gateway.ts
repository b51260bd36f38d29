import type { IncomingMessage } from 'node:http';
import { livePath, liveProtocol } from '@checkstack/api';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets';
import type { Subscription } from 'rxjs';
import type { ServerOptions, WebSocket } from 'ws';
import { Access } from '../access/access.service.js';
import type { Actor } from '../actor.js';
import { Notices } from '../cluster/notices.js';
import type { GuardedServer } from '../link/hub-ws-adapter.js';
import type { UpgradeRefusal } from '../link/upgrade-refusal.js';
import { Drain } from '../operation/drain.js';
import { closeCodes, LiveSession } from './live-session.js';
import { LiveSessions } from './live-sessions.js';

const serverOptions = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: 65_536,
  handleProtocols: (offered) => (offered.has(liveProtocol) ? liveProtocol : false),
} satisfies ServerOptions;

const pingEveryMs = 20_000;
/** Sessions that ran out, or whose end was not told here. */
const judgeEveryMs = 60_000;

/** Where browsers come in: signed in by the session cookie, from a page of this console. */
@WebSocketGateway({ path: livePath, ...serverOptions })
export class LiveGateway
  implements OnGatewayInit<GuardedServer>, OnGatewayConnection<WebSocket>, BeforeApplicationShutdown
{
  private readonly logger = new Logger('live');
  private readonly admitted = new WeakMap<IncomingMessage, Actor>();
  private readonly subscriptions: Subscription[];
  private readonly timers: NodeJS.Timeout[];

  constructor(
    private readonly access: Access,
    private readonly sessions: LiveSessions,
    private readonly drain: Drain,
    notices: Notices,
  ) {
    this.subscriptions = [
      notices.on('access').subscribe(({ userId }) => {
        void this.judge(sessions.all().filter(({ actor }) => userId === null || actor.id === userId));
      }),
      notices.missed$.subscribe(() => void this.judge(sessions.all())),
    ];
    this.timers = [
      setInterval(() => void this.judge(sessions.all()), judgeEveryMs).unref(),
      setInterval(() => sessions.all().forEach((session) => session.ping()), pingEveryMs).unref(),
    ];
  }

  afterInit(server: GuardedServer): void {
    server.doorkeeper = this;
  }

  async admit(request: IncomingMessage): Promise<UpgradeRefusal | null> {
    if (this.drain.isDraining) return { status: 503, retryAfterMs: 2_000 };
    const offered = request.headers['sec-websocket-protocol'] ?? '';
    if (!offered.split(',').some((protocol) => protocol.trim() === liveProtocol))
      return { status: 426, spoken: [liveProtocol] };
    const actor = await this.access.sessionOf(request);
    if (actor === null) return { status: 401 };
    this.admitted.set(request, actor);
    return null;
  }

  handleConnection(client: WebSocket, request: IncomingMessage): void {
    const actor = this.admitted.get(request);
    if (!actor || this.drain.isDraining) return client.terminate();
    const session = new LiveSession(client, request, actor);
    this.sessions.add(session);
    client.on('close', () => this.sessions.remove(session));
  }

  beforeApplicationShutdown(): void {
    this.drain.isDraining = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    for (const session of this.sessions.all()) session.close(closeCodes.away, 'The hub is stopping.');
  }

  /** Closes what is signed out by now, and narrows what may see less. */
  private async judge(sessions: LiveSession[]): Promise<void> {
    for (const session of sessions) {
      try {
        const actor = await this.access.sessionOf(session.request);
        if (actor === null) session.close(closeCodes.policy, 'Signed out.');
        else session.become(actor);
      } catch (error) {
        this.logger.warn(`A session could not be judged: ${(error as Error).message}`);
      }
    }
  }
}
