import { expect, it } from 'vitest';
import { Lane } from './lane.js';

/** Enters one after the other; answers who is in, in the order in which they came in. */
function enterAll(lane: Lane, runs: readonly [name: string, isExtra: boolean][]): string[] {
  const inside: string[] = [];
  for (const [name, isExtra] of runs) void lane.enter(isExtra).then(() => inside.push(name));
  return inside;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('lets in as many as there are places, the others in order', async () => {
  const lane = new Lane({ all: 2, extra: 1 });
  const inside = enterAll(lane, [
    ['a', false],
    ['b', false],
    ['c', false],
    ['d', false],
  ]);
  await settled();
  expect([inside, lane.busy]).toEqual([['a', 'b'], 2]);
  lane.leave();
  lane.leave();
  await settled();
  expect([inside, lane.busy]).toEqual([['a', 'b', 'c', 'd'], 2]);
});

it('lets what is due go before what is extra, which has places of its own only', async () => {
  const lane = new Lane({ all: 4, extra: 2 });
  const inside = enterAll(lane, [
    ['first 1', true],
    ['first 2', true],
    ['first 3', true],
    ['due 1', false],
    ['due 2', false],
    ['due 3', false],
  ]);
  await settled();
  expect(inside).toEqual(['first 1', 'first 2', 'due 1', 'due 2']);
  lane.leave(true);
  await settled();
  expect(inside.at(-1)).toBe('due 3');
  lane.leave();
  await settled();
  expect(inside.at(-1)).toBe('first 3');
});
