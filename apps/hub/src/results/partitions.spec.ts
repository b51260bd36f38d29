import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { enrolSatellite, watchSystem } from '../testing/watched-system.js';
import { dayAfter, partitionOf } from './partition-days.js';
import { Partitions } from './partitions.js';

let hub: TestHub;
/** Longer than a busy machine takes. */
const patience = { timeout: 10_000 };

beforeAll(async () => {
  hub = await startTestHub();
  // The job's own first run is over.
  await vi.waitFor(async () => {
    const { rowCount } = await hub.database.query(`SELECT FROM jobs WHERE name = 'results-partitions'`);
    if (rowCount !== 1) throw new Error('The job has not run yet.');
  }, patience);
});
afterAll(() => hub[Symbol.asyncDispose]());

const today = (): string => new Date().toISOString().slice(0, 10);

async function attached(): Promise<string[]> {
  const { rows } = await hub.database.query<{ name: string }>(
    `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'results'::regclass ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

it('has a partition for every day that results may fall on', async () => {
  expect(await attached()).toEqual(Array.from({ length: 11 }, (_, index) => partitionOf(dayAfter(today(), index - 3))));
});

it('drops the days that no assignment keeps, and what an interrupted drop left behind', async () => {
  await watchSystem(hub, [await enrolSatellite(hub, 'frankfurt')]);
  await hub.database.query('UPDATE assignments SET retention_days = 20');
  const days = [-19, -21, -40].map((offset) => dayAfter(today(), offset));
  for (const day of days) {
    await hub.database.query(
      `CREATE TABLE ${partitionOf(day)} PARTITION OF results FOR VALUES FROM ('${day}') TO ('${dayAfter(day)}')`,
    );
  }
  const leftOver = partitionOf(dayAfter(today(), -50));
  await hub.database.query(`CREATE TABLE ${leftOver} (LIKE results INCLUDING ALL)`);
  await hub.app.get(Partitions).dropExpired();
  expect((await attached()).slice(0, 2)).toEqual([partitionOf(days[0]!), partitionOf(dayAfter(today(), -3))]);
  const { rows } = await hub.database.query(`SELECT relname FROM pg_class WHERE relname = $1`, [leftOver]);
  expect(rows).toEqual([]);
});

it('can be asked for again, by every replica that starts', async () => {
  const before = await attached();
  await hub.app.get(Partitions).prepare();
  expect(await attached()).toEqual(before);
});

it('gives back the room in the index of a day that is complete', async () => {
  const day = dayAfter(today(), -4);
  const name = partitionOf(day);
  await hub.database.query(
    `CREATE TABLE ${name} PARTITION OF results FOR VALUES FROM ('${day}') TO ('${dayAfter(day)}');
     INSERT INTO results (slice_number, slot, attempt, verdict, satellite_number, started_at, duration_ms)
     SELECT slice, '${day}'::timestamptz + make_interval(secs => slot), 0, 0, 1, now(), 1
     FROM generate_series(1, 200) AS slot, generate_series(1, 200) AS slice`,
  );
  const size = async (): Promise<number> => {
    const { rows } = await hub.database.query<{ bytes: number }>(`SELECT pg_indexes_size('${name}')::int AS bytes`);
    return rows[0]?.bytes ?? 0;
  };
  const before = await size();
  await hub.app.get(Partitions).rebuildIndex();
  expect(await size()).toBeLessThan(before * 0.95);
});
