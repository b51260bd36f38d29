import { routes, type Alert, type Notification } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import type { FakeSatellite } from '@checkstack/link/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Client } from '../testing/client.js';
import { LiveClient } from '../testing/live-client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';
import { Due } from './alerts/due.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let fake: FakeSatellite;
beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt');
  fake = await connect(hub, satellite);
});
afterAll(async () => {
  await fake[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

let person: Client;
let watched: WatchedSystem;
let slotMs: number;
beforeEach(async () => {
  person = await hub.signIn('viewer');
  watched = await watchSystem(hub, [satellite], { thresholds: { healthy: 1, degraded: 1, unhealthy: 1 } });
  slotMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  await turn('healthy');
});

const target = (): { kind: 'system'; id: string } => ({ kind: 'system', id: watched.systemId });
const idOf = async (client: Client): Promise<string> => (await client.call(routes.session.read)).user.id;
const name = (): Promise<string> =>
  hub.admin.call(routes.systems.read, { params: { id: watched.systemId } }).then((system) => system.name);

/** One run each, a second apart, of the system in question. */
async function turn(...verdicts: Result['verdict'][]): Promise<void> {
  for (const verdict of verdicts) {
    slotMs += 1_000;
    await fake.ship(runsOf(watched.sliceIds[0] ?? '', [verdict], { slotMs }));
  }
}

const inboxOf = async (client: Client): Promise<Notification[]> => (await client.call(routes.notifications.list)).items;
const titlesOf = (notifications: Notification[]): string[] => notifications.map(({ title }) => title);

/** The newest in the inbox, once its title is this. */
async function toldOf(client: Client, title: string): Promise<Notification> {
  return vi.waitFor(
    async () => {
      const inbox = await inboxOf(client);
      expect(titlesOf(inbox)).toContain(title);
      return inbox.find((notification) => notification.title === title) as Notification;
    },
    { timeout: 10_000 },
  );
}

async function alertWith(isIt: (alert: Alert) => boolean): Promise<Alert> {
  return vi.waitFor(
    async () => {
      const { items } = await hub.admin.call(routes.alerts.list, { query: { systemId: watched.systemId } });
      expect(items.some(isIt)).toBe(true);
      return items.find(isIt) as Alert;
    },
    { timeout: 10_000 },
  );
}

/** As it is looked at every few seconds. */
const look = (): Promise<void> => hub.app.get(DataSource).transaction((manager) => hub.app.get(Due).look(manager));

describe('an alert', () => {
  it('reaches who subscribed to a group of the system, says why, grows, and ends with the recovery', async () => {
    const group = await hub.admin.call(routes.groups.create, { body: { name: `Payments ${watched.systemId}` } });
    await hub.admin.call(routes.systems.update, { params: { id: watched.systemId }, body: { groupIds: [group.id] } });
    await person.call(routes.subscriptions.create, { body: { target: { kind: 'group', id: group.id } } });
    await using live = await LiveClient.open(person, ['notifications']);
    const system = await name();

    await turn('unhealthy');
    const opened = await toldOf(person, `${system} is unhealthy`);
    expect(opened).toMatchObject({ family: 'state', importance: 'critical', count: 1, readAt: null });
    expect(opened.why).toEqual([`you are subscribed, inherited from group ${group.name}`]);
    const reach = await person.call(routes.notifications.reach, { query: { systemId: watched.systemId } });
    expect(reach.items.map(({ why }) => why)).toEqual([
      `changes of state, incidents and maintenance: inherited from group ${group.name}`,
    ]);
    expect(opened.subjects).toEqual([
      { kind: 'system', id: watched.systemId, name: system, url: `/systems/${watched.systemId}` },
    ]);
    expect(await live.next('notifications', ({ unread }) => unread === 1)).toMatchObject({ latest: opened.title });

    await person.call(routes.notifications.mark, { params: { id: opened.id }, body: { read: true } });
    await live.next('notifications', ({ unread }) => unread === 0);
    await turn('healthy');
    const recovered = await toldOf(person, `${system} has recovered`);
    expect(recovered).toMatchObject({ id: opened.id, count: 2, readAt: null, importance: 'info' });
    expect(recovered.entries.map(({ title }) => title)).toEqual([`${system} has recovered`, opened.title]);
    expect(await inboxOf(person)).toHaveLength(1);
    expect(await alertWith(({ endedAt }) => endedAt !== null)).toMatchObject({ id: opened.alertId });
  });

  it('reaches nobody who asked for graver things, for something else, or who muted the system', async () => {
    const [other, picky, muting] = await Promise.all([1, 2, 3].map(() => hub.signIn('viewer')));
    const elsewhere = await watchSystem(hub, [satellite]);
    await person.call(routes.subscriptions.create, { body: { target: target() } });
    await other!.call(routes.subscriptions.create, { body: { target: { kind: 'system', id: elsewhere.systemId } } });
    await picky!.call(routes.subscriptions.create, { body: { target: target(), leastImportance: 'critical' } });
    await muting!.call(routes.subscriptions.create, { body: { target: { kind: 'everything' } } });
    await muting!.call(routes.notifications.mute, { params: { id: watched.systemId } });
    await turn('degraded');
    await toldOf(person, `${await name()} is degraded`);
    for (const client of [other!, picky!]) expect(await inboxOf(client)).toEqual([]);
    expect(titlesOf(await inboxOf(muting!))).not.toContain(`${await name()} is degraded`);
    const reach = await muting!.call(routes.notifications.reach, { query: { systemId: watched.systemId } });
    expect(reach).toMatchObject({ muted: true, items: [{ why: expect.stringContaining('as of everything') }] });
  });

  it('reaches every member of a team, once each', async () => {
    const userId = await idOf(person);
    const team = await hub.admin.call(routes.teams.create, {
      body: { name: `Night shift ${userId}`, members: [{ userId, manager: true }] },
    });
    await person.call(routes.subscriptions.create, { body: { target: target(), teamId: team.id } });
    await person.call(routes.subscriptions.create, { body: { target: target() } });
    await turn('unhealthy');
    const system = await name();
    const { why } = await toldOf(person, `${system} is unhealthy`);
    expect(why).toEqual([`you are subscribed to ${system}`, `your team ${team.name} is subscribed to ${system}`]);
    expect(await inboxOf(person)).toHaveLength(1);
  });

  it('is not made of results that come late', async () => {
    await person.call(routes.subscriptions.create, { body: { target: target() } });
    await fake.ship(runsOf(watched.sliceIds[0] ?? '', ['unhealthy', 'unhealthy'], { slotMs: slotMs - 600_000 }));
    await turn('degraded');
    await toldOf(person, `${await name()} is degraded`);
    const all = (await inboxOf(person)).flatMap(({ entries }) => entries.map(({ title }) => title));
    expect(all).toEqual([`${await name()} is degraded`]);
  });

  it('is acknowledged once, after which nobody is reminded and no step is taken', async () => {
    const [boss, editor] = [await hub.signIn('viewer'), await hub.signIn('editor')];
    const steps = [{ afterMinutes: 0, userIds: [await idOf(boss)] }];
    await hub.admin.call(routes.escalationPolicies.create, {
      body: { name: `On call ${watched.systemId}`, target: target(), steps },
    });
    await person.call(routes.subscriptions.create, { body: { target: target(), reminderMinutes: 5 } });
    const system = await name();
    await turn('unhealthy');
    await toldOf(person, `${system} is unhealthy`);
    await look();
    const escalated = await toldOf(boss, `${system} is unhealthy, and nobody has acknowledged it`);
    expect(escalated.why).toEqual([`you are a step of the escalation policy On call ${watched.systemId}`]);
    await makeDue();
    await look();
    expect((await inboxOf(person))[0]).toMatchObject({
      title: expect.stringContaining('is still unhealthy'),
      count: 2,
    });

    const { id } = await alertWith(({ endedAt }) => endedAt === null);
    const acknowledged = await editor.call(routes.alerts.acknowledge, { params: { id } });
    expect(acknowledged.acknowledgedBy).toBe('editor');
    expect((await hub.admin.call(routes.alerts.acknowledge, { params: { id } })).acknowledgedBy).toBe('editor');
    await makeDue();
    await look();
    expect((await inboxOf(person))[0]).toMatchObject({ count: 2 });
    await turn('healthy');
    for (const client of [person, boss]) await toldOf(client, `${system} has recovered`);
  });

  const makeDue = (): Promise<unknown> =>
    hub.database.query(`UPDATE alert_recipients SET remind_at = now() - interval '1 minute'`);

  it('is acknowledged with the incident of its system', async () => {
    await turn('unhealthy');
    await alertWith(({ endedAt }) => endedAt === null);
    const incident = await hub.admin.call(routes.incidents.create, {
      body: { title: 'Cards fail', systems: [{ systemId: watched.systemId, impact: 'outage' }] },
    });
    await hub.admin.call(routes.incidents.acknowledge, { params: { id: incident.id } });
    await alertWith(({ acknowledgedAt }) => acknowledgedAt !== null);
  });
});

describe('what is kept quiet', () => {
  it('by an incident is recorded with its reason, and told when the incident ends while it is still down', async () => {
    await person.call(routes.subscriptions.create, { body: { target: target(), families: ['state'] } });
    const incident = await hub.admin.call(routes.incidents.create, {
      body: {
        title: 'Cards fail',
        suppressNotifications: true,
        systems: [{ systemId: watched.systemId, impact: 'outage' }],
      },
    });
    await turn('unhealthy');
    const text = 'Kept quiet because the incident “Cards fail” is open.';
    const alert = await alertWith(({ quiet }) => quiet !== null);
    expect(alert).toMatchObject({ toldAt: null, quiet: { kind: 'incident', id: incident.id, text } });
    await look();
    const { items } = await hub.admin.call(routes.alerts.keptQuiet, { query: { systemId: watched.systemId } });
    const system = await name();
    expect(items).toMatchObject([{ title: `${system} is unhealthy`, alertId: alert.id, quiet: { text } }]);
    expect(await inboxOf(person)).toEqual([]);

    await hub.admin.call(routes.incidents.update, { params: { id: incident.id }, body: { status: 'resolved' } });
    await toldOf(person, `${system} is unhealthy`);
    expect(await alertWith(({ id }) => id === alert.id)).toMatchObject({ quiet: null, toldAt: expect.any(String) });
  });

  it('never is the recovery of what was told as down', async () => {
    await person.call(routes.subscriptions.create, { body: { target: target(), families: ['state'] } });
    await turn('unhealthy');
    const system = await name();
    await toldOf(person, `${system} is unhealthy`);
    await hub.admin.call(routes.incidents.create, {
      body: {
        title: 'Too late',
        suppressNotifications: true,
        systems: [{ systemId: watched.systemId, impact: 'outage' }],
      },
    });
    await turn('healthy');
    await toldOf(person, `${system} has recovered`);
  });

  it('is what a system only inherits, unless dependencies are what was asked for', async () => {
    const above = watched;
    const below = await watchSystem(hub, [satellite], { thresholds: { healthy: 1, degraded: 1, unhealthy: 1 } });
    await fake.ship(runsOf(below.sliceIds[0] ?? '', ['healthy'], { slotMs }));
    await hub.admin.call(routes.dependencies.create, {
      body: { downstreamId: below.systemId, upstreamId: above.systemId },
    });
    const curious = await hub.signIn('viewer');
    const id = below.systemId;
    await person.call(routes.subscriptions.create, { body: { target: { kind: 'system', id }, families: ['state'] } });
    await curious.call(routes.subscriptions.create, {
      body: { target: { kind: 'system', id }, families: ['dependency'] },
    });
    await turn('unhealthy');
    const [upstream, downstream] = [await name(), await nameOf(id)];
    await toldOf(curious, `${downstream} is unhealthy because of ${upstream}`);
    expect(await inboxOf(person)).toEqual([]);
    const { items } = await hub.admin.call(routes.alerts.keptQuiet, { query: { systemId: id } });
    expect(items).toMatchObject([{ quiet: { kind: 'dependency', id: above.systemId } }]);
    await turn('healthy');
    await toldOf(curious, `${downstream} has recovered`);
    expect(await inboxOf(person)).toEqual([]);
  });

  const nameOf = async (id: string): Promise<string> =>
    (await hub.admin.call(routes.systems.read, { params: { id } })).name;
});

it('tells of satellites that go and come', async () => {
  await person.call(routes.subscriptions.create, {
    body: { target: { kind: 'everything' }, families: ['satellite'] },
  });
  const berlin = await enrolSatellite(hub, 'berlin');
  const other = await connect(hub, berlin);
  const isSo = (condition: string): Promise<void> =>
    vi.waitFor(
      async () => {
        const found = await hub.database.query(`SELECT FROM satellites WHERE id = $1 AND ${condition}`, [berlin.id]);
        expect(found.rowCount).toBe(1);
      },
      { timeout: 10_000 },
    );
  await isSo('told_online');
  await other.disconnect({ reason: 'stopping' });
  await isSo('NOT online');
  await hub.database.query(`UPDATE satellites SET last_seen_at = now() - interval '1 hour' WHERE id = $1`, [berlin.id]);
  const offline = await toldOf(person, 'Satellite berlin is offline');
  expect(offline).toMatchObject({ family: 'satellite', importance: 'warning', count: 1 });
  await using back = await connect(hub, berlin);
  await toldOf(person, 'Satellite berlin is online again');
  expect(back).toBeDefined();
});

it('tells of a hub that is gone without a word', async () => {
  await person.call(routes.subscriptions.create, { body: { target: { kind: 'everything' }, families: ['platform'] } });
  await hub.database.query(
    `INSERT INTO replicas (id, hostname, version, lease_until) VALUES (gen_random_uuid(), 'hub-7', '0', now() - interval '2 minutes')`,
  );
  await toldOf(person, 'The hub on hub-7 is gone');
});

describe('what leaves', () => {
  async function destinationOf(client: Client): Promise<string> {
    const userId = await idOf(client);
    const { rows } = await hub.database.query<{ id: string }>(
      `WITH channel AS (INSERT INTO channels (name, kind, config, enabled) VALUES ($1::text, 'webhook', '{}', true) RETURNING id),
         -- Nothing is sent here: what waits is looked at.
         lane AS (INSERT INTO delivery_lanes (id, paused_until) SELECT id, 'infinity' FROM channel)
       INSERT INTO destinations (channel_id, user_id, address, enabled) SELECT id, $2, '{}', true FROM channel RETURNING id`,
      [`channel of ${userId}`, userId],
    );
    return rows[0]?.id ?? '';
  }

  interface Waiting {
    title: string;
    url: string;
    /** Minutes from now. */
    waits: number;
    state: string;
  }

  async function waiting(destinationId: string): Promise<Waiting[]> {
    const { rows } = await hub.database.query<Waiting>(
      `SELECT message->>'title' AS title, message->'action'->>'url' AS url, state,
         (extract(epoch FROM due_at - now()) / 60)::float8 AS waits
       FROM deliveries WHERE destination_id = $1 ORDER BY number`,
      [destinationId],
    );
    return rows;
  }

  it('leaves at once, with addresses that lead here from anywhere', async () => {
    const destination = await destinationOf(person);
    await person.call(routes.subscriptions.create, { body: { target: target() } });
    await turn('unhealthy');
    const system = await name();
    await vi.waitFor(async () => expect(await waiting(destination)).toHaveLength(1), { timeout: 10_000 });
    const [delivery] = await waiting(destination);
    expect(delivery).toMatchObject({ title: `${system} is unhealthy`, url: `${hub.url}/systems/${watched.systemId}` });
    expect(delivery?.waits).toBeLessThan(1);
  });

  it('waits for the end of quiet hours, the latest in place of what it follows, while the inbox has it', async () => {
    const destination = await destinationOf(person);
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString().slice(11, 16);
    const quietHours = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: inAnHour }];
    const body = {
      timeZone: 'UTC',
      quietHours: inAnHour < '01:00' ? [{ ...quietHours[0]!, from: '22:00' }] : quietHours,
    };
    await person.call(routes.notifications.changeSettings, { body });
    await person.call(routes.subscriptions.create, { body: { target: target() } });
    const system = await name();
    await turn('degraded');
    await toldOf(person, `${system} is degraded`);
    await turn('healthy');
    await toldOf(person, `${system} has recovered`);
    const before = await waiting(destination);
    expect(before.map(({ title, state }) => [title, state])).toEqual([
      [`${system} is degraded`, 'superseded'],
      [`${system} has recovered`, 'waiting'],
    ]);
    expect(before[1]?.waits).toBeGreaterThan(55);
    // What is critical may pass.
    await turn('unhealthy');
    await toldOf(person, `${system} is unhealthy`);
    const after = (await waiting(destination)).filter(({ state }) => state === 'waiting');
    expect(after.map(({ title }) => title)).toEqual([`${system} is unhealthy`]);
    expect(after[0]?.waits).toBeLessThan(1);
  });
});
