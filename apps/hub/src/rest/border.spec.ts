import { expect, it } from 'vitest';
import * as z from 'zod';
import { decodeCursor, encodeCursor, pageOf } from './cursor.js';
import { fieldsOf } from './route.interceptor.js';
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
  ['a name that objects swallow', JSON.parse('{"a":{"__proto__":1}}'), 'a.__proto__'],
])('finds %s', (_, value, path) => {
  expect(findUnstorable(value)).toMatchObject({ path });
});

it('finds what is nested too deep, however deep', () => {
  let value: unknown = null;
  for (let depth = 0; depth < 1_000_000; depth++) value = [value];
  expect(findUnstorable(value)?.message).toMatch(/Nested deeper/);
  expect(findUnstorable({ a: [{ b: ['🦉', null, 1, true] }] })).toBeNull();
});

it('names no more wrong fields than anybody reads', () => {
  const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`field${index}`, index]));
  const { error } = z.strictObject({}).safeParse(body);
  const fields = fieldsOf(error as z.ZodError);
  expect(fields).toHaveLength(100);
  expect(fields[0]).toEqual({ path: 'field0', message: 'There is no such field.' });
});
