// Ships the spool over one link: fresh results first, a window of unacknowledged batches, cursors as the hub says.
import type { Limits, LinkRecord, SatelliteLink, StreamCursor } from '@checkstack/link';
import type { Spool } from './spool/spool.js';

/** Room for the frame around the records. */
const frameOverheadBytes = 4_096;

interface Underway {
  stream: string;
  firstSequence: number;
  lastSequence: number;
}

export class Shipment {
  /** The next sequence number to send, by stream. */
  private readonly next = new Map<string, number>();
  private underway: Underway[] = [];
  private isPumping = false;
  private isAskedAgain = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly link: SatelliteLink,
    private readonly spool: Spool,
    private readonly limits: Limits,
    cursors: readonly StreamCursor[],
  ) {
    for (const { stream, sequence } of cursors) {
      spool.confirm(stream, sequence);
      this.next.set(stream, sequence + 1);
    }
  }

  /** Sends what there is, as far as the window allows. Called whenever something was appended or acknowledged. */
  pump(): void {
    if (this.isPumping) {
      this.isAskedAgain = true;
      return;
    }
    this.isPumping = true;
    void this.sendAll().finally(() => {
      this.isPumping = false;
      if (this.isAskedAgain) {
        this.isAskedAgain = false;
        this.pump();
      } else if (this.underway.length === 0) {
        for (const resolve of this.idle.splice(0)) resolve();
      }
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
    this.underway = this.underway.filter((batch) => batch.stream !== stream || batch.lastSequence > sequence);
    const oldest = this.underway.find((batch) => batch.stream === stream);
    // The hub misses something before the oldest batch, or took only a part of it: from there on again.
    if (oldest !== undefined && sequence !== oldest.firstSequence - 1) {
      this.underway = this.underway.filter((batch) => batch.stream !== stream);
      this.next.set(stream, sequence + 1);
    }
    this.pump();
  }

  private async sendAll(): Promise<void> {
    const { windowBatches, maxBatchRecords, maxFrameBytes } = this.limits;
    for (const { stream, lastSequence } of this.spool.ranges()) {
      while (this.nextOf(stream) <= lastSequence && this.underway.length < windowBatches && this.link.isOpen) {
        const from = this.nextOf(stream);
        const read = await this.spool.read(stream, from, maxBatchRecords, maxFrameBytes - frameOverheadBytes);
        // An answer that came while the disk was read may have set the stream back.
        if (this.nextOf(stream) !== from) continue;
        if ('missingTo' in read) {
          this.next.set(stream, read.missingTo + 1);
          this.link.send({
            kind: 'streamLoss',
            stream,
            fromSequence: from,
            toSequence: read.missingTo,
            reason: 'not_held',
          });
          continue;
        }
        if (read.records.length === 0) break;
        this.send(stream, from, read.records);
        await this.link.drained();
      }
    }
  }

  private nextOf(stream: string): number {
    return this.next.get(stream) ?? 1;
  }

  private send(stream: string, firstSequence: number, records: LinkRecord[]): void {
    const lastSequence = firstSequence + records.length - 1;
    this.next.set(stream, lastSequence + 1);
    this.underway.push({ stream, firstSequence, lastSequence });
    this.link.send({
      kind: 'resultBatch',
      stream,
      firstSequence,
      records,
      wallClockMs: Date.now(),
      monotonicMs: this.spool.isFromThisBoot(stream) ? performance.now() : 0,
    });
  }
}
