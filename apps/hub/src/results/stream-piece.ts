// Consecutive sequence numbers of one stream, and where a cursor stands to them.
import type { IntakeRecord } from '@checkstack/link';

/** Records, or numbers that the satellite declared lost (then without records). */
export interface Piece {
  stream: string;
  firstSequence: number;
  lastSequence: number;
  records: readonly IntakeRecord[];
}

/** What a stream's cursor leaves of a piece: nothing (a repeat), nothing yet (a hole before it), or what is new. */
export function beyondCursor(piece: Piece, cursor: number): Piece | 'repeat' | 'hole' {
  if (piece.lastSequence <= cursor) return 'repeat';
  if (piece.firstSequence > cursor + 1) return 'hole';
  if (piece.firstSequence === cursor + 1) return piece;
  const known = cursor + 1 - piece.firstSequence;
  return { ...piece, firstSequence: cursor + 1, records: piece.records.slice(known) };
}

/** The two halves; a piece of one record has none. */
export function halves(piece: Piece): [Piece, Piece] | null {
  if (piece.records.length < 2) return null;
  const middle = Math.floor(piece.records.length / 2);
  const between = piece.firstSequence + middle;
  return [
    { ...piece, lastSequence: between - 1, records: piece.records.slice(0, middle) },
    { ...piece, firstSequence: between, records: piece.records.slice(middle) },
  ];
}
