// The conversation with the hub: dial, greet, keep the roster, ship, and dial again when the link is lost.
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  dialLink,
  LinkRefused,
  type HubFrame,
  type LinkEnd,
  type LinkSocketOptions,
  type Refusal,
  type RosterUpdate,
  type SatelliteLink,
  type Welcome,
} from '@checkstack/link';
import { Backoff } from './backoff.js';
import { Meter } from './gauges.js';
import type { Satellite } from './satellite.js';
import { Shipment } from './shipment.js';

export interface SessionOptions {
  hubUrl: string;
  tokens: readonly string[];
  version: string;
  processId: string;
  log: (line: string) => void;
  link?: LinkSocketOptions;
  /** How long to wait after a 401 or 403. */
  refusedRetryMs?: { min: number; max: number };
}

/** How long a farewell may take to hand over what is spooled. */
const farewellMs = 5_000;

export class Session {
  private readonly backoff = new Backoff();
  private readonly stopping = new AbortController();
  private readonly meter = new Meter();
  private open: { link: SatelliteLink; shipment: Shipment | null } | null = null;
  private heartbeat: NodeJS.Timeout | undefined;
  private tokenIndex = 0;
  private heartbeatId = 0;
  private worked: Promise<void> = Promise.resolve();
  private trouble = '';

  constructor(
    private readonly satellite: Satellite,
    private readonly options: SessionOptions,
  ) {
    satellite.spool.onAppended = () => this.open?.shipment?.pump();
  }

  get isConnected(): boolean {
    return this.open?.shipment != null;
  }

  /** Keeps a link to the hub until `stop`. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const waitMs = await this.connectOnce();
      if (!this.stopping.signal.aborted) {
        await delay(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** Ships what is spooled, for a bounded time, says goodbye and ends. */
  async stop(): Promise<void> {
    const { open } = this;
    if (open?.shipment) await Promise.race([open.shipment.emptied(), delay(farewellMs, undefined, { ref: false })]);
    this.stopping.abort();
    await open?.link.close({ reason: 'stopping', message: 'the satellite was stopped', retryAfterMs: 0 });
  }

  /** One link, from dialling to its end; answers how long to wait before the next. */
  private async connectOnce(): Promise<number> {
    let link: SatelliteLink;
    try {
      link = await dialLink({
        url: this.options.hubUrl,
        token: this.token,
        signal: this.stopping.signal,
        ...this.options.link,
      });
    } catch (error) {
      return this.notConnected(error);
    }
    this.open = { link, shipment: null };
    link.onFrame((frame) => this.take(link, frame));
    link.send({
      kind: 'hello',
      version: this.options.version,
      processId: this.options.processId,
      probeKinds: this.satellite.runner.kinds,
      rosterRevision: this.satellite.roster.revision,
      rosterDigest: this.satellite.roster.digest,
      streams: this.satellite.spool.ranges(),
      wallClockMs: Date.now(),
      hostname: hostname(),
      platform: `${process.platform} ${process.arch}`,
      runtime: `Node ${process.versions.node}`,
    });
    const end = await link.ended;
    this.open = null;
    clearInterval(this.heartbeat);
    return this.afterEnd(end);
  }

  private get token(): string {
    return this.options.tokens[this.tokenIndex % this.options.tokens.length] as string;
  }

  private notConnected(error: unknown): number {
    if (this.stopping.signal.aborted) return 0;
    if (error instanceof LinkRefused) return this.refused(error.refusal, error.message);
    const trouble = `The hub at ${this.options.hubUrl} cannot be reached: ${reasonOf(error)}. Probing goes on.`;
    // Said once, not at every attempt.
    if (trouble !== this.trouble) this.options.log(trouble);
    this.trouble = trouble;
    return this.backoff.next();
  }

  private refused(refusal: Refusal, message: string): number {
    switch (refusal.status) {
      case 401:
      case 403: {
        this.tokenIndex += 1;
        if (refusal.status === 401 && this.tokenIndex % this.options.tokens.length !== 0) return 0;
        const { min, max } = this.options.refusedRetryMs ?? { min: 300_000, max: 900_000 };
        this.options.log(
          `The hub refuses this satellite: ${message} Probing has stopped; asking again in some minutes.`,
        );
        this.satellite.suspend();
        return min + Math.random() * (max - min);
      }
      case 426:
        this.options.log(`${message} (It speaks ${refusal.spoken.join(', ') || 'something else'}.)`);
        return 60_000 + Math.random() * 60_000;
      case 503:
        this.options.log('The hub cannot take the connection now; trying again.');
        return refusal.retryAfterMs + this.backoff.next();
    }
  }

  private afterEnd(end: LinkEnd): number {
    if (this.stopping.signal.aborted) return 0;
    const { goodbye } = end;
    if (goodbye?.reason === 'revoked') return this.refused({ status: 401 }, 'The token was revoked.');
    if (goodbye?.reason === 'disabled') return this.refused({ status: 403 }, 'This satellite is disabled.');
    this.options.log(`The link to the hub ended: ${end.message}. Probing goes on.`);
    if (goodbye?.reason === 'conflict') return 30_000 + Math.random() * 30_000;
    return (goodbye?.retryAfterMs ?? 0) + this.backoff.next();
  }

  private take(link: SatelliteLink, frame: HubFrame): void {
    switch (frame.kind) {
      case 'welcome':
        return this.later(link, () => this.welcomed(link, frame));
      case 'rosterUpdate':
        return this.later(link, () => this.updated(link, frame));
      case 'ack':
        return this.open?.shipment?.acknowledged(frame.stream, frame.sequence);
      case 'heartbeatReply':
        return this.meter.answered(frame, Date.now());
      case 'runNow':
        return void this.satellite.testRuns.run(frame, link);
      case 'cancelRun':
        return this.satellite.testRuns.cancel(frame.runId);
    }
  }

  /** Welcome and rosters touch the disk; they are worked through one after another. */
  private later(link: SatelliteLink, work: () => Promise<void>): void {
    this.worked = this.worked.then(work).catch((error: unknown) => {
      this.options.log(`The link is closed: ${reasonOf(error)}`);
      link.terminate();
    });
  }

  private async welcomed(link: SatelliteLink, welcome: Welcome): Promise<void> {
    if (this.open?.link !== link) return;
    await this.satellite.welcomed(welcome, this.token);
    const { spool } = this.satellite;
    const shipment = new Shipment(link, spool, welcome.limits, welcome.cursors);
    await spool.overtake();
    this.open.shipment = shipment;
    this.backoff.reset();
    this.trouble = '';
    this.options.log(`Connected to the hub as ${welcome.satelliteName}, in ${welcome.location}.`);
    this.beat(link);
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => this.beat(link), welcome.limits.heartbeatIntervalMs);
    shipment.pump();
  }

  private async updated(link: SatelliteLink, update: RosterUpdate): Promise<void> {
    const problem = await this.satellite.apply(update, this.token);
    const { revision, digest } = this.satellite.roster;
    link.send({ kind: 'rosterApplied', revision, digest, problem });
    if (problem === '') this.options.log(`Holding ${this.satellite.roster.slices.size} slices (revision ${revision}).`);
  }

  private beat(link: SatelliteLink): void {
    const { runner, spool, schedule } = this.satellite;
    const { records, bytes, oldestAgeMs, lost, warnings } = spool.gauges();
    this.heartbeatId += 1;
    link.send({
      kind: 'heartbeat',
      id: this.heartbeatId,
      sentAtMs: Date.now(),
      gauges: {
        slices: schedule.size,
        running: runner.running,
        spoolRecords: records,
        spoolBytes: bytes,
        spoolOldestAgeMs: oldestAgeMs,
        lostRecords: lost,
        warnings: [...warnings, ...this.meter.warnings],
        ...this.meter.take(runner.takeStarted()),
      },
    });
  }
}

/** Errors of several addresses at once have no message of their own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
