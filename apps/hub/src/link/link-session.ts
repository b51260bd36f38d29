import {
  frameLimits,
  type Heartbeat,
  type Hello,
  type HubFrame,
  type IntakeBatch,
  type IntakeFrame,
  type IntakeLink,
  type LinkEnd,
  type RosterApplied,
  type StreamCursor,
  type StreamLoss,
} from '@checkstack/link';
import { Logger } from '@nestjs/common';
import type { HubClock } from '../cluster/hub-clock.js';
import type { Replica } from '../cluster/replica.js';
import { Fenced, type Ingest } from '../results/ingest.js';
import type { Rosters } from '../satellites/rosters.service.js';
import type { AuthenticatedSatellite, Satellites } from '../satellites/satellites.service.js';
import { hubVersion } from '../version.js';
import { linkLimits } from './link-limits.js';
import { RosterFeed } from './roster-feed.js';
import type { SignsOfLife } from './signs-of-life.js';
import type { SatelliteSocket, Sockets } from './sockets.js';

/** Whom a socket belongs to, from the upgrade on. */
export interface Principal {
  satellite: AuthenticatedSatellite;
  token: string;
}

export interface LinkServices {
  satellites: Satellites;
  rosters: Rosters;
  ingest: Ingest;
  sockets: Sockets;
  signs: SignsOfLife;
  clock: HubClock;
  replica: Replica;
  /** The sessions of this replica that were welcomed, by satellite. */
  sessions: Map<string, LinkSession>;
  contested(satelliteId: string): Promise<void>;
}

const farewells: Record<'revoked' | 'disabled' | 'superseded' | 'conflict' | 'draining', string> = {
  revoked: 'The token was revoked.',
  disabled: 'This satellite was disabled.',
  superseded: 'This satellite has a newer connection.',
  conflict: 'Another machine is connected with this token.',
  draining: 'The hub is stopping; another one, or this one again, will be there soon.',
};
const answerWithinMs = 3_000;

/** One socket of a satellite, from Hello to the end. */
export class LinkSession implements SatelliteSocket {
  epoch = 0;
  connectedAtMs = 0;
  features: readonly string[] = [];
  /** Resolves when everything that the end of the socket demands is done. */
  readonly finished: Promise<void>;
  private readonly logger = new Logger('link');
  private greeting: Promise<void> | undefined;
  private isWelcome = false;
  private readonly unacknowledged = { batches: 0, losses: 0 };
  private roster: RosterFeed | undefined;

  constructor(
    readonly principal: Principal,
    readonly link: IntakeLink,
    /** Stops reading from the socket until there is room again. */
    private readonly hold: (until: Promise<void>) => void,
    private readonly services: LinkServices,
  ) {
    this.finished = link.ended.then((end) => this.leave(end));
    link.onFrame((frame) => this.take(frame));
  }

  get satelliteId(): string {
    return this.principal.satellite.id;
  }

  send(frame: HubFrame): void {
    this.link.send(frame);
  }

  async close(reason: keyof typeof farewells, retryAfterMs = 0): Promise<void> {
    await this.link.close({ reason, message: farewells[reason], retryAfterMs: Math.round(retryAfterMs) });
    await this.finished;
  }

  /** The epoch that counts is another one. */
  async closeFenced(): Promise<void> {
    const { satellites } = this.services;
    const satellite = await satellites.authenticate(this.principal.token);
    await this.close(satellite === null ? 'revoked' : satellite.disabled ? 'disabled' : 'superseded');
  }

  refreshRoster(): void {
    this.attempt(this.roster?.refresh());
  }

  expectRoster(revision: number): void {
    this.attempt(this.roster?.expect(revision));
  }

  /** Cuts a connection that does not answer. */
  async proveAlive(): Promise<boolean> {
    const isAlive = await this.link.answers(answerWithinMs);
    if (!isAlive) this.link.terminate();
    return isAlive;
  }

  private take(frame: IntakeFrame): void {
    if (frame.kind === 'hello') return this.greet(frame);
    if (!this.isWelcome) return this.refuse(`${frame.kind} came before Welcome was sent`);
    switch (frame.kind) {
      case 'rosterApplied':
        return this.rosterApplied(frame);
      case 'resultBatch':
        return this.ingest(frame);
      case 'streamLoss':
        return this.lose(frame);
      case 'heartbeat':
        return this.answer(frame);
      case 'runProgress':
        return this.services.sockets.report(this.satelliteId, frame);
    }
  }

  private greet(hello: Hello): void {
    this.greeting = this.welcome(hello).catch((error: Error) => {
      this.logger.warn(`${this.principal.satellite.name} could not be welcomed: ${error.message}`);
      void this.close('draining', 2_000 + Math.random() * 3_000);
    });
  }

  private async welcome(hello: Hello): Promise<void> {
    const { satellites, rosters, ingest, sockets, sessions, clock, replica } = this.services;
    const { satellite } = this.principal;
    const connection = await satellites.connection(satellite.id);
    // Since the upgrade the token may have been revoked. What is revoked from here on raises the epoch that `connected` holds against.
    const known = connection && (await satellites.authenticate(this.principal.token));
    if (!known) return void this.close('revoked');
    if (known.disabled) return void this.close('disabled');
    const { holder } = connection;
    if (holder && holder.processId !== hello.processId && (await this.isHeld(holder.replicaId))) {
      await this.services.contested(satellite.id);
      return void this.close('conflict', 5_000);
    }
    if (!this.link.isOpen) return;
    const { processId, hostname, platform, probeKinds, refusedKinds, rosterRevision, version: release } = hello;
    const about = { hostname, platform, probeKinds, refusedKinds, release };
    const connecting = { ...about, processId, rosterRevision, replicaId: replica.id };
    const connected = await satellites.connected(satellite.id, { ...connecting, afterEpoch: connection.epoch });
    if (!connected) return void this.close('superseded', 1_000);
    this.epoch = connected.epoch;
    this.connectedAtMs = clock.now();
    this.features = hello.features;
    const older = sessions.get(satellite.id);
    sessions.set(satellite.id, this);
    sockets.add(this);
    if (older) void older.close('superseded');
    const streams = hello.streams.map(({ stream }) => stream);
    const { cursors, storedUntilMs } = await ingest.standing({ satelliteId: satellite.id, streams });
    this.isWelcome = true;
    this.send({
      kind: 'welcome',
      satelliteId: satellite.id,
      satelliteName: satellite.name,
      location: satellite.locationName,
      epoch: this.epoch,
      hubTimeMs: clock.now(),
      limits: linkLimits,
      cursors,
      hubVersion,
      storedUntilMs,
    });
    this.roster = new RosterFeed(
      { revision: hello.rosterRevision, digest: hello.rosterDigest },
      (held) => rosters.update(satellite.id, held),
      (update) => this.send(update),
    );
    this.refreshRoster();
    this.logger.log(`${satellite.name} is connected from ${hostname}.`);
  }

  private rosterApplied(frame: RosterApplied): void {
    this.attempt(this.roster?.applied(frame));
    if (frame.problem === '')
      this.attempt(this.services.satellites.confirmed(this.satelliteId, this.epoch, frame.revision));
  }

  /** Whether the socket that another process of this satellite has is alive. */
  private async isHeld(replicaId: string): Promise<boolean> {
    const { replica, sessions } = this.services;
    if (replicaId !== replica.id) return replica.isAlive(replicaId);
    const older = sessions.get(this.satelliteId);
    return older !== undefined && older.proveAlive();
  }

  private ingest(batch: IntakeBatch): void {
    const { ingest } = this.services;
    if (batch.records.length > linkLimits.maxBatchRecords)
      return this.refuse(
        `a batch of ${batch.records.length} records, at most ${linkLimits.maxBatchRecords} are allowed`,
      );
    if (this.unacknowledged.batches >= linkLimits.windowBatches)
      return this.refuse(`more than ${linkLimits.windowBatches} batches without an Ack`);
    this.acknowledge('batches', ingest.accept(this.shipper, batch));
    if (ingest.isFull) this.hold(ingest.hasRoom());
  }

  /** The window is for batches; but nobody declares more losses than there can be streams. */
  private lose(loss: StreamLoss): void {
    if (this.unacknowledged.losses >= frameLimits.streams) return this.refuse('too many losses without an Ack');
    this.acknowledge('losses', this.services.ingest.lose(this.shipper, loss));
  }

  private acknowledge(what: 'batches' | 'losses', stored: Promise<StreamCursor>): void {
    this.unacknowledged[what]++;
    stored
      .then((cursor) => {
        this.unacknowledged[what]--;
        this.send({ kind: 'ack', ...cursor });
      })
      .catch((error: unknown) => {
        if (!(error instanceof Fenced)) return this.close('draining', 1_000);
        return this.closeFenced();
      })
      .catch((error: Error) => {
        this.logger.warn(`${this.principal.satellite.name}: ${error.message}`);
        this.link.terminate();
      });
  }

  private answer({ id, sentAtMs, gauges }: Heartbeat): void {
    const { clock, signs } = this.services;
    const receivedAtMs = clock.now();
    signs.note(this.satelliteId, this.epoch, gauges);
    this.send({ kind: 'heartbeatReply', id, sentAtMs, receivedAtMs, repliedAtMs: clock.now() });
  }

  private refuse(message: string): void {
    this.logger.warn(`${this.principal.satellite.name}: ${message}`);
    void this.link.close({ reason: 'protocol_error', message, retryAfterMs: 0 });
  }

  private attempt(work: Promise<void> | undefined): void {
    work?.catch((error: Error) =>
      this.logger.warn(`${this.principal.satellite.name}: the roster was not sent: ${error.message}`),
    );
  }

  private get shipper(): { id: string; number: number; epoch: number } {
    const { id, number } = this.principal.satellite;
    return { id, number, epoch: this.epoch };
  }

  private async leave(end: LinkEnd): Promise<void> {
    await this.greeting;
    if (this.epoch === 0) return;
    const { sessions, sockets, rosters, satellites } = this.services;
    const { id, name } = this.principal.satellite;
    this.logger.log(`${name} is gone: ${end.message}`);
    sockets.remove(this);
    if (sessions.get(id) === this) {
      sessions.delete(id);
      rosters.forget(id);
    }
    await satellites
      .disconnected(id, this.epoch, { hasStopped: end.goodbye?.reason === 'stopping' })
      // The lease of this replica, or the next connect, says it too.
      .catch((error: Error) => this.logger.warn(`${name}: ${error.message}`));
  }
}
