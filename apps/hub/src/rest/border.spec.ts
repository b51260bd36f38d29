import { expect, it } from 'vitest';
import * as z from 'zod';
import { decodeCursor, encodeCursor, pageOf } from './cursor.js';
import { findUnstorable } from './unstorable.js';

const position = z.tuple([z.string(), z.number()]);

it('finds the place again where a page ended', () => {
  expect(decodeCursor(encodeCursor(['Ünï – 🦉', 7]), position)).toEqual(['Ünï – 🦉', 7]);
  expect(decodeCursor(undefined, position)).toBeUndefined();
});

it.each(['', 'nonsense', encodeCursor(['a']), encodeCursor([1, 'a']), encodeCursor(['\u0000', 1])])(
  'refuses %j as a place',
  (after) => {
    expect(() => decodeCursor(after, position)).toThrow(/not the `next`/);
  },
);

it('says where the next page begins only when there is one', () => {
  const rows = [1, 2, 3];
  expect(pageOf(rows, 3, (row) => [row])).toEqual({ items: rows, next: null });
  expect(pageOf(rows, 2, (row) => [row])).toEqual({ items: [1, 2], next: encodeCursor([2]) });
});

it.each([
  ['U+0000 in a text', { a: [{ b: 'x\u0000' }] }, 'a.0.b'],
  ['U+0000 in a key', { a: { '\u0000': 1 } }, 'a'],
  ['half of a pair', ['\ud83e'], '0'],
])('finds %s', (_, value, path) => {
  expect(findUnstorable(value)).toMatchObject({ path });
});

it('finds what is nested too deep, however deep', () => {
  let value: unknown = null;
  for (let depth = 0; depth < 1_000_000; depth++) value = [value];
  expect(findUnstorable(value)?.message).toMatch(/Nested deeper/);
  expect(findUnstorable({ a: [{ b: ['🦉', null, 1, true] }] })).toBeNull();
});
