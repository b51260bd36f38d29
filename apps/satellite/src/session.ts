// The conversation with the hub: dial, greet, keep the roster, ship, and dial again when the link is lost.
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import {
  dialLink,
  frameLimits,
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
  /** The newest first; an older one is tried when the hub does not know it. */
  tokens: readonly string[];
  version: string;
  processId: string;
  log: (line: string) => void;
  link?: LinkSocketOptions;
  /** What else is wrong with this satellite. */
  warnings?: () => string[];
  /** How long to wait after a 401 or 403. */
  refusedRetryMs?: { min: number; max: number };
}

/** How long a farewell may take to hand over what is spooled. */
const farewellMs = 3_000;

export class Session {
  private readonly backoff = new Backoff();
  private readonly stopping = new AbortController();
  private readonly meter = new Meter();
  private open: { link: SatelliteLink; shipment: Shipment | null } | null = null;
  private heartbeat: NodeJS.Timeout | undefined;
  private tokenIndex = 0;
  /** Tokens that the hub refused, one after the other. */
  private unknownTokens = 0;
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

  get warnings(): string[] {
    return [...this.meter.warnings, ...this.satellite.schedule.warnings, ...(this.options.warnings?.() ?? [])];
  }

  /** Keeps a link to the hub until `stop`. */
  async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const waitMs = await this.connectOnce();
      if (this.stopping.signal.aborted) return;
      await delay(waitMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
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
    // What the link before brought is taken over first, so that Hello tells it.
    await this.worked;
    let link: SatelliteLink;
    try {
      const { hubUrl: url, link: options } = this.options;
      const onSkipped = (): void => this.options.log('The hub is newer and says more than this satellite understands.');
      link = await dialLink({ url, token: this.token, signal: this.stopping.signal, onSkipped, ...options });
    } catch (error) {
      return this.notConnected(error);
    }
    this.unknownTokens = 0;
    this.open = { link, shipment: null };
    link.onFrame((frame) => this.take(link, frame));
    this.attempt(link, () => this.greet(link));
    const end = await link.ended;
    this.open = null;
    clearInterval(this.heartbeat);
    return this.afterEnd(end);
  }

  private get token(): string {
    return this.options.tokens[this.tokenIndex % this.options.tokens.length] as string;
  }

  private greet(link: SatelliteLink): void {
    const { runner, roster, spool } = this.satellite;
    link.send({
      kind: 'hello',
      version: this.options.version,
      processId: this.options.processId,
      probeKinds: runner.kinds,
      refusedKinds: runner.refusedKinds,
      features: ['confirm_run'],
      rosterRevision: roster.revision,
      rosterDigest: roster.digest,
      streams: spool.ranges().slice(0, frameLimits.streams),
      wallClockMs: Date.now(),
      hostname: hostname().slice(0, frameLimits.name),
      platform: `${process.platform} ${process.arch}`,
      runtime: `Node ${process.versions.node}`,
    });
  }

  private notConnected(error: unknown): number {
    if (this.stopping.signal.aborted) return 0;
    if (error instanceof LinkRefused) return this.refused(error.refusal, error.message);
    this.say(`The hub at ${this.options.hubUrl} cannot be reached: ${reasonOf(error)}. Probing goes on.`);
    return this.backoff.next();
  }

  private refused(refusal: Refusal, message: string): number {
    switch (refusal.status) {
      case 401:
        this.tokenIndex += 1;
        this.unknownTokens += 1;
        return this.unknownTokens < this.options.tokens.length ? 0 : this.suspended(message);
      case 403:
        return this.suspended(message);
      case 426:
        this.say(`${message} (It speaks ${refusal.spoken.join(', ') || 'something else'}.) Probing goes on.`);
        return between(60_000, 120_000);
      case 503:
        this.say('The hub cannot take the connection now. Probing goes on.');
        return refusal.retryAfterMs + this.backoff.next();
    }
  }

  private suspended(message: string): number {
    const { min, max } = this.options.refusedRetryMs ?? { min: 300_000, max: 900_000 };
    this.unknownTokens = 0;
    this.say(`The hub refuses this satellite: ${message} Probing has stopped; it asks again every few minutes.`);
    this.satellite.suspend();
    return between(min, max);
  }

  private afterEnd({ cause, goodbye, message }: LinkEnd): number {
    if (this.stopping.signal.aborted) return 0;
    if (goodbye?.reason === 'revoked') return this.refused({ status: 401 }, 'The token was revoked.');
    if (goodbye?.reason === 'disabled') return this.refused({ status: 403 }, 'This satellite is disabled.');
    if (cause !== 'closed_here') this.say(`The link to the hub ended: ${message.replace(/\.$/, '')}. Probing goes on.`);
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
        return void this.satellite.testRuns.run(frame, link).catch((error: unknown) => this.cut(link, error));
      case 'confirmRun':
        return this.satellite.schedule.confirm(frame.slice);
      case 'cancelRun':
        return this.satellite.testRuns.cancel(frame.runId);
    }
  }

  /** Welcome and rosters touch the disk; they are worked through one after another. */
  private later(link: SatelliteLink, work: () => Promise<void>): void {
    this.worked = this.worked.then(work).catch((error: unknown) => this.cut(link, error));
  }

  private async welcomed(link: SatelliteLink, welcome: Welcome): Promise<void> {
    const { open } = this;
    if (open?.link !== link) return;
    await this.satellite.welcomed(welcome, this.token);
    const { spool } = this.satellite;
    const shipment = new Shipment(link, spool, welcome, (error) => this.cut(link, error));
    await spool.overtake();
    if (!link.isOpen) return;
    open.shipment = shipment;
    this.say(`Connected to the hub as ${welcome.satelliteName}, in ${welcome.location}.`);
    const beat = (): void => this.attempt(link, () => this.beat(link));
    beat();
    clearInterval(this.heartbeat);
    this.heartbeat = setInterval(() => {
      // Only a link that has lasted is a sound one: a hub that breaks each at once is not asked ever faster.
      this.backoff.reset();
      beat();
    }, welcome.limits.heartbeatIntervalMs);
    shipment.pump();
  }

  private async updated(link: SatelliteLink, update: RosterUpdate): Promise<void> {
    const problem = await this.satellite.apply(update, this.token);
    const { revision, digest, slices } = this.satellite.roster;
    link.send({ kind: 'rosterApplied', revision, digest, problem });
    if (problem === '') this.options.log(`Holding ${slices.size} slices (revision ${revision}).`);
    else this.options.log(`A roster update cannot be taken: ${problem}. The hub sends the whole.`);
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
        warnings: [...warnings, ...this.warnings],
        ...this.meter.take(runner.takeStarted()),
      },
    });
  }

  /** A frame that cannot be made ends the link, not the satellite. */
  private attempt(link: SatelliteLink, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.cut(link, error);
    }
  }

  private cut(link: SatelliteLink, error: unknown): void {
    this.say(`The link is cut: ${reasonOf(error)}`);
    link.terminate();
  }

  /** Says how it stands with the hub: once, not at every attempt. */
  private say(line: string): void {
    if (line !== this.trouble) this.options.log(line);
    this.trouble = line;
  }
}

function between(min: number, max: number): number {
  return min + Math.random() * (max - min);
}

/** Errors of several addresses at once have no message of their own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
