import type { z } from 'zod';
import { invalidField } from '../problems.js';
import { findUnstorable } from './unstorable.js';

/** Where a page ended, as the opaque `next` of the answer: the sort key of its last item. */
export function encodeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The sort key in `after`, parsed by the list's own schema (a tuple). */
export function decodeCursor<Position extends z.ZodType>(
  after: string | undefined,
  position: Position,
): z.output<Position> | undefined {
  if (after === undefined) return undefined;
  const parsed = position.safeParse(jsonOf(after));
  if (!parsed.success || findUnstorable(parsed.data))
    throw invalidField('after', 'This is not the `next` of a page of this list.');
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Cuts the one extra row that the query asked for, and says where the next page begins. */
export function pageOf<Row>(
  rows: Row[],
  limit: number,
  positionOf: (row: Row) => readonly (string | number)[],
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null };
}
