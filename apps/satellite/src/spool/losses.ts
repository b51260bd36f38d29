// What a segment holds, told as gaps before it is dropped.
import { decodeRecord, type Gap, type LinkRecord } from '@checkstack/link';
import type { Segment } from './segment.js';

/**
 * One gap for each run of slots of a slice that have no other reason. A damaged rest shows as a hole in the stream.
 * `declared`: how many of the records are gaps themselves, which are told again and not lost.
 */
export async function lossesIn(
  segment: Segment,
  fromSequence: number,
  reason: string,
): Promise<{ gaps: Gap[]; declared: number }> {
  const bySlice = new Map<string, Gap[]>();
  let declared = 0;
  for await (const record of soundRecords(segment, fromSequence)) {
    if (record.kind === 'gap') declared += 1;
    const gap = gapOf(record, reason);
    if (gap === null) continue;
    const gaps = bySlice.get(gap.slice) ?? [];
    bySlice.set(gap.slice, gaps);
    const last = gaps.at(-1);
    if (last?.reason === gap.reason) extend(last, gap);
    else gaps.push(gap);
  }
  return { gaps: [...bySlice.values()].flat(), declared };
}

async function* soundRecords(segment: Segment, fromSequence: number): AsyncGenerator<LinkRecord> {
  const end = segment.head.firstSequence + segment.count;
  try {
    for (let sequence = fromSequence; sequence < end;) {
      const payloads = await segment.read(sequence, 1_000, 1_048_576);
      sequence += payloads.length;
      for (const payload of payloads) yield decodeRecord(payload);
    }
  } catch {
    // Told as a hole.
  }
}

/** null: a run beside the schedule, which no slot misses. */
function gapOf(record: LinkRecord, reason: string): Gap | null {
  if (record.kind === 'gap') return record;
  const { slice, slotMs, attempt } = record;
  return attempt > 0 ? null : { kind: 'gap', slice, fromSlotMs: slotMs, toSlotMs: slotMs, count: 1, reason };
}

function extend(gap: Gap, by: Gap): void {
  gap.fromSlotMs = Math.min(gap.fromSlotMs, by.fromSlotMs);
  gap.toSlotMs = Math.max(gap.toSlotMs, by.toSlotMs);
  gap.count += by.count;
}
