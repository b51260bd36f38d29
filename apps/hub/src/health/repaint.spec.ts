import type { State, Thresholds } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import type { FakeSatellite } from '@checkstack/link/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub, type TestReplica } from '../testing/test-hub.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';
import { stateOf } from './outlook-rows.js';
import { worstOf } from './roll-up.js';
import { nextEvaluation, unevaluated } from './threshold.js';

let hub: TestHub;
let replica: TestReplica;
let places: [EnrolledSatellite, EnrolledSatellite];
let fakes: [FakeSatellite, FakeSatellite];
beforeAll(async () => {
  hub = await startTestHub();
  replica = await hub.replica();
  places = [await enrolSatellite(hub, 'berlin-1'), await enrolSatellite(hub, 'oslo-1')];
  fakes = [await connect(hub, places[0]), await connect(replica, places[1])];
});
afterAll(async () => {
  for (const fake of fakes) await fake[Symbol.asyncDispose]();
  await replica[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

const letters = { H: 'healthy', D: 'degraded', U: 'unhealthy', '?': 'unknown' } as const;
type Letter = keyof typeof letters;

/** A system that has waited for its results for two hours, at both places. */
async function waitingSystem(thresholds: Thresholds, everySeconds: number): Promise<WatchedSystem> {
  const watched = await watchSystem(hub, places, { thresholds, schedule: { everySeconds } });
  const subjects = [...watched.sliceIds, watched.assignmentId, watched.checkId, watched.systemId];
  const intervals = async (): Promise<number> =>
    (await hub.database.query('SELECT FROM state_intervals WHERE subject_id = ANY($1)', [subjects])).rowCount ?? 0;
  await expect.poll(intervals, { timeout: 15_000 }).toBe(subjects.length);
  const from = new Date(Date.now() - 7_200_000);
  await hub.database.query('UPDATE state_intervals SET from_at = $2 WHERE subject_id = ANY($1)', [subjects, from]);
  for (const table of ['slices', 'assignments', 'checks', 'systems'])
    await hub.database.query(`UPDATE ${table} SET state_since = $2 WHERE id = ANY($1)`, [subjects, from]);
  // Whoever ran the first slice before may still report on it.
  await hub.database.query(
    `INSERT INTO placements (slice_number, satellite_id, placed_at, ended_at)
     SELECT number, $2, now() - interval '1 hour', now() FROM slices WHERE id = $1`,
    [watched.sliceIds[0], places[1].id],
  );
  return watched;
}

async function allIsTold(): Promise<void> {
  const marks = async (): Promise<number> => (await hub.database.query('SELECT FROM repaint_marks')).rowCount ?? 0;
  await expect.poll(marks, { timeout: 20_000 }).toBe(0);
}

type Told = [state: State, fromMs: number][];

/** From the first run on. */
async function told(subjectId: string): Promise<Told> {
  const { rows } = await hub.database.query<{ state: number; from: Date; to: Date | null }>(
    'SELECT state, from_at AS from, to_at AS to FROM state_intervals WHERE subject_id = $1 ORDER BY from_at',
    [subjectId],
  );
  rows.forEach(({ to }, index) => expect(to).toEqual(rows[index + 1]?.from ?? null));
  return rows.slice(1).map(({ state, from }) => [stateOf(state), from.getTime()]);
}

async function shownState(table: string, id: string): Promise<State> {
  const { rows } = await hub.database.query<{ state: number }>(`SELECT state FROM ${table} WHERE id = $1`, [id]);
  return stateOf(rows[0]?.state ?? 3);
}

/** What the runs of a slice come to, one after the other. */
function inOrder(runs: readonly Result[], thresholds: Thresholds): Told {
  let now = unevaluated;
  const turns: Told = [];
  for (const { slotMs, attempt, verdict } of runs) {
    now = nextEvaluation(now, { slotMs, attempt, verdict, message: null }, thresholds);
    const state = now.isBlind ? 'unknown' : (now.state ?? 'unknown');
    if ((turns.at(-1)?.[0] ?? 'unknown') !== state) turns.push([state, slotMs]);
  }
  return turns;
}

/** The worst of both at any time; who cannot see leaves the count. */
function together(slices: readonly Told[]): Told {
  const edges = [...new Set(slices.flat().map(([, fromMs]) => fromMs))].sort((one, other) => one - other);
  const states = edges.map((ms): Told[number] => {
    const now = slices.map((slice) => slice.findLast(([, fromMs]) => fromMs <= ms)?.[0] ?? 'unknown');
    const seeing = now.filter((state) => state !== 'unknown');
    return [seeing.length > 0 ? worstOf(seeing) : 'unknown', ms];
  });
  return states.filter(([state], index) => state !== (states[index - 1]?.[0] ?? 'unknown'));
}

const count = fc.integer({ min: 1, max: 4 });
const consecutive = fc.record({ healthy: fc.integer({ min: 1, max: 2 }), degraded: count, unhealthy: count });
const scenario = fc.record({
  thresholds: fc.oneof(
    consecutive,
    fc.record({ healthy: count, degraded: count, unhealthy: count, window: fc.integer({ min: 4, max: 6 }) }),
  ),
  everySeconds: fc.constantFrom(60, 3600),
  /** How much earlier than those of the first slice the runs of the second are due. */
  lagMs: fc.constantFrom(0, 17_000),
  /** Of each run: its verdict, when it arrives, in a group with the one before, and from whom. */
  slices: fc.tuple(
    ...[0, 1].map(() =>
      fc.array(
        fc.record({
          verdict: fc.constantFrom<Letter>('H', 'H', 'H', 'D', 'U', 'U', '?'),
          rank: fc.integer({ min: 0, max: 30 }),
          isGrouped: fc.boolean(),
          isByOther: fc.integer({ min: 0, max: 3 }).map((drawn) => drawn === 0),
        }),
        { minLength: 1, maxLength: 24 },
      ),
    ),
  ),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** What the last run of the second slice turns, the first one, told later, turns back: at that very moment one state goes on. */
const turnedBackAtTheEnd: Scenario = {
  thresholds: { healthy: 1, degraded: 1, unhealthy: 1, window: 4 },
  everySeconds: 60,
  lagMs: 0,
  slices: [
    [{ verdict: 'H', rank: 0, isGrouped: false, isByOther: true }],
    [
      { verdict: 'H', rank: 0, isGrouped: false, isByOther: true },
      { verdict: '?', rank: 0, isGrouped: false, isByOther: true },
    ],
  ],
};

describe('results of two hubs in any order and grouping', () => {
  it('come to the same states, now and then, as one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ thresholds, everySeconds, lagMs, slices }) => {
        const watched = await waitingSystem(thresholds, everySeconds);
        const nowMs = Math.floor(Date.now() / 1000) * 1000;
        const runs = slices.map((given, index) =>
          runsOf(
            watched.sliceIds[index] ?? '',
            given.map(({ verdict }) => letters[verdict]),
            { slotMs: nowMs - index * lagMs },
          ),
        );
        const shipped = slices.flatMap((given, slice) =>
          given.map((run, index) => ({
            ...run,
            result: runs[slice]?.[index] as Result,
            by: slice === 1 || run.isByOther ? 1 : 0,
          })),
        );
        await Promise.all(
          fakes.map(async (fake, by) => {
            const groups: Result[][] = [];
            for (const { result, isGrouped } of shipped
              .filter((run) => run.by === by)
              .toSorted((a, b) => a.rank - b.rank))
              if (isGrouped && groups.length > 0) groups.at(-1)?.push(result);
              else groups.push([result]);
            for (const group of groups) await fake.ship(group);
          }),
        );
        await allIsTold();
        const expected = runs.map((own) => inOrder(own, thresholds));
        expect(await Promise.all(watched.sliceIds.map(told))).toEqual(expected);
        const whole = together(expected);
        for (const id of [watched.assignmentId, watched.checkId, watched.systemId])
          expect(await told(id)).toEqual(whole);
        const now = whole.at(-1)?.[0] ?? 'unknown';
        expect(await shownState('systems', watched.systemId)).toBe(now);
        expect(await shownState('assignments', watched.assignmentId)).toBe(now);
      }),
      { numRuns: 6, examples: [[turnedBackAtTheEnd]] },
    );
  }, 240_000);
});
