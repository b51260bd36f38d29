// Ships the spool over one link: fresh results first, a window of unanswered frames, cursors as the hub says.
import { frameLimits, maxPayloadBytes, type SatelliteLink, type Welcome } from '@checkstack/link';
import { monotonicNow } from './clock.js';
import type { Spool } from './spool/spool.js';

/** Room for the frame around the records. */
const frameOverheadBytes = 4_096;
/** How much of the backlog may be under way: what a fresh result waits behind on a thin line. */
const backlogBytes = { first: 65_536, least: 16_384, most: 524_288 };
const quickAnswerMs = 250;
const slowAnswerMs = 1_000;

/** A batch, or the loss of one. */
interface Sent {
  stream: string;
  firstSequence: number;
  lastSequence: number;
  /** 0 for fresh results. */
  backlogBytes: number;
  sentAtMs: number;
  /** Sent again meanwhile: its answer says nothing new. */
  isVoid: boolean;
}

interface Wanted {
  stream: string;
  from: number;
  maxBytes: number;
  isBacklog: boolean;
}

/** What a shipment needs of a link. */
export type ShippingLink = Pick<SatelliteLink, 'isOpen' | 'send' | 'drained'> & { readonly ended: Promise<unknown> };

export class Shipment {
  /** The next sequence number to send, by stream. */
  private readonly next = new Map<string, number>();
  /** Not answered yet, oldest first. Answers come in the order of their stream. */
  private underway: Sent[] = [];
  private backlogBudget = backlogBytes.first;
  private pumping: Promise<void> | null = null;
  private isAskedAgain = false;
  private idle: (() => void)[] = [];
  private readonly windowFrames: number;
  private readonly maxRecords: number;
  private readonly maxBytes: number;

  constructor(
    private readonly link: ShippingLink,
    private readonly spool: Spool,
    { limits, cursors }: Pick<Welcome, 'limits' | 'cursors'>,
    private readonly onTrouble: (error: unknown) => void,
  ) {
    this.windowFrames = limits.windowBatches;
    this.maxRecords = Math.min(limits.maxBatchRecords, frameLimits.records);
    this.maxBytes = Math.min(limits.maxFrameBytes, maxPayloadBytes.fromSatellite) - frameOverheadBytes;
    for (const { stream, sequence } of cursors) {
      spool.confirm(stream, sequence);
      this.next.set(stream, sequence + 1);
    }
  }

  /** Sends what there is, as far as the window allows. Called whenever something was appended or acknowledged. */
  pump(): void {
    this.isAskedAgain = true;
    this.pumping ??= this.sendAll()
      .catch(this.onTrouble)
      .finally(() => {
        this.pumping = null;
        if (this.isAskedAgain && this.link.isOpen) return this.pump();
        if (this.underway.length === 0) for (const resolve of this.idle.splice(0)) resolve();
      });
  }

  /** Resolves when everything that is spooled is confirmed, or the link has ended. */
  async emptied(): Promise<void> {
    if (!this.link.isOpen) return;
    const empty = new Promise<void>((resolve) => this.idle.push(resolve));
    this.pump();
    await Promise.race([empty, this.link.ended]);
  }

  acknowledged(stream: string, sequence: number): void {
    this.spool.confirm(stream, sequence);
    const sent = this.underway.filter((one) => one.stream === stream);
    const covered = sent.findLastIndex(({ isVoid, lastSequence }) => !isVoid && lastSequence <= sequence);
    // An answer that covers nothing is the oldest one's.
    const answered = sent.slice(0, Math.max(1, covered + 1));
    const [first] = answered;
    const oldest = sent[answered.length];
    this.underway = this.underway.filter((one) => !answered.includes(one));
    for (const one of answered) this.adjustBudget(one);
    const isMisfit = covered < 0 && first !== undefined && !first.isVoid;
    const isPartial = oldest !== undefined && !oldest.isVoid && oldest.firstSequence <= sequence;
    if (isMisfit || isPartial) this.sendAgainFrom(stream, sequence + 1);
    this.pump();
  }

  /** The hub misses something before what it was sent, or took only a part of it. */
  private sendAgainFrom(stream: string, sequence: number): void {
    for (const one of this.underway) if (one.stream === stream) one.isVoid = true;
    this.next.set(stream, sequence);
  }

  /** A quick answer to a part of the backlog allows more of it to be under way, a slow one less. */
  private adjustBudget({ backlogBytes: size, sentAtMs }: Sent): void {
    if (size === 0) return;
    const tookMs = performance.now() - sentAtMs;
    if (tookMs < quickAnswerMs) this.backlogBudget = Math.min(backlogBytes.most, this.backlogBudget * 2);
    if (tookMs > slowAnswerMs) this.backlogBudget = Math.max(backlogBytes.least, this.backlogBudget / 2);
  }

  private async sendAll(): Promise<void> {
    while (this.link.isOpen) {
      this.isAskedAgain = false;
      const wanted = this.choose();
      if (wanted === null) return;
      await this.sendSome(wanted);
      await this.link.drained();
    }
  }

  /** What goes next: of the newest stream with something unsent. Asked anew for each batch, so that nothing fresh waits. */
  private choose(): Wanted | null {
    if (this.underway.length >= this.windowFrames) return null;
    for (const { stream, lastSequence } of this.spool.ranges()) {
      const from = this.nextOf(stream);
      if (from > lastSequence) continue;
      if (this.spool.isCurrent(stream)) return { stream, from, maxBytes: this.maxBytes, isBacklog: false };
      const left = this.underway.reduce((budget, one) => budget - one.backlogBytes, this.backlogBudget);
      const isWindowLeft = this.underway.length < Math.max(1, this.windowFrames - 1);
      return left > 0 && isWindowLeft
        ? { stream, from, maxBytes: Math.min(this.maxBytes, left, backlogBytes.first), isBacklog: true }
        : null;
    }
    return null;
  }

  private async sendSome({ stream, from, maxBytes, isBacklog }: Wanted): Promise<void> {
    const found = await this.spool.read(stream, from, this.maxRecords, maxBytes);
    // An answer that came while the disk was read may have set the stream back.
    if (found === null || this.nextOf(stream) !== from) return;
    if ('missingTo' in found) {
      const toSequence = found.missingTo;
      this.link.send({ kind: 'streamLoss', stream, fromSequence: from, toSequence, reason: 'not_held' });
      this.noteSent(stream, from, toSequence, 0);
    } else {
      this.sendBatch(stream, from, found.records);
      this.noteSent(stream, from, from + found.records.length - 1, isBacklog ? found.bytes : 0);
    }
  }

  private sendBatch(stream: string, firstSequence: number, records: Uint8Array[]): void {
    this.link.send({
      kind: 'spooledBatch',
      stream,
      firstSequence,
      records,
      wallClockMs: Date.now(),
      monotonicMs: this.spool.isFromThisBoot(stream) ? monotonicNow() : 0,
    });
  }

  private noteSent(stream: string, firstSequence: number, lastSequence: number, backlogBytes: number): void {
    this.next.set(stream, lastSequence + 1);
    this.underway.push({
      stream,
      firstSequence,
      lastSequence,
      backlogBytes,
      sentAtMs: performance.now(),
      isVoid: false,
    });
  }

  private nextOf(stream: string): number {
    return this.next.get(stream) ?? 1;
  }
}
