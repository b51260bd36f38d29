// What arrives in whichever pieces, order and company: each record of a stream counts once, and in the stream's order.
import { sampleIntake, sampleResult } from '@checkstack/link/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FoundSlices, PlacedSlice } from '../health/placed-slices.js';
import { cursorKey, planGroup, type Plan, type Shipment } from './group-plan.js';
import { halves, type Piece } from './stream-piece.js';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const satellite = { id: 'satellite', number: 1, epoch: 1 };
const sliceId = '0190b3c4-0000-7000-8000-000000000001';
const slices: FoundSlices = new Map([
  [satellite.id, new Map([[sliceId, { id: sliceId, number: 1, isWatched: true } as unknown as PlacedSlice]])],
]);
const lengths = [30, 12, 1];
/** Which record a row is, told by its slot: streams of their own do not share any. */
const slotOf = (stream: number, sequence: number): number => nowMs - 1_000_000 * (stream + 1) + sequence;

interface Sent {
  stream: number;
  from: number;
  to: number;
  /** Declared lost instead of sent. */
  isLoss: boolean;
}

function pieceOf({ stream, from, to, isLoss }: Sent): Piece {
  const sequences = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  const records = sequences.map((sequence) => sampleResult({ slice: sliceId, slotMs: slotOf(stream, sequence) }));
  return { stream: `${stream}`, firstSequence: from, lastSequence: to, records: isLoss ? [] : sampleIntake(records) };
}

const anySent = fc
  .record({ stream: fc.nat(lengths.length - 1), from: fc.nat(29), length: fc.nat(12), isLoss: fc.nat(9) })
  .map(({ stream, from, length, isLoss }): Sent => {
    const first = 1 + (from % lengths[stream]!);
    // A batch may be empty, a loss is not.
    const to = Math.min(lengths[stream]!, first + length - (isLoss === 0 ? 0 : 1));
    return { stream, from: first, to, isLoss: isLoss === 0 };
  });

/** What goes into one transaction, from whichever sockets; some are rolled back, or taken apart. */
const anyGroup = fc.record({
  sent: fc.array(anySent, { minLength: 1, maxLength: 5 }),
  fate: fc.constantFrom('committed', 'committed', 'committed', 'rolled back', 'halved'),
});

it('counts each record once and in order, whatever is repeated, overlaps, is missing, lost or rolled back', () => {
  fc.assert(
    fc.property(fc.array(anyGroup, { maxLength: 30 }), (groups) => {
      let cursors: ReadonlyMap<string, number> = new Map();
      const stored: number[] = [];
      const lost = new Set<number>();
      const plan = (pieces: Piece[]): Plan => {
        const arrival = { batch: { wallClockMs: nowMs, monotonicMs: 0 }, arrivedAtMs: nowMs, maxAgeMs: 86_400_000 };
        const shipments = pieces.map((piece): Shipment => ({ satellite, piece, arrival }));
        return planGroup(shipments, cursors, slices);
      };
      const commit = (pieces: Piece[]): void => {
        const planned = plan(pieces);
        for (const [key, cursor] of planned.cursors) expect(cursor).toBeGreaterThanOrEqual(cursors.get(key) ?? 0);
        cursors = planned.cursors;
        stored.push(...planned.rows.map(({ run }) => run.slotMs));
      };
      const send = (sent: Sent[], fate: string): void => {
        const pieces = sent.map(pieceOf);
        if (fate === 'rolled back') return void plan(pieces);
        if (fate === 'halved') for (const piece of pieces) for (const part of halves(piece) ?? [piece]) commit([part]);
        else commit(pieces);
      };
      for (const { sent, fate } of groups) {
        for (const one of sent) {
          if (one.isLoss && fate !== 'rolled back')
            for (let at = one.from; at <= one.to; at++) lost.add(slotOf(one.stream, at));
        }
        send(sent, fate);
      }
      // Then the satellite resends from where the hub stands.
      lengths.forEach((length, stream) => {
        const from = (cursors.get(cursorKey(satellite.id, `${stream}`)) ?? 0) + 1;
        if (from <= length) send([{ stream, from, to: length, isLoss: false }], 'committed');
      });
      lengths.forEach((length, stream) => {
        expect(cursors.get(cursorKey(satellite.id, `${stream}`))).toBe(length);
        const slots = Array.from({ length }, (_, index) => slotOf(stream, index + 1));
        const own = stored.filter((slot) => slots.includes(slot));
        expect(own).toEqual([...new Set(own)].sort((one, other) => one - other));
        expect(slots.filter((slot) => !own.includes(slot) && !lost.has(slot))).toEqual([]);
      });
    }),
    { numRuns: 500 },
  );
});
