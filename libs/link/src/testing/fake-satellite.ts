import { randomUUID } from 'node:crypto';
import { dialLink } from '../dial.js';
import type {
  FrameOf,
  Goodbye,
  Hello,
  HubFrame,
  LinkRecord,
  SatelliteFrame,
  Slice,
  StreamRange,
  Welcome,
} from '../frame.js';
import type { LinkEnd, LinkSocketOptions, SatelliteLink } from '../link-socket.js';
import { applyRosterUpdate, noRoster, type Roster } from '../roster.js';
import { Expectations, Inbox } from './inbox.js';
import { sampleHeartbeat, sampleHello } from './samples.js';

export interface FakeSatelliteOptions {
  /** The hub's base address. */
  url: string;
  token: string;
  /** What its Hello says, where it matters. */
  hello?: Partial<Hello>;
  /** false: dials and says nothing; `sendHello` or `sendBytes` come from the test. */
  saysHello?: boolean;
  /** false: roster updates are received, not applied nor answered. */
  appliesRoster?: boolean;
  link?: LinkSocketOptions;
}

/** A satellite without probes: connects, applies rosters, ships what it is given, and remembers what it was told. */
export class FakeSatellite implements AsyncDisposable {
  readonly processId: string;
  /** The roster it holds. */
  roster: Roster = noRoster;

  private readonly expectations = new Expectations('FakeSatellite');
  private readonly inbox = new Inbox(this.expectations);
  private readonly cursors = new Map<string, number>();
  private readonly held = new Map<string, StreamRange>();
  private stream: string = randomUUID();
  private heartbeats = 0;
  private link!: SatelliteLink;

  private constructor(private readonly options: FakeSatelliteOptions) {
    this.processId = options.hello?.processId ?? randomUUID();
  }

  /** Resolves after Welcome. Rejects with LinkRefused when the hub says no. */
  static async connect(options: FakeSatelliteOptions): Promise<FakeSatellite> {
    const satellite = new FakeSatellite(options);
    await satellite.reconnect();
    return satellite;
  }

  /** Leaves the old link, if any, and dials again as the same process, with the same roster and streams. */
  async reconnect(): Promise<void> {
    const { url, token, saysHello = true, link } = this.options;
    if (this.link) await this.disconnect();
    this.link = await dialLink({ url, token, ...link });
    this.link.onFrame((frame) => this.take(frame));
    void this.link.ended.then((end) => this.expectations.fail(`the link ended: ${end.message}`));
    if (saysHello) await this.sendHello();
  }

  /** How the link ended. */
  get ended(): Promise<LinkEnd> {
    return this.link.ended;
  }

  get isOpen(): boolean {
    return this.link.isOpen;
  }

  /** Everything received, in order. */
  get frames(): HubFrame[] {
    return this.inbox.frames as HubFrame[];
  }

  /** The first frame of this kind that matches and was not yet taken by another `next`; waits for it if need be. */
  async next<Kind extends HubFrame['kind']>(
    kind: Kind,
    matches?: (frame: FrameOf<Kind>) => boolean,
    withinMs?: number,
  ): Promise<FrameOf<Kind>> {
    return this.inbox.next(kind, matches, withinMs);
  }

  received<Kind extends HubFrame['kind']>(kind: Kind): FrameOf<Kind>[] {
    return this.inbox.all(kind);
  }

  /** Waits until the roster satisfies the condition. */
  async holds(condition: (slices: Slice[]) => boolean, withinMs?: number): Promise<Slice[]> {
    const slices = (): Slice[] => [...this.roster.slices.values()];
    const missing = (): string => `hold the awaited roster (it has ${slices().length} slices)`;
    return this.expectations.expect(() => (condition(slices()) ? slices() : undefined), missing, withinMs);
  }

  send(frame: SatelliteFrame): void {
    if (!this.link.isOpen) throw new Error(`FakeSatellite cannot send ${frame.kind}: its link has ended.`);
    this.link.send(frame);
  }

  /** Bytes as one binary message, for what no satellite would send. */
  sendBytes(bytes: Uint8Array): void {
    this.link['socket'].send(bytes);
  }

  async sendHello(hello: Partial<Hello> = {}): Promise<Welcome> {
    const { revision, digest } = this.roster;
    const streams = [...this.held.values()];
    const state = { processId: this.processId, rosterRevision: revision, rosterDigest: digest, streams };
    this.send(sampleHello({ ...state, ...this.options.hello, ...hello }));
    return this.next('welcome');
  }

  /** Ships records on its stream without waiting, and returns the last one's sequence number. */
  sendRecords(
    records: LinkRecord[],
    at: { stream?: string; firstSequence?: number } = {},
  ): { stream: string; sequence: number } {
    const stream = at.stream ?? this.stream;
    const firstSequence = at.firstSequence ?? (this.held.get(stream)?.lastSequence ?? 0) + 1;
    const sequence = firstSequence + records.length - 1;
    const held = this.held.get(stream) ?? { stream, firstSequence, lastSequence: sequence };
    this.held.set(stream, { ...held, lastSequence: Math.max(held.lastSequence, sequence) });
    const clocks = { wallClockMs: Date.now(), monotonicMs: performance.now() };
    this.send({ kind: 'resultBatch', stream, firstSequence, records, ...clocks });
    return { stream, sequence };
  }

  /** Ships records and waits until the hub has acknowledged them all. */
  async ship(records: LinkRecord[], at: { stream?: string; firstSequence?: number } = {}): Promise<void> {
    const { stream, sequence } = this.sendRecords(records, at);
    await this.acknowledged(sequence, stream);
  }

  async acknowledged(sequence: number, stream = this.stream, withinMs?: number): Promise<void> {
    const cursor = (): number => this.cursors.get(stream) ?? 0;
    const missing = (): string => `get the Ack of ${sequence} (the last was ${cursor()})`;
    await this.expectations.expect(() => cursor() >= sequence || undefined, missing, withinMs);
  }

  /** Opens a new stream, as a satellite does at a connect with backlog, and returns its id. */
  openStream(): string {
    this.stream = randomUUID();
    return this.stream;
  }

  /** Sends a heartbeat and waits for its answer. */
  async heartbeat(gauges: Partial<FrameOf<'heartbeat'>['gauges']> = {}): Promise<FrameOf<'heartbeatReply'>> {
    const beat = sampleHeartbeat({ id: ++this.heartbeats });
    this.send({ ...beat, gauges: { ...beat.gauges, ...gauges } });
    return this.next('heartbeatReply', (reply) => reply.id === beat.id);
  }

  /** Says goodbye and closes. */
  async disconnect(goodbye: Partial<Goodbye> = {}): Promise<LinkEnd> {
    return this.link.close({ reason: 'stopping', message: '', retryAfterMs: 0, ...goodbye });
  }

  /** Cuts the connection without a word. */
  async drop(): Promise<void> {
    this.link.terminate();
    await this.link.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect();
  }

  private take(frame: HubFrame): void {
    if (frame.kind === 'ack') this.cursors.set(frame.stream, frame.sequence);
    if (frame.kind === 'rosterUpdate' && this.options.appliesRoster !== false) this.apply(frame);
    this.inbox.add(frame);
  }

  private apply(update: FrameOf<'rosterUpdate'>): void {
    const applied = applyRosterUpdate(this.roster, update);
    if ('roster' in applied) this.roster = applied.roster;
    const { revision, digest } = this.roster;
    this.send({ kind: 'rosterApplied', revision, digest, problem: 'problem' in applied ? applied.problem : '' });
  }
}
