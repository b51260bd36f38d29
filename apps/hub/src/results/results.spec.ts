import { randomUUID } from 'node:crypto';
import { routes, type Run } from '@checkstack/api';
import { sampleGap, sampleResult, type FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Refusal } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';

const minute = 60_000;
/** Five minutes ago, on the minute. */
const newest = Math.floor(Date.now() / minute) * minute - 5 * minute;

let hub: TestHub;
let frankfurt: EnrolledSatellite;
let fake: FakeSatellite;
let watched: WatchedSystem;
let here: string;
let there: string;
beforeAll(async () => {
  hub = await startTestHub();
  frankfurt = await enrolSatellite(hub, 'frankfurt');
  const oslo = await enrolSatellite(hub, 'oslo');
  watched = await watchSystem(hub, [frankfurt, oslo]);
  [here, there] = watched.sliceIds as [string, string];
  fake = await connect(hub, frankfurt);
  await using other = await connect(hub, oslo);
  await fake.ship(runsOf(here, ['healthy', 'unhealthy', 'healthy', 'healthy', 'degraded'], { slotMs: newest }));
  await fake.ship(runsOf(here, ['healthy'], { slotMs: newest, attempt: 1 }));
  await other.ship(runsOf(there, ['healthy', 'healthy', 'healthy'], { slotMs: newest }));
});
afterAll(() => hub[Symbol.asyncDispose]());

async function problemOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  const { status, problem } = error as Refusal;
  return { status, fields: problem.fields?.map(({ path }) => path) };
}

describe('runs', () => {
  it('come newest first, page after page, none twice and none left out', async () => {
    const seen: Run[] = [];
    let after: string | undefined;
    do {
      const query = { checkId: watched.checkId, limit: 2, ...(after !== undefined && { after }) };
      const page = await hub.admin.call(routes.results.runs, { query });
      seen.push(...page.items);
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(9);
    const keys = seen.map(({ slot, attempt }) => `${slot} ${attempt}`);
    expect(keys).toEqual([...keys].sort().reverse());
    expect((await hub.admin.call(routes.results.runs)).items).toEqual(seen);
  });

  it.each([
    ['a slice', () => ({ sliceId: here }), 6],
    ['a system', () => ({ systemId: watched.systemId }), 9],
    ['an environment', () => ({ environmentId: randomUUID() }), 0],
    ['a location', () => ({ locationId: frankfurt.locationId }), 6],
    ['a verdict', () => ({ checkId: watched.checkId, verdict: 'unhealthy' as const }), 1],
    ['a span', () => ({ from: at(newest - minute), to: at(newest - minute) }), 2],
    ['nothing there is', () => ({ sliceId: randomUUID() }), 0],
  ])('of %s', async (_, query, count) => {
    expect((await hub.admin.call(routes.results.runs, { query: query() })).items).toHaveLength(count);
  });

  it('are found by their id', async () => {
    const { items } = await hub.admin.call(routes.results.runs, { query: { sliceId: here, limit: 1 } });
    const run = await hub.admin.call(routes.results.run, { params: { id: items[0]?.id ?? '' } });
    expect(run).toMatchObject({
      id: `${here}.${newest}.1`,
      sliceId: here,
      check: { id: watched.checkId },
      system: { id: watched.systemId },
      location: { id: frankfurt.locationId },
      satellite: { id: frankfurt.id, name: 'frankfurt' },
      environment: null,
      slot: at(newest),
      attempt: 1,
      facts: { status: 200, total_ms: 12.5 },
    });
    for (const id of [`${here}.1.0`, `${randomUUID()}.${newest}.0`, `${here}.999999999999999.0`])
      expect(await problemOf(hub.admin.call(routes.results.run, { params: { id } }))).toMatchObject({ status: 404 });
  });

  it('are gone when they are older than their assignment keeps them', async () => {
    const own = (await watchSystem(hub, [frankfurt])).sliceIds[0] ?? '';
    const old = sampleResult({ slice: own, slotMs: Date.now() - 26 * 3_600_000, monotonicMs: 0 });
    await fake.ship([old]);
    const query = { sliceId: own };
    expect((await hub.admin.call(routes.results.runs, { query })).items).toHaveLength(1);
    await hub.database.query(
      'UPDATE assignments SET retention_days = 1 WHERE id = (SELECT assignment_id FROM slices WHERE id = $1)',
      [own],
    );
    expect((await hub.admin.call(routes.results.runs, { query })).items).toEqual([]);
    expect(
      (await hub.admin.call(routes.results.slices, { query: { limit: 1000 } })).items.find(({ id }) => id === own),
    ).toMatchObject({ lastRun: null });
  });
});

describe('slices', () => {
  it('show who runs them, their state and their last run', async () => {
    const { items } = await hub.admin.call(routes.results.slices, { query: { checkId: watched.checkId } });
    expect(items.map(({ id }) => id).sort()).toEqual([here, there].sort());
    expect(items.find(({ id }) => id === here)).toMatchObject({
      satellite: { id: frankfurt.id },
      lastRun: { id: `${here}.${newest}.1`, verdict: 'healthy', failure: null },
    });
  });

  it('are filtered by satellite and by state, and paged', async () => {
    const ofSatellite = { satelliteId: frankfurt.id };
    const { items } = await hub.admin.call(routes.results.slices, { query: ofSatellite });
    expect(items.map(({ id }) => id)).toContain(here);
    expect(items.map(({ id }) => id)).not.toContain(there);
    const first = await hub.admin.call(routes.results.slices, { query: { checkId: watched.checkId, limit: 1 } });
    const query = { checkId: watched.checkId, limit: 1, after: first.next ?? '' };
    const second = await hub.admin.call(routes.results.slices, { query });
    expect([first.items[0]?.id, second.items[0]?.id].sort()).toEqual([here, there].sort());
    expect(second.next).toBeNull();
    for (const { state } of (await hub.admin.call(routes.results.slices, { query: { state: 'healthy' } })).items)
      expect(state.state).toBe('healthy');
  });
});

describe('history', () => {
  it('counts verdicts and measures latency in buckets, a series for each slice', async () => {
    const span = { from: at(newest - 9 * minute), to: at(newest + minute), points: 10 };
    const gap = sampleGap({ slice: here, fromSlotMs: newest - 8 * minute, toSlotMs: newest - 7 * minute, count: 2 });
    await fake.ship([gap]);
    const history = await hub.admin.call(routes.results.history, { query: { checkId: watched.checkId, ...span } });
    expect(history.bucketSeconds).toBe(60);
    expect(history.series).toHaveLength(2);
    const series = history.series.find(({ slice }) => slice?.id === here);
    expect(series?.buckets).toHaveLength(10);
    expect(series?.buckets.at(-1)).toEqual({
      from: at(newest),
      healthy: 1,
      degraded: 1,
      unhealthy: 0,
      unknown: 0,
      meanMs: 12.5,
      minMs: 12.5,
      maxMs: 12.5,
      p50Ms: 12.5,
      p95Ms: 12.5,
      p99Ms: 12.5,
    });
    expect(series?.buckets.map((bucket) => bucket.healthy + bucket.degraded + bucket.unhealthy)).toEqual([
      0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
    ]);
    expect(history.gaps).toEqual([
      { sliceId: here, from: at(gap.fromSlotMs), to: at(gap.toSlotMs), count: 2, reason: gap.reason },
    ]);
  });

  it('sums each series up where that is asked for', async () => {
    const span = { from: at(newest - 9 * minute), to: at(newest + minute), points: 10 };
    const query = { checkId: watched.checkId, by: 'check' as const, ...span };
    const plain = await hub.admin.call(routes.results.history, { query });
    expect(plain.series[0]).not.toHaveProperty('total');
    const { series } = await hub.admin.call(routes.results.history, { query: { ...query, totals: 'true' } });
    const [first] = series;
    const sum = (name: 'healthy' | 'degraded' | 'unhealthy') =>
      first?.buckets.reduce((count, bucket) => count + bucket[name], 0);
    expect(first?.total).toMatchObject({
      healthy: sum('healthy'),
      degraded: sum('degraded'),
      unhealthy: sum('unhealthy'),
      p50Ms: 12.5,
      maxMs: 12.5,
    });
    expect(sum('healthy')).toBeGreaterThan(1);
  });

  it('counts a slot once, however often its run was confirmed', async () => {
    const { sliceIds } = await watchSystem(hub, [frankfurt]);
    const sliceId = sliceIds[0] ?? '';
    for (const attempt of [0, 2, 3]) await fake.ship(runsOf(sliceId, ['unhealthy'], { slotMs: newest, attempt }));
    const span = { from: at(newest - 9 * minute), to: at(newest + minute), points: 10 };
    const { series } = await hub.admin.call(routes.results.history, { query: { sliceId, ...span } });
    expect(series[0]?.buckets.at(-1)).toMatchObject({ unhealthy: 1 });
  });

  it('needs a subject and a span that can be drawn', async () => {
    const span = { from: at(newest - minute), to: at(newest) };
    const read = (query: object): Promise<unknown> =>
      problemOf(hub.admin.call(routes.results.history, { query: { ...span, ...query } }));
    expect(await read({})).toEqual({ status: 400, fields: ['checkId'] });
    const sliceId = here;
    expect(await read({ sliceId, to: at(newest - minute) })).toEqual({ status: 400, fields: ['to'] });
    expect(await read({ sliceId, from: at(newest - 1200 * 86_400_000) })).toEqual({ status: 400, fields: ['from'] });
    expect(await read({ sliceId, from: 'yesterday' })).toEqual({ status: 400, fields: ['from'] });
  });
});

describe('availability', () => {
  const turn = newest - 10 * minute;

  async function turned(kind: number, id: string): Promise<void> {
    await hub.database.query('DELETE FROM state_intervals WHERE subject_kind = $1 AND subject_id = $2', [kind, id]);
    await hub.database.query(
      `INSERT INTO state_intervals (subject_kind, subject_id, from_at, to_at, state)
       VALUES ($1, $2, $3, $4, 0), ($1, $2, $4, NULL, 2)`,
      [kind, id, new Date(turn - 30 * minute), new Date(turn)],
    );
  }

  it('is the time in each state, of a slice, a check, a system, and a check on a system', async () => {
    const { sliceIds, checkId, systemId, assignmentId } = await watchSystem(hub, [frankfurt]);
    const sliceId = sliceIds[0] ?? '';
    const subjects = [
      [0, sliceId, { sliceId }],
      [1, checkId, { checkId }],
      [2, systemId, { systemId }],
      [3, assignmentId, { checkId, systemId }],
    ] as const;
    for (const [kind, id, subject] of subjects) {
      await turned(kind, id);
      const query = { ...subject, from: at(turn - 60 * minute), to: at(turn + 10 * minute), parts: 7 };
      const answer = await hub.admin.call(routes.results.availability, { query });
      expect(answer).toMatchObject({
        seconds: { healthy: 1800, degraded: 0, unhealthy: 600, unknown: 1800 },
        healthyPercent: 75,
        availablePercent: 75,
      });
      expect(answer.parts.map(({ healthyPercent }) => healthyPercent)).toEqual([null, null, null, 100, 100, 100, 0]);
    }
  });

  it('ends now, and needs a subject', async () => {
    const { systemId } = watched;
    const future = { from: at(Date.now() - minute), to: at(Date.now() + 60 * minute) };
    const answer = await hub.admin.call(routes.results.availability, { query: { systemId, ...future } });
    expect(Date.parse(answer.to)).toBeLessThan(Date.now() + minute);
    const read = (query: object): Promise<unknown> =>
      problemOf(hub.admin.call(routes.results.availability, { query: { ...future, ...query } }));
    expect(await read({})).toEqual({ status: 400, fields: ['checkId'] });
    expect(await read({ systemId, from: at(Date.now() + minute) })).toEqual({ status: 400, fields: ['to'] });
  });
});

it('refuses a page that no list ever had', async () => {
  for (const after of ['x', Buffer.from('["1",2]').toString('base64url')]) {
    const query = { after };
    for (const route of [routes.results.runs, routes.results.slices, routes.results.intervals])
      expect(await problemOf(hub.admin.call(route, { query }))).toEqual({ status: 400, fields: ['after'] });
  }
});

it('is for those who may read checks', async () => {
  expect(await problemOf(hub.anonymous.call(routes.results.runs))).toMatchObject({ status: 401 });
  const viewer = await hub.signIn('viewer');
  expect((await viewer.call(routes.results.slices)).items.length).toBeGreaterThan(0);
});

function at(ms: number): string {
  return new Date(ms).toISOString();
}
