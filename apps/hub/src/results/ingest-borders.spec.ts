// What ingest keeps to itself, and what it keeps out of its transaction.
import { routes } from '@checkstack/api';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem } from '../testing/watched-system.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

it('notifies nobody inside the transaction that stores results: sessions would wait for each other', async () => {
  const satellite = await enrolSatellite(hub, 'quiet');
  const { sliceIds } = await watchSystem(hub, [satellite]);
  const said = new Map<unknown, string[]>();
  const { query: original } = Client.prototype as unknown as Record<'query', (...given: unknown[]) => never>;
  const recording = vi.spyOn(Client.prototype, 'query').mockImplementation(function (
    this: Client,
    ...given: unknown[]
  ) {
    const [first] = given as [string | { text?: string }];
    said.set(this, [...(said.get(this) ?? []), typeof first === 'string' ? first : (first.text ?? '')]);
    return original.apply(this, given);
  });
  await using fake = await connect(hub, satellite);
  await fake.ship(runsOf(sliceIds[0] ?? '', ['healthy', 'unhealthy', 'unhealthy']));
  const notified = [...said.values()].flat().some((statement) => /notify/i.test(statement));
  recording.mockRestore();
  const transactions = [...said.values()].flatMap((statements) =>
    statements
      .join(';\n')
      .split(/^BEGIN/m)
      .slice(1)
      .map((text) => text.split(/^COMMIT/m)[0] ?? ''),
  );
  const stores = transactions.filter((text) => text.includes('COPY results'));
  expect(stores).toHaveLength(1);
  expect(stores[0]).toContain('state_intervals');
  expect(stores.filter((text) => /notify/i.test(text))).toEqual([]);
  expect(notified).toBe(true);
});

it('tells nobody the numbers that stand for slices and satellites in the database: a restored one gives them to others', async () => {
  await hub.database.query('ALTER TABLE slices ALTER COLUMN number RESTART WITH 1987654321');
  await hub.database.query('ALTER TABLE satellites ALTER COLUMN number RESTART WITH 1876543210');
  const satellite = await enrolSatellite(hub, 'numbered');
  const { sliceIds } = await watchSystem(hub, [satellite]);
  const sliceId = sliceIds[0] ?? '';
  await using fake = await connect(hub, satellite);
  await fake.ship(runsOf(sliceId, ['healthy', 'unhealthy']));
  const to = new Date(Date.now() + 60_000).toISOString();
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const answers = [
    await hub.admin.call(routes.results.slices, { query: {} }),
    await hub.admin.call(routes.results.runs, { query: { sliceId } }),
    await hub.admin.call(routes.results.history, { query: { sliceId, from, to } }),
    await hub.admin.call(routes.results.intervals, { query: { sliceId } }),
    await hub.admin.call(routes.satellites.read, { params: { id: satellite.id } }),
    fake.received('welcome'),
    fake.received('rosterUpdate'),
    fake.received('ack'),
  ];
  const told = JSON.stringify(answers);
  expect(told).toContain(sliceId);
  expect(told).not.toMatch(/198765432|187654321/);
});
