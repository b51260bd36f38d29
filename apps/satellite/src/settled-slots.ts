import type { Clock } from './clock.js';

/** A clock that fell back by more is believed, and slots are counted anew from there. */
export const toleratedFallMs = 300_000;

/** Up to which slot each slice held has its records: what the next process life goes on from. */
export class SettledSlots {
  constructor(
    readonly bySlice: Map<string, number>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  of(sliceId: string): number | undefined {
    return this.bySlice.get(sliceId);
  }

  /** Of a slice that nothing is known of: it owes what comes after this time, as far as it is past. */
  begin(sliceId: string, sinceMs: number): void {
    this.bySlice.set(sliceId, Math.floor(Math.min(this.clock.now(), sinceMs)));
  }

  /** Only of what is still held: another satellite may go on with the rest. And not by a run that began before time fell back. */
  settle(sliceId: string, slotMs: number): void {
    const settled = this.bySlice.get(sliceId);
    if (settled !== undefined && slotMs - this.clock.now() <= toleratedFallMs)
      this.bySlice.set(sliceId, Math.max(settled, slotMs));
  }

  /** Slots of a clock that was far ahead are counted anew. */
  forgetFuture(sliceId: string): void {
    const settled = this.bySlice.get(sliceId);
    const now = this.clock.now();
    if (settled !== undefined && settled - now > toleratedFallMs) this.bySlice.set(sliceId, Math.floor(now));
  }

  keepOnly(held: ReadonlySet<string>): void {
    for (const id of this.bySlice.keys()) if (!held.has(id)) this.bySlice.delete(id);
  }
}
