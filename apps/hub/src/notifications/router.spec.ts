import { randomUUID } from 'node:crypto';
import { routes } from '@checkstack/api';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Client } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';

let hub: TestHub;
let reader: Client;
beforeAll(async () => {
  hub = await startTestHub();
  reader = await hub.signIn('viewer');
  await reader.call(routes.subscriptions.create, { body: { target: { kind: 'everything' }, families: ['platform'] } });
});
afterAll(() => hub[Symbol.asyncDispose]());

const until = (isSo: () => Promise<boolean>): Promise<void> =>
  vi.waitFor(async () => expect(await isSo()).toBe(true), { timeout: 60_000, interval: 50 });

/** Events about so many subjects, one after the other, in as many rounds. */
async function write(subjects: string[], rounds: number): Promise<void> {
  await hub.database.query(
    `INSERT INTO events (type, subject_kind, subject_id, payload)
     SELECT 'platform', 'sweep', id, jsonb_build_object('what', 'told', 'title', 'Round ' || round)
     FROM generate_series(1, $2) AS round, unnest($1::uuid[]) WITH ORDINALITY AS s (id, place) ORDER BY round, place`,
    [subjects, rounds],
  );
}

async function isDrained(): Promise<boolean> {
  const { rows } = await hub.database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM events WHERE processed_at IS NULL',
  );
  return rows[0]?.count === 0;
}

async function told(): Promise<{ key: string; count: number; title: string; titles: string[] }[]> {
  const { rows } = await hub.database.query<{ key: string; count: number; title: string; titles: string[] }>(
    `SELECT collapse_key AS key, count, message->>'title' AS title,
       ARRAY(SELECT e->>'title' FROM jsonb_array_elements(entries) e) AS titles
     FROM notifications WHERE collapse_key LIKE 'sweep:%'`,
  );
  return rows;
}

it('tells each event once and in its order, whichever hub it is that dies in the middle', async () => {
  await using replica = await hub.replica();
  expect((await replica.anonymous.fetch('/healthz')).ok).toBe(true);
  const subjects = Array.from({ length: 400 }, () => randomUUID());
  const rounds = 5;
  await write(subjects, rounds);
  // Whoever routes loses its connection, again and again, before it could commit.
  let cuts = 0;
  await until(async () => {
    if (await isDrained()) return true;
    if (cuts >= 5) return false;
    const { rowCount } = await hub.database.query(
      `SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.objid = 7226011 AND l.granted AND a.datname = current_database()`,
    );
    cuts += rowCount ?? 0;
    return false;
  });
  expect(cuts).toBeGreaterThan(0);
  const notifications = await told();
  expect(notifications.map(({ key }) => key).toSorted()).toEqual(subjects.map((id) => `sweep:${id}`).toSorted());
  const inOrder = Array.from({ length: rounds }, (_, index) => `Round ${rounds - index}`);
  for (const { count, title, titles } of notifications)
    expect({ count, title, titles }).toEqual({ count: rounds, title: `Round ${rounds}`, titles: inOrder });
}, 60_000);

it('leaves an event behind that cannot be told, and tells those around it', async () => {
  const [before, after] = [randomUUID(), randomUUID()];
  await write([before], 1);
  await hub.database.query(
    `INSERT INTO events (type, subject_kind, subject_id, payload)
     VALUES ('platform', 'sweep', $1, jsonb_build_object('what', 'told', 'title', 'Too long', 'text', repeat('x', 10)))`,
    [randomUUID()],
  );
  // Nobody makes such a row; the check stands for whatever the tables do not take.
  await hub.database.query(
    `ALTER TABLE notifications ADD CONSTRAINT taken CHECK (message->>'title' <> 'Too long') NOT VALID`,
  );
  await write([after], 1);
  await until(isDrained);
  await hub.database.query('ALTER TABLE notifications DROP CONSTRAINT taken');
  const keys = (await told()).map(({ key }) => key);
  expect(keys).toContain(`sweep:${before}`);
  expect(keys).toContain(`sweep:${after}`);
});

it('does not leave one behind whose transaction committed late', async () => {
  const [late, early] = [randomUUID(), randomUUID()];
  await hub.database.query('BEGIN');
  await write([late], 1);
  await hub.admin.call(routes.systems.create, { body: { name: 'between' } });
  const other = await hub.replica();
  await other[Symbol.asyncDispose]();
  await hub.database.query('COMMIT');
  await write([early], 1);
  await until(async () => (await told()).filter(({ key }) => key.endsWith(late) || key.endsWith(early)).length === 2);
});
