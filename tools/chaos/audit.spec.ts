import { expect, it } from 'vitest';
import { audit, gridOf } from './audit.mjs';
import { randomOf } from './random.mjs';

const second = 1_000;
const healthy = 0;
const unhealthy = 2;

const slice = {
  number: 1,
  id: 'a',
  name: 'Shop in North',
  url: 'http://127.0.0.1/0',
  thresholds: {},
  state: healthy,
  intervalMs: second,
  placedMs: 0,
  retiredMs: null,
};

const rowAt = (slotMs: number, more = {}) => ({
  slice: 1,
  slotMs,
  attempt: 0,
  verdict: healthy,
  satellite: 1,
  startedMs: slotMs,
  flags: 0,
  failure: null,
  number: slotMs / second,
  ...more,
});
type Row = ReturnType<typeof rowAt>;

/** Slots 1 to 5, each run and stored. */
const sound = [1, 2, 3, 4, 5].map((slot) => rowAt(slot * second));

interface Trial {
  results?: Row[];
  gaps?: { slice: number; fromMs: number; toMs: number }[];
  intervals?: object[];
  exempt?: [number, number][];
  unanswered?: number[];
  superseded?: number;
  /** One more request, made for slot 4. */
  extra?: number;
}

function problems({
  results = sound,
  gaps = [],
  intervals,
  exempt = [],
  unanswered = [],
  superseded = 0,
  extra,
}: Trial) {
  const { lost, doubled, outOfOrder, silent } = audit({
    book: {
      slices: [slice],
      results,
      satellites: [{ doubled: superseded }],
      gaps,
      intervals: intervals ?? [{ kind: 0, subject: 'a', fromMs: second, toMs: null, state: healthy }],
    },
    requests: [1, 2, 3, 4, 5, ...(extra === undefined ? [] : [extra])].map((number) => ({
      number,
      path: '/0',
      atMs: (number === extra ? 4 : number) * second + 5,
      isAnswered: !unanswered.includes(number),
    })),
    exemptOf: () => exempt,
    fromMs: 0,
    toMs: 5.5 * second,
    phaseOf: () => 0,
    replay: (rows: Row[]) =>
      rows
        .filter(({ verdict }, index) => verdict !== rows[index - 1]?.verdict)
        .map(({ slotMs, verdict }) => ({ slotMs, state: verdict })),
    quietFromMs: 0,
  });
  return { lost: lost.length, doubled: doubled.length, outOfOrder: outOfOrder.length, silent: silent.length };
}

const without = (slot: number): Row[] => sound.filter(({ slotMs }) => slotMs !== slot * second);

it('finds nothing where every slot is stored once, in order, with its state', () => {
  expect(problems({})).toEqual({ lost: 0, doubled: 0, outOfOrder: 0, silent: 0 });
});

it('finds a slot without result and gap, and the answer that stands nowhere', () => {
  expect(problems({ results: without(3) })).toMatchObject({ lost: 2 });
  expect(problems({ results: without(3), unanswered: [3] })).toMatchObject({ lost: 1 });
});

it('takes a gap, or a pause, for what it declares', () => {
  const gaps = [{ slice: 1, fromMs: 3 * second, toMs: 3 * second }];
  expect(problems({ results: without(3), gaps })).toMatchObject({ lost: 0 });
  expect(problems({ results: without(3), exempt: [[2_500, 3_500]], unanswered: [3] })).toMatchObject({ lost: 0 });
});

it('takes an answer that stands nowhere for the run of a second satellite only if that one has been counted', () => {
  // Slot 3 was run by both, and the request of the stand-in is stored: the other one's, number 4, is not.
  const results = sound.map((row) => (row.slotMs < 4 * second ? row : { ...row, satellite: 2 }));
  const elsewhere = results.map((row) => (row.slotMs === 4 * second ? { ...row, number: 6 } : row));
  const unmatched = (superseded: number) => problems({ results: elsewhere, superseded, extra: 6 }).lost;
  expect([unmatched(1), unmatched(0)]).toEqual([0, 1]);
});

it('finds what is stored twice, beside the grid, under a new date or for a request that was never made', () => {
  for (const extra of [
    rowAt(3 * second),
    rowAt(3_001, { number: null }),
    rowAt(6 * second, { number: null, flags: 1 }),
    rowAt(6 * second, { number: 77 }),
  ])
    expect(problems({ results: [...sound, extra] }).doubled).toBeGreaterThan(0);
});

it('finds results that changed places', () => {
  const results = sound.map((row) => ({ ...row, number: { 2: 3, 3: 2 }[row.number] ?? row.number }));
  expect(problems({ results })).toMatchObject({ outOfOrder: 1 });
});

it('finds a turn that was not told, and states that do not follow each other', () => {
  const results = sound.map((row) => (row.slotMs === 5 * second ? { ...row, verdict: unhealthy } : row));
  expect(problems({ results }).silent).toBeGreaterThan(0);
  const intervals = [
    { kind: 0, subject: 'a', fromMs: second, toMs: 2 * second, state: unhealthy },
    { kind: 0, subject: 'a', fromMs: 4 * second, toMs: null, state: healthy },
  ];
  expect(problems({ intervals }).silent).toBeGreaterThan(0);
  expect(problems({ intervals: [] }).silent).toBeGreaterThan(0);
});

it('asks for a turn that the very next run took back, too', () => {
  const turned = (slots: number[]) =>
    sound.map((row) => (slots.includes(row.slotMs / second) ? { ...row, verdict: unhealthy } : row));
  expect(problems({ results: turned([3]) })).toMatchObject({ silent: 2 });
  expect(problems({ results: turned([3, 4]) })).toMatchObject({ silent: 2 });
});

it('knows the slots after one time and up to another', () => {
  expect(gridOf({ intervalMs: 10 }, 3).within(3, 23)).toEqual([13, 23]);
});

it('repeats chance by its seed', () => {
  const drawn = (seed: number) => randomOf(seed, 'storm').shuffled([1, 2, 3, 4, 5, 6, 7, 8]) as number[];
  expect(drawn(1)).toEqual(drawn(1));
  expect(drawn(1)).not.toEqual(drawn(2));
});
