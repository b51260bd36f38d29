// What happens to results when the database, or another hub, is in trouble.
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem, type EnrolledSatellite } from '../testing/watched-system.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let slice: string;
beforeAll(async () => {
  hub = await startTestHub({ logLevel: 'fatal' });
  satellite = await enrolSatellite(hub, 'frankfurt');
  slice = (await watchSystem(hub, [satellite])).sliceIds[0] ?? '';
});
afterAll(() => hub[Symbol.asyncDispose]());

async function storedAttempts(): Promise<number[]> {
  const { rows } = await hub.database.query<{ attempt: number }>('SELECT attempt FROM results ORDER BY attempt');
  return rows.map(({ attempt }) => attempt);
}

it('are stored once although the sessions of the hub are cut again and again', async () => {
  await using fake = await connect(hub, satellite);
  const attempts = Array.from({ length: 60 }, (_, index) => index);
  for (const attempt of attempts) {
    const shipped = fake.ship(runsOf(slice, ['healthy'], { attempt }));
    if (attempt % 10 === 5) {
      await hub.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'checkstack-hub'`,
      );
    }
    await shipped;
  }
  expect(await storedAttempts()).toEqual(attempts);
});

it('do not wait for a hub that froze in the middle of a transaction', async () => {
  await using fake = await connect(hub, satellite);
  const before = await storedAttempts();
  const frozen = new Client({ connectionString: hub.databaseUrl, application_name: 'checkstack-hub' });
  await frozen.connect();
  const ended = new Promise<void>((resolve) => frozen.on('error', () => undefined).once('end', resolve));
  await frozen.query('BEGIN');
  await frozen.query('SELECT FROM satellites WHERE id = $1 FOR UPDATE', [satellite.id]);
  const { sequence, stream } = fake.sendRecords(runsOf(slice, ['healthy'], { attempt: 100 }));
  await Promise.all([ended, fake.acknowledged(sequence, stream, 19_000)]);
  expect(await storedAttempts()).toEqual([...before, 100]);
  await frozen.end().catch(() => undefined);
});

it('do not wait for an edit that has just referred to what they change: it may be waiting for them', async () => {
  const { sliceIds, systemId } = await watchSystem(hub, [satellite]);
  await using fake = await connect(hub, satellite);
  const editing = new Client({ connectionString: hub.databaseUrl });
  await editing.connect();
  try {
    await editing.query('BEGIN');
    // As the foreign keys of a new assignment do.
    for (const table of ['checks', 'systems', 'assignments', 'slices'])
      await editing.query(`SELECT FROM ${table} FOR KEY SHARE`);
    await fake.ship(runsOf(sliceIds[0] ?? '', ['unhealthy']));
    const { rows } = await hub.database.query('SELECT state FROM systems WHERE id = $1', [systemId]);
    expect(rows).toEqual([{ state: 2 }]);
  } finally {
    await editing.end();
  }
});
