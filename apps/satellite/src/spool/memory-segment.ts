import { recordHeadBytes, type SegmentHead } from './segment-format.js';
import type { Segment } from './segment.js';

/** When the disk is full or read-only: the same, for as long as the process lives. */
export class MemorySegment implements Segment {
  bytes = 0;
  readonly payloads: Uint8Array[] = [];

  constructor(readonly head: SegmentHead) {}

  get count(): number {
    return this.payloads.length;
  }

  async append(payloads: readonly Uint8Array[]): Promise<void> {
    for (const payload of payloads) {
      this.payloads.push(payload);
      this.bytes += recordHeadBytes + payload.length;
    }
  }

  async read(fromSequence: number, maxRecords: number, maxBytes: number): Promise<Uint8Array[]> {
    const first = fromSequence - this.head.firstSequence;
    let size = 0;
    const found = this.payloads.slice(first, first + maxRecords);
    const end = found.findIndex((payload, index) => (size += recordHeadBytes + payload.length) > maxBytes && index > 0);
    return end < 0 ? found : found.slice(0, end);
  }

  async sync(): Promise<void> {}
  async seal(): Promise<void> {}
  async remove(): Promise<void> {}
}
