import { routes, type State } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import type { FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem } from '../testing/things.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';
import { stateOf } from './outlook-rows.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let fake: FakeSatellite;
beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'berlin-1');
  fake = await connect(hub, satellite);
});
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

type Verdict = Result['verdict'];
type Told = [state: State, fromMs: number][];

const hour = 3_600_000;
const minute = 60_000;

function watch(): Promise<WatchedSystem> {
  return watchSystem(hub, [satellite], { thresholds: { healthy: 1, degraded: 1, unhealthy: 1 } });
}

async function depend(downstreamId: string, upstreamId: string, sinceMs = Date.now() - 3 * hour): Promise<void> {
  const { id } = await hub.admin.call(routes.dependencies.create, { body: { downstreamId, upstreamId } });
  await hub.database.query('UPDATE dependencies SET created_at = $2 WHERE id = $1', [id, new Date(sinceMs)]);
}

/** As if they had waited for their first results for two hours. */
async function beWaiting(subjects: string[]): Promise<void> {
  const intervals = async (): Promise<number> =>
    (await hub.database.query('SELECT FROM state_intervals WHERE subject_id = ANY($1)', [subjects])).rowCount ?? 0;
  await expect.poll(intervals, { timeout: 15_000 }).toBe(subjects.length);
  const from = new Date(Date.now() - 2 * hour);
  await hub.database.query('UPDATE state_intervals SET from_at = $2 WHERE subject_id = ANY($1)', [subjects, from]);
  for (const table of ['slices', 'assignments', 'checks', 'systems'])
    await hub.database.query(`UPDATE ${table} SET state_since = $2 WHERE id = ANY($1)`, [subjects, from]);
  await hub.database.query('UPDATE systems SET own_state_since = $2 WHERE id = ANY($1)', [subjects, from]);
}

const subjectsOf = (watched: WatchedSystem): string[] => [
  ...watched.sliceIds,
  watched.assignmentId,
  watched.checkId,
  watched.systemId,
];

async function ship({ sliceIds }: WatchedSystem, verdicts: Verdict[], slotMs: number): Promise<void> {
  await fake.ship(runsOf(sliceIds[0] ?? '', verdicts, { slotMs }));
}

async function allIsTold(): Promise<void> {
  const marks = async (): Promise<number> => (await hub.database.query('SELECT FROM repaint_marks')).rowCount ?? 0;
  await expect.poll(marks, { timeout: 20_000 }).toBe(0);
}

/** All but the first, which is the waiting. */
async function told(systemId: string): Promise<Told> {
  const { rows } = await hub.database.query<{ state: number; from: Date }>(
    'SELECT state, from_at AS from FROM state_intervals WHERE subject_id = $1 ORDER BY from_at',
    [systemId],
  );
  return rows.slice(1).map(({ state, from }) => [stateOf(state), from.getTime()]);
}

describe('results that arrive late', () => {
  it('tell the past of the systems anew that depend on the one they are of, from when they did', async () => {
    const [shop, late, bank] = [await watch(), await watch(), await watch()];
    const portal = await addSystem(hub.admin);
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    await depend(portal.id, shop.systemId);
    await depend(shop.systemId, bank.systemId);
    await depend(late.systemId, bank.systemId, nowMs - 24.5 * minute);
    await beWaiting([...[shop, late, bank].flatMap(subjectsOf), portal.id]);
    const well = Array.from({ length: 31 }, (): Verdict => 'healthy');
    for (const each of [shop, late]) await ship(each, well, nowMs);
    await allIsTold();

    const down = well.map((verdict, index): Verdict => (index >= 4 && index < 9 ? 'unhealthy' : verdict));
    await ship(bank, down, nowMs);
    await allIsTold();
    const at = (minutes: number): number => nowMs - minutes * minute;
    const outage: Told = [
      ['healthy', at(30)],
      ['unhealthy', at(26)],
      ['healthy', at(21)],
    ];
    expect(await told(bank.systemId)).toEqual(outage);
    expect(await told(shop.systemId)).toEqual(outage);
    expect(await told(late.systemId)).toEqual([outage[0], ['unhealthy', at(24.5)], outage[2]]);
    // It has no checks of its own, and passes on what is passed on.
    expect(await told(portal.id)).toEqual([outage[1], ['unknown', at(21)]]);

    const shown = await hub.admin.call(routes.systems.read, { params: { id: shop.systemId } });
    expect([shown.state.since, shown.own.since]).toEqual([at(21), at(30)].map((ms) => new Date(ms).toISOString()));
    const { rows } = await hub.database.query(
      `SELECT FROM events WHERE subject_id = $1 AND payload->>'to' = 'unhealthy'`,
      [shop.systemId],
    );
    expect(rows).toEqual([]);
  }, 60_000);

  it('count before what a system turned to of its own meanwhile, when what it needs turned first', async () => {
    const [shop, bank] = [await watch(), await watch()];
    const nowMs = Math.floor(Date.now() / 1000) * 1000;
    await depend(shop.systemId, bank.systemId);
    await beWaiting([shop, bank].flatMap(subjectsOf));
    for (const each of [shop, bank]) await ship(each, ['healthy'], nowMs - 90_000);
    await ship(shop, ['degraded'], nowMs - 5_000);
    await ship(bank, ['unhealthy'], nowMs - 20_000);
    await allIsTold();
    expect(await told(shop.systemId)).toEqual([
      ['healthy', nowMs - 90_000],
      ['unhealthy', nowMs - 20_000],
    ]);
    const { own } = await hub.admin.call(routes.systems.read, { params: { id: shop.systemId } });
    expect(own).toMatchObject({ state: 'degraded', since: new Date(nowMs - 5_000).toISOString() });
  }, 60_000);
});
