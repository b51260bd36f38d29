import type { IncomingMessage } from 'node:http';
import {
  bearerToken,
  intakeLink,
  linkPath,
  linkProtocol,
  linkServerOptions,
  offersLinkProtocol,
  type Refusal,
} from '@checkstack/link';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets';
import type { Subscription } from 'rxjs';
import type { WebSocket } from 'ws';
import { Coalescer } from '../cluster/coalescer.js';
import { HubClock } from '../cluster/hub-clock.js';
import { Notices } from '../cluster/notices.js';
import { Replica } from '../cluster/replica.js';
import { Drain } from '../operation/drain.js';
import { Ingest } from '../results/ingest.js';
import { Rosters } from '../satellites/rosters.service.js';
import { Satellites } from '../satellites/satellites.service.js';
import type { GuardedServer } from './hub-ws-adapter.js';
import { LinkSession, type LinkServices, type Principal } from './link-session.js';
import { SignsOfLife } from './signs-of-life.js';
import { Sockets } from './sockets.js';

const rereadEveryMs = 1_000;
const judgeEveryMs = 20;
const tellHeldEveryMs = 10_000;

/** Where satellites come in: judged at the upgrade, then one LinkSession each. */
@WebSocketGateway({ path: linkPath, ...linkServerOptions })
export class LinkGateway
  implements OnGatewayInit<GuardedServer>, OnGatewayConnection<WebSocket>, BeforeApplicationShutdown
{
  private readonly logger = new Logger('link');
  private readonly admitted = new WeakMap<IncomingMessage, Principal>();
  /** Every open one, welcomed or not. */
  private readonly open = new Set<LinkSession>();
  private readonly services: LinkServices;
  private readonly subscriptions: Subscription[];
  private readonly timers: NodeJS.Timeout[];
  /** Satellites whose connection changed. */
  private readonly told = new Coalescer<string>(judgeEveryMs, (ids) => this.judge(ids));

  constructor(
    private readonly satellites: Satellites,
    private readonly drain: Drain,
    notices: Notices,
    rosters: Rosters,
    ingest: Ingest,
    sockets: Sockets,
    signs: SignsOfLife,
    clock: HubClock,
    replica: Replica,
  ) {
    const contested = (id: string): Promise<void> => notices.publish('contested', { id });
    const sessions = new Map<string, LinkSession>();
    this.services = { satellites, rosters, ingest, sockets, signs, clock, replica, sessions, contested };
    this.subscriptions = [
      notices.on('satellite').subscribe(({ id }) => this.told.add([id])),
      notices.on('roster').subscribe(({ satelliteIds }) => {
        for (const id of satelliteIds) sessions.get(id)?.refreshRoster();
      }),
      notices.on('contested').subscribe(({ id }) => {
        signs.contested(id);
        void sessions.get(id)?.proveAlive();
      }),
      notices.missed$.subscribe(() => this.judge([...sessions.keys()])),
    ];
    // Notices may get lost; who was revoked is out within a second all the same.
    this.timers = [
      setInterval(() => this.judge([...sessions.keys()]), rereadEveryMs).unref(),
      setInterval(() => this.tellHeld(), tellHeldEveryMs).unref(),
    ];
  }

  afterInit(server: GuardedServer): void {
    server.doorkeeper = this;
  }

  async admit(request: IncomingMessage): Promise<Refusal | null> {
    if (this.drain.isDraining) return { status: 503, retryAfterMs: 2_000 };
    if (!offersLinkProtocol(request)) return { status: 426, spoken: [linkProtocol] };
    const token = bearerToken(request);
    if (token === null) return { status: 401 };
    try {
      const satellite = await this.satellites.authenticate(token);
      if (satellite === null) return { status: 401 };
      if (satellite.disabled) return { status: 403 };
      this.admitted.set(request, { satellite, token });
      return null;
    } catch (error) {
      this.logger.warn(`A satellite could not be authenticated: ${(error as Error).message}`);
      return { status: 503, retryAfterMs: 5_000 };
    }
  }

  handleConnection(client: WebSocket, request: IncomingMessage): void {
    const principal = this.admitted.get(request);
    if (!principal || this.drain.isDraining) return client.terminate();
    const hold = (until: Promise<void>): void => {
      client.pause();
      void until.then(() => client.resume());
    };
    const onSkipped = (): void =>
      this.logger.warn(`${principal.satellite.name} is newer and says more than this hub understands: update the hub.`);
    const session = new LinkSession(principal, intakeLink(client, request.socket, { onSkipped }), hold, this.services);
    this.open.add(session);
    void session.finished.then(() => this.open.delete(session));
  }

  /** Everybody is told to come back; what they shipped before is still stored and acknowledged by the next hub. */
  async beforeApplicationShutdown(): Promise<void> {
    this.drain.isDraining = true;
    for (const timer of this.timers) clearInterval(timer);
    for (const subscription of this.subscriptions) subscription.unsubscribe();
    this.told.close();
    // So that not all of many dial in the same moment.
    const spreadMs = Math.max(2_000, this.open.size);
    await Promise.all([...this.open].map((session) => session.close('draining', 1_000 + Math.random() * spreadMs)));
  }

  private tellHeld(): void {
    // Those on their way to being welcomed too.
    const ids = [...this.open].map(({ satelliteId }) => satelliteId);
    this.satellites
      .heldBy(this.services.replica.id, ids)
      .catch((error: Error) => this.logger.debug(`Held sockets were not told: ${error.message}`));
  }

  /** Closes the sockets whose epoch is over, and sends the rosters that changed. */
  private judge(ids: string[]): void {
    const sessions = ids.map((id) => this.services.sessions.get(id)).filter((session) => session !== undefined);
    if (sessions.length === 0) return;
    this.satellites
      .standings(sessions.map(({ satelliteId }) => satelliteId))
      .then((standings) =>
        // At the same time: a peer that is slow to leave keeps nobody else in.
        Promise.all(
          sessions.map(async (session) => {
            const standing = standings.get(session.satelliteId);
            if (standing === undefined) await session.close('revoked');
            else if (standing.epoch !== session.epoch) await session.closeFenced();
            else session.expectRoster(standing.rosterRevision);
          }),
        ),
      )
      .catch((error: Error) => this.logger.debug(`Satellites were not judged: ${error.message}`));
  }
}
