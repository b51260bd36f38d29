// Whatever happens in whichever order: each slot of each slice, while it is held, ends as one record or lies in one gap.
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SlotWorld, type Memory, type Temper } from './testing/slot-world.js';

type Step = (world: SlotWorld) => Promise<void> | void;

/** Shown as what it is when a sequence fails. */
function step(name: string, take: Step): Step {
  return Object.assign(take, { [fc.toStringMethod]: () => name });
}

const ms = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const anySlice = fc.nat(3);
const anyTempers = fc.array(fc.constantFrom<Temper[]>('quick', 'quick', 'failing', 'slow', 'overrunning', 'hanging'), {
  minLength: 4,
  maxLength: 4,
});

const waits = ms(40_000).map((forMs) => step(`wait ${forMs}`, (world) => world.wait(forMs)));
const places = fc
  .tuple(anySlice, ms(3_000))
  .map(([index, laterMs]) => step(`place ${index} ${laterMs}`, (world) => world.place(index, laterMs)));
const removals = anySlice.map((index) => step(`remove ${index}`, (world) => world.remove(index)));
const stops = fc
  .tuple(ms(1_000), ms(60_000))
  .map(([grace, down]) => step(`restart ${grace} ${down}`, (world) => world.restart(grace, down)));
const kills = (...memories: Memory[]): fc.Arbitrary<Step> =>
  fc
    .tuple(ms(60_000), fc.constantFrom(...memories))
    .map(([down, memory]) => step(`kill ${down} ${memory}`, (world) => world.kill(down, memory)));
const jumps = fc
  .constantFrom(-3_600_000, 3_600_000)
  .map((by) => step(`wall clock ${by}`, (world) => world.jumpWallClock(by)));
const sleeps = ms(600_000).map((forMs) => step(`sleep ${forMs}`, (world) => world.sleep(forMs)));
const times = fc
  .oneof(fc.integer({ min: -300_000, max: 300_000 }), fc.constant(3_600_000))
  .map((moved) => step(`learn ${moved}`, (world) => world.learnTime(moved)));
const memories = fc.constant(step('remember', (world) => world.remember()));

const changes = [waits, waits, waits, waits, places, places, removals, stops, jumps, sleeps, times];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: 1_700_000_000_000 });
});
afterEach(() => vi.useRealTimers());

async function faultsAfter(tempers: Temper[], steps: readonly Step[]): Promise<string[]> {
  const world = new SlotWorld(tempers);
  for (const index of [0, 1, 2, 3]) await world.place(index, 0);
  for (const take of steps) await take(world);
  const faults = await world.end();
  return faults.slice(0, 5);
}

it('tells each slot exactly once, while processes live, stop and are killed', { timeout: 300_000 }, async () => {
  const steps = fc.array(fc.oneof(...changes, kills('sound')), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(anyTempers, steps, async (tempers, taken) => {
      expect(await faultsAfter(tempers, taken)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

it(
  'runs no slot twice and passes over none when a process forgot what was recorded',
  { timeout: 300_000 },
  async () => {
    const steps = fc.array(fc.oneof(...changes, memories, kills('stale', 'lost')), { maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(anyTempers, steps, async (tempers, taken) => {
        expect(await faultsAfter(tempers, taken)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  },
);

it('counts the slots anew, each once, after its time fell back by an hour', { timeout: 300_000 }, async () => {
  const calm = fc.array(fc.oneof(waits, places, jumps, stops), { maxLength: 8 });
  const fall = step('fall back', (world) => world.fallBack());
  await fc.assert(
    fc.asyncProperty(anyTempers, calm, calm, async (tempers, before, after) => {
      expect(await faultsAfter(tempers, [...before, fall, ...after])).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
