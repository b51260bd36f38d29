import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub, type TestReplica } from '../testing/test-hub.js';
import { HubClock } from './hub-clock.js';
import { Jobs } from './jobs.js';
import { Notices } from './notices.js';
import { Replica } from './replica.js';

let hub: TestHub;
let other: TestReplica;
beforeAll(async () => {
  hub = await startTestHub();
  other = await hub.replica();
  await hub.database.query('CREATE TABLE done (job text, by text, slot timestamptz)');
});
afterAll(() => hub[Symbol.asyncDispose]());

async function done(job: string): Promise<{ by: string; slot: Date }[]> {
  const { rows } = await hub.database.query<{ by: string; slot: Date }>('SELECT by, slot FROM done WHERE job = $1', [
    job,
  ]);
  return rows;
}

describe('a job', () => {
  const start = (replica: TestReplica, name: string, by: string, schedule: Parameters<Jobs['every']>[1]): void =>
    replica.app
      .get(Jobs)
      .every(name, schedule, (manager) =>
        manager.query('INSERT INTO done SELECT name, $2, slot FROM jobs WHERE name = $1', [name, by]),
      );

  it('runs once for each due time, on whichever replica', async () => {
    start(hub, 'shared', 'one', { everySeconds: 1 });
    start(other, 'shared', 'other', { everySeconds: 1 });
    await expect.poll(async () => (await done('shared')).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    const slots = (await done('shared')).map(({ slot }) => slot.getTime());
    expect(new Set(slots).size).toBe(slots.length);
  });

  it('that nobody ran when it was due is made up for, once', async () => {
    const longAgo = { cron: '0 0 1 1 *' };
    [hub, other].forEach((replica, index) => start(replica, 'yearly', String(index), longAgo));
    await expect.poll(async () => (await done('yearly')).length).toBe(1);
    start(other, 'yearly', 'again', longAgo);
    start(hub, 'marker', 'one', longAgo);
    await expect.poll(async () => (await done('marker')).length).toBe(1);
    expect(await done('yearly')).toHaveLength(1);
  });

  it('that fails is not done, and is tried again', async () => {
    let attempts = 0;
    hub.app.get(Jobs).every('failing', { everySeconds: 1 }, async (manager) => {
      await manager.query(`INSERT INTO done VALUES ('failing', $1, now())`, [String(++attempts)]);
      if (attempts === 1) throw new Error('not yet');
    });
    await expect.poll(async () => (await done('failing')).map(({ by }) => by), { timeout: 10_000 }).toContain('2');
    expect((await done('failing')).map(({ by }) => by)).not.toContain('1');
  });
});

describe('a replica', () => {
  it('is alive while it runs, and gone when it ends', async () => {
    const third = await hub.replica();
    const { id } = third.app.get(Replica);
    const one = hub.app.get(Replica);
    expect(await one.isAlive(id)).toBe(true);
    await third[Symbol.asyncDispose]();
    expect(await one.isAlive(id)).toBe(false);
    expect(await one.isAlive(randomUUID())).toBe(false);
  });

  it('reads the clock of the database', async () => {
    const { rows } = await hub.database.query<{ ms: number }>(
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    expect(Math.abs(hub.app.get(HubClock).now() - (rows[0]?.ms ?? 0))).toBeLessThan(1_000);
  });
});

describe('a notice', () => {
  it('reaches every replica, the sender too, when its transaction commits', async () => {
    const heard: string[] = [];
    hub.app
      .get(Notices)
      .on('changed')
      .subscribe(({ id }) => heard.push(`one ${id}`));
    other.app
      .get(Notices)
      .on('changed')
      .subscribe(({ id }) => heard.push(`other ${id}`));
    await hub.app.get(Notices).publish('changed', { thing: 'system', id: 'a' });
    await expect.poll(() => [...heard].sort()).toEqual(['one a', 'other a']);
  });

  it('may be missed: when the line to the database is back, everybody is told so', async () => {
    let missed = 0;
    other.app.get(Notices).missed$.subscribe(() => missed++);
    await hub.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'checkstack-listen'`,
    );
    await expect.poll(() => missed, { timeout: 10_000 }).toBe(1);
    const heard: string[] = [];
    other.app
      .get(Notices)
      .on('changed')
      .subscribe(({ id }) => heard.push(id));
    await hub.app.get(Notices).publish('changed', { thing: 'system', id: 'b' });
    await expect.poll(() => heard).toEqual(['b']);
  });
});
