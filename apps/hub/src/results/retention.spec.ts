import { routes } from '@checkstack/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { enrolSatellite, watchSystem, type EnrolledSatellite } from '../testing/watched-system.js';
import { dayAfter, partitionOf } from './partition-days.js';
import { Retention } from './retention.js';
import { dayMs } from './rollup/tiers.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
const today = new Date().toISOString().slice(0, 10);

beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt');
  for (const day of [-4, -5, -6, -7, -8, -9].map((offset) => dayAfter(today, offset)))
    await hub.database.query(
      `CREATE TABLE ${partitionOf(day)} PARTITION OF results FOR VALUES FROM ('${day}') TO ('${dayAfter(day)}')`,
    );
});
afterAll(() => hub[Symbol.asyncDispose]());

/** A slice with a run, an hour and a day at each of these ages. */
async function sliceWith(
  agesInDays: readonly number[],
  retention: [runs: number, hours: number, days: number],
): Promise<string> {
  const { sliceIds, assignmentId } = await watchSystem(hub, [satellite]);
  const slice = sliceIds[0] ?? '';
  await hub.database.query(
    'UPDATE assignments SET retention_days = $2, hourly_retention_days = $3, daily_retention_days = $4 WHERE id = $1',
    [assignmentId, ...retention],
  );
  const ages = agesInDays.map((days) => new Date(Date.now() - days * dayMs));
  await hub.database.query(
    `INSERT INTO results (slice_number, slot, attempt, verdict, satellite_number, started_at, duration_ms)
     SELECT number, at, 0, 0, 1, at, 1 FROM slices, unnest($2::timestamptz[]) AS at WHERE id = $1 AND at > now() - interval '9 days'`,
    [slice, ages],
  );
  for (const table of ['hourly_rollups', 'daily_rollups'])
    await hub.database.query(
      `INSERT INTO ${table} (slice_number, from_at, healthy, degraded, unhealthy, unknown, evaluated)
       SELECT number, at, 1, 0, 0, 0, 1 FROM slices, unnest($2::timestamptz[]) AS at WHERE id = $1`,
      [slice, ages],
    );
  return slice;
}

/** How many days old what is stored of the slice is. */
async function agesIn(table: string, column: string, slice: string): Promise<number[]> {
  const { rows } = await hub.database.query<{ days: number }>(
    `SELECT round(extract(epoch FROM now() - ${column}) / 86400, 1)::float8 AS days
     FROM ${table} JOIN slices ON number = slice_number WHERE id = $1 ORDER BY 1`,
    [slice],
  );
  return rows.map(({ days }) => days);
}

it('deletes what an assignment does not keep, and leaves what rollups are made of', async () => {
  const short = await sliceWith([0.5, 2.5, 4.5, 8.5, 20.5, 400.5], [1, 10, 30]);
  const long = await sliceWith([0.5, 2.5, 4.5, 8.5, 20.5, 400.5], [30, 60, 500]);
  await hub.app.get(Retention).expire();
  expect(await agesIn('results', 'slot', short)).toEqual([0.5, 2.5]);
  expect(await agesIn('results', 'slot', long)).toEqual([0.5, 2.5, 4.5, 8.5]);
  expect(await agesIn('hourly_rollups', 'from_at', short)).toEqual([0.5, 2.5, 4.5, 8.5]);
  expect(await agesIn('hourly_rollups', 'from_at', long)).toEqual([0.5, 2.5, 4.5, 8.5, 20.5]);
  expect(await agesIn('daily_rollups', 'from_at', short)).toEqual([0.5, 2.5, 4.5, 8.5, 20.5]);
  expect(await agesIn('daily_rollups', 'from_at', long)).toEqual([0.5, 2.5, 4.5, 8.5, 20.5, 400.5]);
  // Kept for rollups, and shown to nobody.
  expect((await hub.admin.call(routes.results.runs, { query: { sliceId: short } })).items).toHaveLength(1);
});

it('deletes what belonged to slices that are no more', async () => {
  const { rows } = await hub.database.query<{ number: number }>('SELECT max(number) + 1 AS number FROM slices');
  await hub.database.query(
    `INSERT INTO daily_rollups (slice_number, from_at, healthy, degraded, unhealthy, unknown, evaluated)
     VALUES ($1, now(), 1, 0, 0, 0, 1)`,
    [rows[0]?.number],
  );
  await hub.app.get(Retention).expire();
  const { rowCount } = await hub.database.query('SELECT FROM daily_rollups WHERE slice_number = $1', [rows[0]?.number]);
  expect(rowCount).toBe(0);
});
