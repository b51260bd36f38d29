import { routes, type History, type HistoryBucket } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import { sampleResult, type FakeSatellite } from '@checkstack/link/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../../testing/test-hub.js';
import { connect, enrolSatellite, watchSystem, type EnrolledSatellite } from '../../testing/watched-system.js';
import { Rollups } from './rollups.js';
import { dayMs, hourMs } from './tiers.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let fake: FakeSatellite;
const thisHour = Math.floor(Date.now() / hourMs) * hourMs;
const thisDay = Math.floor(Date.now() / dayMs) * dayMs;

/** Longer than a busy machine takes. */
const patience = { timeout: 10_000 };

beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt');
  fake = await connect(hub, satellite);
  // The job's own first run is over.
  await vi.waitFor(async () => {
    const { rowCount } = await hub.database.query(`SELECT FROM jobs WHERE name = 'results-rollups'`);
    if (rowCount !== 1) throw new Error('The job has not run yet.');
  }, patience);
});
beforeEach(() => openHours(thisDay - 3 * dayMs));
afterAll(() => hub[Symbol.asyncDispose]());

/** As if no hour from this one on had been closed. */
async function openHours(fromMs: number): Promise<void> {
  await hub.database.query('UPDATE rollup_progress SET until = $1', [new Date(fromMs)]);
}

async function ownSlice(): Promise<string> {
  return (await watchSystem(hub, [satellite])).sliceIds[0] ?? '';
}

async function ship(slice: string, slots: readonly number[], given: Partial<Result> = {}): Promise<void> {
  const records = slots.map((slotMs) => sampleResult({ slice, slotMs, startedAtMs: slotMs, monotonicMs: 0, ...given }));
  for (let first = 0; first < records.length; first += 400) await fake.ship(records.slice(first, first + 400));
}

const catchUp = (): Promise<void> => hub.app.get(Rollups).catchUp();

async function hours(slice: string): Promise<{ from_at: Date; healthy: number; unhealthy: number }[]> {
  const { rows } = await hub.database.query<{ from_at: Date; healthy: number; unhealthy: number }>(
    `SELECT from_at, healthy, unhealthy FROM hourly_rollups JOIN slices ON number = slice_number
     WHERE id = $1 ORDER BY from_at`,
    [slice],
  );
  return rows;
}

async function marks(): Promise<number> {
  return (await hub.database.query('SELECT FROM rollup_marks')).rowCount ?? 0;
}

async function history(query: Record<string, string | number>): Promise<History> {
  return hub.admin.call(routes.results.history, { query: query as never });
}

const at = (ms: number): string => new Date(ms).toISOString();
const runsIn = ({ healthy, degraded, unhealthy, unknown }: HistoryBucket): number =>
  healthy + degraded + unhealthy + unknown;

describe('an hour', () => {
  it('is rolled up once it is closed, and not before', async () => {
    const slice = await ownSlice();
    await ship(slice, [thisHour - 2 * hourMs, thisHour - 2 * hourMs + 60_000]);
    await ship(slice, [thisHour - 2 * hourMs + 120_000], { verdict: 'unhealthy' });
    expect(await marks()).toBe(0);
    await catchUp();
    expect(await hours(slice)).toEqual([{ from_at: new Date(thisHour - 2 * hourMs), healthy: 2, unhealthy: 1 }]);
    await ship(slice, [Date.now()]);
    await catchUp();
    expect(await hours(slice)).toHaveLength(1);
  });

  it('is rolled up again when results come late, counting each once', async () => {
    const slice = await ownSlice();
    await ship(slice, [thisHour - 3 * hourMs]);
    await catchUp();
    await ship(slice, [thisHour - 3 * hourMs + 60_000, thisHour - 4 * hourMs]);
    expect(await marks()).toBe(2);
    await catchUp();
    expect((await hours(slice)).map(({ healthy }) => healthy)).toEqual([1, 2]);
    expect(await marks()).toBe(0);
  });

  it('comes to the same when two replicas work at once', async () => {
    await using other = await hub.replica();
    const slice = await ownSlice();
    await ship(
      slice,
      Array.from({ length: 48 }, (_, hour) => thisHour - (hour + 2) * hourMs),
    );
    await Promise.all([catchUp(), other.app.get(Rollups).catchUp()]);
    expect((await hours(slice)).map(({ healthy }) => healthy)).toEqual(Array.from({ length: 48 }, () => 1));
  });

  it('is not closed while results for it are being stored', async () => {
    await hub.database.query('BEGIN');
    await hub.database.query('SELECT pg_advisory_xact_lock_shared(7226005)');
    await expect(catchUp()).rejects.toMatchObject({ code: '55P03' });
    await hub.database.query('COMMIT');
    await catchUp();
    const { rows } = await hub.database.query<{ until: Date }>(
      `SELECT until FROM rollup_progress WHERE name = 'closed'`,
    );
    expect(rows[0]?.until.getTime()).toBeGreaterThanOrEqual(thisHour - hourMs);
  });

  it('holds results up while it is being closed, and loses none', async () => {
    const slice = await ownSlice();
    await hub.database.query('BEGIN');
    await hub.database.query('SELECT pg_advisory_xact_lock(7226005)');
    const shipped = ship(slice, [thisHour - 2 * hourMs]);
    // Tried again after the first transaction gave up.
    const tries = new Set<string>();
    await vi.waitFor(
      async () => {
        const { rows } = await hub.database.query<{ one: string }>(
          `SELECT virtualtransaction AS one FROM pg_locks WHERE locktype = 'advisory' AND objid = 7226005 AND NOT granted`,
        );
        for (const { one } of rows) tries.add(one);
        expect(tries.size).toBeGreaterThan(1);
      },
      { timeout: 5_000 },
    );
    await hub.database.query('COMMIT');
    await shipped;
    await catchUp();
    expect((await hours(slice)).map(({ healthy }) => healthy)).toEqual([1]);
  });

  it('keeps what it has when its runs are gone', async () => {
    const slice = await ownSlice();
    await ship(slice, [thisHour - 2 * hourMs]);
    await catchUp();
    await hub.database.query(`DELETE FROM results USING slices WHERE slice_number = number AND id = $1`, [slice]);
    await hub.database.query(
      `INSERT INTO rollup_marks (tier, from_at, slice_numbers) SELECT 'hourly', $2, ARRAY[number] FROM slices WHERE id = $1`,
      [slice, new Date(thisHour - 2 * hourMs)],
    );
    await catchUp();
    expect((await hours(slice)).map(({ healthy }) => healthy)).toEqual([1]);
  });

  it('does not count what confirms a run', async () => {
    const slice = await ownSlice();
    await ship(slice, [thisHour - 2 * hourMs], { verdict: 'unhealthy' });
    for (const attempt of [2, 3]) await ship(slice, [thisHour - 2 * hourMs], { verdict: 'unhealthy', attempt });
    await catchUp();
    expect((await hours(slice)).map(({ unhealthy }) => unhealthy)).toEqual([1]);
  });
});

describe('a history', () => {
  it('tells quantiles within one percent, whatever the span and the zoom', async () => {
    const slice = await ownSlice();
    const random = fc.sample(fc.double({ min: 0, max: 1, noNaN: true }), { numRuns: 700, seed: 5 });
    const oldest = Date.now() - 71 * hourMs;
    const runs = random.map((one, index) => ({
      slotMs: oldest + Math.floor((index * (Date.now() - oldest)) / 700),
      durationMs: Math.exp(one * 9),
    }));
    const records = runs.map((run) => sampleResult({ ...run, slice, startedAtMs: run.slotMs, monotonicMs: 0 }));
    for (let first = 0; first < records.length; first += 350) await fake.ship(records.slice(first, first + 350));
    await catchUp();
    const before = fc.integer({ min: 0, max: 40 * dayMs });
    const length = fc.oneof(fc.integer({ min: 60_000, max: 4 * dayMs }), fc.integer({ min: dayMs, max: 60 * dayMs }));
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(before, length, fc.integer({ min: 10, max: 60 }), async (ago, span, points) => {
        const fromMs = thisDay + dayMs - ago;
        const query = { sliceId: slice, from: at(fromMs), to: at(fromMs + span), points };
        const { series, bucketSeconds } = await history(query);
        seen.add(bucketSeconds);
        for (const bucket of series[0]?.buckets ?? []) {
          const start = Date.parse(bucket.from);
          const own = runs.filter(({ slotMs }) => slotMs >= start && slotMs < start + bucketSeconds * 1000);
          const sorted = own.map(({ durationMs }) => durationMs).sort((one, two) => one - two);
          expect(bucket.healthy).toBe(own.length);
          if (own.length === 0) expect(bucket.p50Ms).toBeNull();
          else
            for (const [q, told] of [
              [0.5, bucket.p50Ms],
              [0.95, bucket.p95Ms],
              [0.99, bucket.p99Ms],
            ] as const) {
              const exact = sorted[Math.ceil(q * sorted.length - 1e-9) - 1] ?? NaN;
              expect(Math.abs((told ?? NaN) - exact) / exact).toBeLessThan(0.01);
            }
        }
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(Math.min(...seen)).toBeLessThan(3600);
    expect(Math.max(...seen)).toBeGreaterThanOrEqual(86_400);
  });

  it('takes the open hour from its runs and the others from rollups', async () => {
    const slice = await ownSlice();
    const slots = [thisHour - 30 * hourMs, thisHour - 29 * hourMs, thisHour - 2 * hourMs, Date.now() - 1000];
    await ship(slice, slots);
    await catchUp();
    // What was rolled up is not asked of the runs again.
    await hub.database.query(`DELETE FROM results USING slices WHERE slice_number = number AND id = $1 AND slot < $2`, [
      slice,
      new Date(thisHour - hourMs),
    ]);
    for (const points of [10, 100]) {
      const query = { sliceId: slice, from: at(thisDay - 4 * dayMs), to: at(Date.now()), points };
      const { series } = await history(query);
      expect(series[0]?.buckets.reduce((sum, bucket) => sum + runsIn(bucket), 0)).toBe(4);
    }
  });

  it('shows facts and assertions in every tier', async () => {
    const slice = await ownSlice();
    const facts = { 'response.bodyBytes': 1000, 'response.httpVersion': '1.1', 'response.bodyCut': false };
    const failed = {
      collector: 0,
      assertion: 1,
      passed: false,
      severity: 'degraded',
      expected: 'Body size < 500',
      actual: '1000',
    } as const;
    await ship(
      slice,
      Array.from({ length: 20 }, (_, index) => thisHour - 50 * hourMs + index * 60_000),
      { facts },
    );
    await ship(slice, [thisHour - 49 * hourMs], {
      facts: { ...facts, 'response.bodyBytes': 3000, 'response.httpVersion': '2' },
      verdict: 'degraded',
      assertions: [failed],
    });
    const failure = { side: 'target', code: 'connect_refused', message: 'no' } as const;
    await ship(slice, [thisHour - 49 * hourMs + 60_000], { facts: {}, verdict: 'unhealthy', failure });
    await catchUp();
    for (const [points, span] of [
      [10, 40 * dayMs],
      [100, 4 * dayMs],
      [2000, 4 * dayMs],
    ] as const) {
      const query = { sliceId: slice, from: at(Date.now() - span), to: at(Date.now()), points, assertions: 'true' };
      const read = async (fact: string): Promise<HistoryBucket[]> =>
        (await history({ ...query, fact })).series[0]?.buckets ?? [];
      const bytes = await read('response.bodyBytes');
      const numbers = bytes.flatMap(({ fact }) => fact?.numbers ?? []);
      expect(numbers.reduce((sum, { count }) => sum + count, 0)).toBe(21);
      expect(Math.max(...numbers.map(({ max }) => max))).toBe(3000);
      expect(bytes.reduce((sum, { assertions }) => sum + (assertions?.evaluated ?? 0), 0)).toBe(21);
      expect(bytes.flatMap(({ assertions }) => assertions?.failed ?? [])).toEqual([
        { collector: 0, assertion: 1, expected: 'Body size < 500', count: 1 },
      ]);
      const versions = (await read('response.httpVersion')).flatMap(({ fact }) => fact?.values ?? []);
      const count = (version: string): number =>
        versions.filter(({ value }) => value === version).reduce((sum, one) => sum + one.count, 0);
      expect([count('1.1'), count('2')]).toEqual([20, 1]);
      expect((await read('response.bodyCut')).flatMap(({ fact }) => fact?.values ?? [])[0]?.value).toBe('false');
    }
  });

  it('merges slices by what they have in common', async () => {
    const oslo = await enrolSatellite(hub, 'oslo');
    const { checkId, systemId, sliceIds } = await watchSystem(hub, [satellite, oslo]);
    await using other = await connect(hub, oslo);
    const slotMs = thisHour - 30 * hourMs;
    await ship(sliceIds[0] ?? '', [slotMs], { durationMs: 10 });
    await other.ship([
      sampleResult({ slice: sliceIds[1] ?? '', slotMs, startedAtMs: slotMs, monotonicMs: 0, durationMs: 1000 }),
    ]);
    await catchUp();
    const span = { from: at(slotMs), to: at(slotMs + 20 * hourMs), points: 10 };
    const merged = await history({ checkId, by: 'check', ...span });
    expect(merged.series.map(({ of, slice }) => [of.id, slice])).toEqual([[checkId, null]]);
    expect(merged.series[0]?.buckets[0]).toMatchObject({ healthy: 2, minMs: 10, maxMs: 1000 });
    const places = await history({ systemId, by: 'location', ...span });
    expect(places.series.map(({ of }) => of.name)).toEqual(["frankfurt's place", "oslo's place"]);
    expect((await history({ locationId: oslo.locationId, ...span })).series).toHaveLength(1);
  });

  it('has nothing that is older than it is kept', async () => {
    const slice = await ownSlice();
    await ship(slice, [thisHour - 50 * hourMs]);
    await catchUp();
    const query = { sliceId: slice, from: at(thisDay - 10 * dayMs), to: at(Date.now()), points: 10 };
    const count = async (): Promise<number> =>
      ((await history(query)).series[0]?.buckets ?? []).reduce((sum, bucket) => sum + runsIn(bucket), 0);
    expect(await count()).toBe(1);
    await hub.database.query(
      `UPDATE assignments SET retention_days = 1, hourly_retention_days = 1, daily_retention_days = 1
       WHERE id = (SELECT assignment_id FROM slices WHERE id = $1)`,
      [slice],
    );
    expect(await count()).toBe(0);
  });
});
