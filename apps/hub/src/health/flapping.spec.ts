import { expect, it } from 'vitest';
import { isFlapping, withVerdict } from './flapping.js';

function after(verdicts: string): number {
  return [...verdicts].reduce(
    (changes, verdict, index) => withVerdict(changes, index > 0 && verdicts[index - 1] !== verdict),
    0,
  );
}

it.each([
  ['HHHHHHHHHHHHHHHHHHHH', false, false],
  // Four changes are a fifth of the runs, five a quarter.
  ['HHHUHHHHHHHUHHHHHHHH', false, false],
  ['HHHUHHHHHHHUHHHHHHHU', false, true],
  // Three are 15 %: it goes on; two are less.
  ['HHHHHHHHUHHHHHHHHHHU', true, true],
  ['HHHHHHHHUHHHHHHHHHHH', true, false],
  // What is older than twenty runs is forgotten.
  [`HUHUHUHUHU${'U'.repeat(18)}`, true, false],
  [`HUHUHUHUHU${'U'.repeat(15)}`, true, true],
])('after %s, flapping before: %s, it flaps: %s', (verdicts, before, flaps) => {
  expect(isFlapping(before, after(verdicts))).toBe(flaps);
});
