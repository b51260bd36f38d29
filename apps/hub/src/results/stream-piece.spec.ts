import { sampleIntake, sampleResult } from '@checkstack/link/testing';
import { expect, it } from 'vitest';
import { beyondCursor, halves, type Piece } from './stream-piece.js';

function piece(first: number, last: number): Piece {
  const records = Array.from({ length: last - first + 1 }, (_, index) => sampleResult({ attempt: first + index }));
  return { stream: 's', firstSequence: first, lastSequence: last, records: sampleIntake(records) };
}

it.each([
  [1, 5, 0, [1, 5]],
  [1, 5, 3, [4, 5]],
  [1, 5, 5, 'repeat'],
  [1, 5, 9, 'repeat'],
  [7, 9, 5, 'hole'],
  [6, 9, 5, [6, 9]],
  // An empty batch moves nothing.
  [6, 5, 5, 'repeat'],
])('%i to %i beyond the cursor %i is %j', (first, last, cursor, expected) => {
  const fresh = beyondCursor(piece(first, last), cursor);
  if (typeof fresh === 'string') return expect(fresh).toBe(expected);
  expect([fresh.firstSequence, fresh.lastSequence]).toEqual(expected);
  expect(fresh.records.map((record) => record.kind === 'result' && record.attempt)).toEqual(
    Array.from({ length: fresh.lastSequence - fresh.firstSequence + 1 }, (_, index) => fresh.firstSequence + index),
  );
});

it('moves past what was declared lost, but not over a hole before it', () => {
  const lost = { ...piece(1, 9), records: [] };
  expect(beyondCursor(lost, 4)).toMatchObject({ firstSequence: 5, lastSequence: 9, records: [] });
  expect(beyondCursor({ ...lost, firstSequence: 6 }, 4)).toBe('hole');
});

it('is halved down to single records', () => {
  const [left, right] = halves(piece(4, 8)) ?? [];
  expect([left?.firstSequence, left?.lastSequence, right?.firstSequence, right?.lastSequence]).toEqual([4, 5, 6, 8]);
  expect(halves(piece(4, 4))).toBeNull();
});
