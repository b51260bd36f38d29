import type { LinkRecord } from '@checkstack/link';
import { expect } from 'vitest';

/** How often the records tell each slot of a slice, in a result of its own or in a gap. */
export function toldSlots(records: readonly LinkRecord[], slice: string, intervalMs: number): Map<number, number> {
  const counts = new Map<number, number>();
  const tell = (slotMs: number): void => void counts.set(slotMs, (counts.get(slotMs) ?? 0) + 1);
  for (const record of records) {
    if (record.slice !== slice) continue;
    if (record.kind === 'result' && record.attempt === 0) tell(record.slotMs);
    if (record.kind !== 'gap') continue;
    expect((record.toSlotMs - record.fromSlotMs) / intervalMs + 1).toBe(record.count);
    for (let slotMs = record.fromSlotMs; slotMs <= record.toSlotMs; slotMs += intervalMs) tell(slotMs);
  }
  return counts;
}

/** Every slot from the first to the last that is told has exactly one record or lies in exactly one gap. */
export function expectEverySlotOnce(records: readonly LinkRecord[], intervalMs: number): void {
  for (const slice of new Set(records.map((record) => record.slice))) {
    const counts = toldSlots(records, slice, intervalMs);
    const first = Math.min(...counts.keys());
    for (let slotMs = first; slotMs <= Math.max(...counts.keys()); slotMs += intervalMs) {
      expect([slice, slotMs - first, counts.get(slotMs)]).toEqual([slice, slotMs - first, 1]);
    }
  }
}
