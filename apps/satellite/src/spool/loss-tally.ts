// What a dropped segment held, told as gaps: one a slice.
import { decodeRecord, type Gap } from '@checkstack/link';
import type { Segment } from './segment.js';

export class LossTally {
  private readonly bySlice = new Map<string, Gap>();

  constructor(private readonly reason: string) {}

  /** Counts the records from a sequence number on; a damaged rest stays uncounted here and shows as a hole in the stream. */
  async read(segment: Segment, fromSequence: number): Promise<void> {
    const end = segment.head.firstSequence + segment.count;
    for (let sequence = fromSequence; sequence < end;) {
      const payloads = await segment.read(sequence, 1_000, 1_048_576).catch(() => []);
      if (payloads.length === 0) return;
      for (const payload of payloads) {
        const record = decodeRecord(payload);
        if (record.kind === 'gap') this.add(record.slice, record.fromSlotMs, record.toSlotMs, record.count);
        else if (record.attempt === 0) this.add(record.slice, record.slotMs, record.slotMs, 1);
      }
      sequence += payloads.length;
    }
  }

  gaps(): Gap[] {
    return [...this.bySlice.values()];
  }

  private add(slice: string, from: number, to: number, count: number): void {
    const gap = this.bySlice.get(slice) ?? {
      kind: 'gap',
      slice,
      fromSlotMs: from,
      toSlotMs: to,
      count: 0,
      reason: this.reason,
    };
    gap.fromSlotMs = Math.min(gap.fromSlotMs, from);
    gap.toSlotMs = Math.max(gap.toSlotMs, to);
    gap.count += count;
    this.bySlice.set(slice, gap);
  }
}
