import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { enrolSatellite } from '../testing/watched-system.js';
import { judgePresence } from './presence.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

it('holds the time in which nobody watched, because hubs or database were away, against no satellite', async () => {
  const { id } = await enrolSatellite(hub, 'unheard');
  // In one transaction, which the hub's own watch waits for.
  await hub.app.get(DataSource).transaction(async (manager) => {
    const watched = (sinceSeconds: number, atSeconds: number): Promise<unknown> =>
      manager.query(
        `INSERT INTO settings (key, value) VALUES ('watch', jsonb_build_object(
           'since', now() - make_interval(secs => $1), 'at', now() - make_interval(secs => $2)))
         ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
        [sinceSeconds, atSeconds],
      );
    await watched(7_200, 3_600);
    await manager.query(`UPDATE satellites SET online = true, last_seen_at = now() - interval '1 hour' WHERE id = $1`, [
      id,
    ]);
    expect(await judgePresence(manager)).toEqual([]);
    await watched(7_200, 2);
    expect(await judgePresence(manager)).toEqual([id]);
  });
});
