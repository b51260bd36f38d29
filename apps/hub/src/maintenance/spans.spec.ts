import { expect, it } from 'vitest';
import { inAll } from './spans.js';

const span = (fromMs: number, toMs: number, name = 'a') => ({ fromMs, toMs, name });

it.each([
  ['nothing', [], []],
  ['one', [[span(0, 5)]], [span(0, 5)]],
  ['one of which nothing is known', [[span(0, 5)], []], []],
  ['two that overlap', [[span(0, 5), span(8, 9)], [span(3, 20, 'b')]], [span(3, 5), span(8, 9)]],
  ['two that only touch', [[span(0, 5)], [span(5, 9)]], []],
  ['three', [[span(0, 9)], [span(1, 8)], [span(0, 2), span(7, 10)]], [span(1, 2), span(7, 8)]],
  ['what has no end', [[span(0, Infinity)], [span(3, Infinity)]], [span(3, Infinity)]],
])('of %s keeps the time that all have', (_, lists, expected) => {
  expect(inAll(lists)).toEqual(expected);
});
