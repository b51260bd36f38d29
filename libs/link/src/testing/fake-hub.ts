import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type {
  FrameKind,
  FrameOf,
  Goodbye,
  HubFrame,
  Job,
  Limits,
  LinkRecord,
  ResultBatch,
  Slice,
  SatelliteFrame,
  StreamLoss,
} from '../frame.js';
import {
  bearerToken,
  linkPath,
  linkProtocol,
  linkServerOptions,
  offersLinkProtocol,
  refuseUpgrade,
  type Refusal,
} from '../handshake.js';
import { hubLink, type HubLink, type LinkSocketOptions } from '../link-socket.js';
import { noRoster, rosterDifference, rosterOf, wholeRoster, type Roster } from '../roster.js';
import { Expectations, Inbox } from './inbox.js';
import { sampleJob, sampleLimits } from './samples.js';

export interface FakeHubOptions {
  /** The one token that is let in. */
  token?: string;
  satelliteId?: string;
  limits?: Partial<Limits>;
  /** How the hub's clock differs from this machine's. */
  clockOffsetMs?: number;
  link?: LinkSocketOptions;
}

/** A hub without a database: authenticates, keeps cursors, answers heartbeats, and remembers what it was told. */
export class FakeHub implements AsyncDisposable {
  readonly token: string;
  readonly satelliteId: string;
  /** Every record stored, once, in the order of arrival. */
  readonly records: LinkRecord[] = [];
  readonly losses: StreamLoss[] = [];
  /** The last stored sequence number of every stream. */
  readonly cursors = new Map<string, number>();
  readonly links = new Set<HubLink>();
  /** Upgrades that were asked for, refused ones included. */
  upgrades = 0;
  /** false: heartbeats stay unanswered. */
  answersHeartbeats = true;
  roster: Roster = noRoster;

  private readonly expectations = new Expectations('FakeHub');
  private readonly inbox = new Inbox(this.expectations);
  private readonly sockets = new Set<Socket>();
  private readonly webSockets = new WebSocketServer(linkServerOptions);
  private refusal: Refusal | null = null;
  private withheld: Map<string, HubLink> | null = null;
  private epoch = 0;
  private port = 0;

  private constructor(
    private readonly server: Server,
    private readonly options: FakeHubOptions,
  ) {
    this.token = options.token ?? 'fake-token';
    this.satelliteId = options.satelliteId ?? randomUUID();
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(request, socket as Socket, head),
    );
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  static async start(options: FakeHubOptions = {}): Promise<FakeHub> {
    const server = createServer((_request, response) => response.writeHead(404).end());
    const hub = new FakeHub(server, options);
    await hub.restart();
    return hub;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Away: its address refuses connections. What it knows stays. */
  async stop(): Promise<void> {
    const links = [...this.links];
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.drop();
    await closed;
    await Promise.all(links.map((link) => link.ended));
  }

  /** Back after `stop`, at the same address. */
  async restart(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Everything received, in order. */
  get frames(): SatelliteFrame[] {
    return this.inbox.frames as SatelliteFrame[];
  }

  /** The first frame of this kind that matches and was not yet taken by another `next`; waits for it if need be. */
  async next<Kind extends SatelliteFrame['kind']>(
    kind: Kind,
    matches?: (frame: FrameOf<Kind>) => boolean,
    withinMs?: number,
  ): Promise<FrameOf<Kind>> {
    return this.inbox.next(kind, matches, withinMs);
  }

  received<Kind extends FrameKind>(kind: Kind): FrameOf<Kind>[] {
    return this.inbox.all(kind);
  }

  /** Waits until the stored records satisfy the condition. */
  async stored(holds: (records: LinkRecord[]) => boolean, withinMs?: number): Promise<LinkRecord[]> {
    const missing = (): string => `store the awaited records (it has ${this.records.length})`;
    return this.expectations.expect(() => (holds(this.records) ? this.records : undefined), missing, withinMs);
  }

  /** Waits until at least so many satellites have said Hello on an open link; 0: until none has one. */
  async connected(count = 1, withinMs?: number): Promise<void> {
    const isSo = (): boolean => (count === 0 ? this.links.size === 0 : this.links.size >= count);
    const missing = (): string => `have ${count} links (it has ${this.links.size})`;
    await this.expectations.expect(() => isSo() || undefined, missing, withinMs);
  }

  /** Refuses every upgrade from now on; null: lets them in again. */
  refuse(refusal: Refusal | null): void {
    this.refusal = refusal;
  }

  /** Stores, but does not say so: what a hub does that dies between commit and Ack. */
  withholdAcks(): void {
    this.withheld ??= new Map();
  }

  /** Sends what was withheld, as far as the links still live, and acknowledges at once again. */
  releaseAcks(): void {
    const withheld = this.withheld ?? new Map<string, HubLink>();
    this.withheld = null;
    for (const [stream, link] of withheld) this.acknowledge(link, stream);
  }

  send(frame: HubFrame): void {
    for (const link of this.links) link.send(frame);
  }

  /** Bytes as one binary message, for what no hub would send. */
  sendBytes(bytes: Uint8Array): void {
    for (const link of this.links) link['socket'].send(bytes);
  }

  /** Makes this the roster of every satellite: as a difference, or as a whole if asked. */
  sendRoster(slices: Slice[], form: 'difference' | 'whole' = 'difference'): Roster {
    const before = this.roster;
    this.roster = rosterOf(before.revision + 1, slices);
    this.send(form === 'whole' ? wholeRoster(this.roster) : rosterDifference(before, this.roster));
    return this.roster;
  }

  /** Asks for a run at once and returns its id; its `runProgress` frames can be awaited with `next`. */
  runNow(job: Partial<Job> = {}, labels: Record<string, string> = {}): string {
    const runId = randomUUID();
    this.send({ kind: 'runNow', runId, job: sampleJob(job), labels });
    return runId;
  }

  cancelRun(runId: string): void {
    this.send({ kind: 'cancelRun', runId });
  }

  async goodbye(goodbye: Partial<Goodbye> = {}): Promise<void> {
    const said = { reason: 'draining' as const, message: '', retryAfterMs: 0, ...goodbye };
    await Promise.all([...this.links].map((link) => link.close(said)));
  }

  /** Cuts every connection without a word. */
  drop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.server.listening) await this.stop();
  }

  private upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.upgrades++;
    const refusal = this.refusalFor(request);
    if (refusal) return refuseUpgrade(socket, refusal);
    this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const link = hubLink(webSocket, socket, this.options.link);
      link.onFrame((frame) => this.take(link, frame));
      void link.ended.then(() => {
        this.links.delete(link);
        this.expectations.check();
      });
    });
  }

  private refusalFor(request: IncomingMessage): Refusal | null {
    if (this.refusal) return this.refusal;
    if (request.url !== linkPath || bearerToken(request) !== this.token) return { status: 401 };
    return offersLinkProtocol(request) ? null : { status: 426, spoken: [linkProtocol] };
  }

  private take(link: HubLink, frame: SatelliteFrame): void {
    switch (frame.kind) {
      case 'hello':
        this.welcome(link, frame);
        break;
      case 'resultBatch':
        this.store(link, frame);
        break;
      case 'streamLoss':
        this.losses.push(frame);
        this.cursors.set(frame.stream, Math.max(frame.toSequence, this.cursors.get(frame.stream) ?? 0));
        this.acknowledge(link, frame.stream);
        break;
      case 'heartbeat':
        if (this.answersHeartbeats) {
          const now = this.nowMs();
          link.send({
            kind: 'heartbeatReply',
            id: frame.id,
            sentAtMs: frame.sentAtMs,
            receivedAtMs: now,
            repliedAtMs: now,
          });
        }
        break;
      case 'rosterApplied':
        if (frame.problem !== '') link.send(wholeRoster(this.roster));
        break;
      case 'runProgress':
        break;
    }
    this.inbox.add(frame);
  }

  private welcome(link: HubLink, hello: FrameOf<'hello'>): void {
    this.links.add(link);
    link.send({
      kind: 'welcome',
      satelliteId: this.satelliteId,
      satelliteName: 'fake satellite',
      location: 'fake location',
      epoch: ++this.epoch,
      hubTimeMs: this.nowMs(),
      limits: sampleLimits(this.options.limits),
      cursors: hello.streams.map(({ stream }) => ({ stream, sequence: this.cursors.get(stream) ?? 0 })),
      hubVersion: '0.0.0-fake',
      storedUntilMs: 0,
    });
    const isHeld = hello.rosterRevision === this.roster.revision && hello.rosterDigest === this.roster.digest;
    if (!isHeld && this.roster !== noRoster) link.send(wholeRoster(this.roster));
  }

  /** RULES of a cursor: repeats are dropped, a hole is answered with the cursor. */
  private store(link: HubLink, batch: ResultBatch): void {
    const cursor = this.cursors.get(batch.stream) ?? 0;
    if (batch.firstSequence <= cursor + 1) {
      this.records.push(...batch.records.slice(cursor + 1 - batch.firstSequence));
      this.cursors.set(batch.stream, Math.max(cursor, batch.firstSequence + batch.records.length - 1));
    }
    this.acknowledge(link, batch.stream);
  }

  private acknowledge(link: HubLink, stream: string): void {
    if (this.withheld) this.withheld.set(stream, link);
    else link.send({ kind: 'ack', stream, sequence: this.cursors.get(stream) ?? 0 });
  }

  private nowMs(): number {
    return Date.now() + (this.options.clockOffsetMs ?? 0);
  }
}
