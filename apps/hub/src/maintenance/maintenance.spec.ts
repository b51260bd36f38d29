import { routes, type Maintenance } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client, ClientRequest, Refusal } from '../testing/client.js';
import { LiveClient } from '../testing/live-client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, assign } from '../testing/things.js';
import { MaintenanceClock } from './maintenance-clock.js';
import { Maintenances } from './maintenances.service.js';

type Given = NonNullable<ClientRequest<typeof routes.maintenances.create>['body']>;

const minute = 60_000;
const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * minute).toISOString();
const soon = (): string => new Date(Date.now() + 250).toISOString();

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

function plan(given: Partial<Given> = {}, client: Client = hub.admin): Promise<Maintenance> {
  const body = { title: 'New disks', from: inMinutes(60), to: inMinutes(120), ...given };
  return client.call(routes.maintenances.create, { body });
}

function read(id: string): Promise<Maintenance> {
  return hub.admin.call(routes.maintenances.read, { params: { id } });
}

function change(
  id: string,
  body: NonNullable<ClientRequest<typeof routes.maintenances.update>['body']>,
): Promise<Maintenance> {
  return hub.admin.call(routes.maintenances.update, { params: { id }, body });
}

async function becomes(id: string, status: Maintenance['status']): Promise<Maintenance> {
  return vi.waitFor(
    async () => {
      const maintenance = await read(id);
      expect(maintenance.status).toBe(status);
      return maintenance;
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** What was written to the outbox about these, in order. */
async function eventsOf(...ids: string[]): Promise<{ id: string; what: string; at: string }[]> {
  const { rows } = await hub.database.query<{ id: string; payload: { what: string; at: string } }>(
    "SELECT subject_id AS id, payload FROM events WHERE type = 'maintenance' AND subject_id = ANY($1) ORDER BY events.id",
    [ids],
  );
  return rows.map(({ id, payload: { what, at } }) => ({ id, what, at }));
}

const whatOf = async (id: string): Promise<string[]> => (await eventsOf(id)).map(({ what }) => what);

async function refused(work: Promise<unknown>): Promise<Refusal['problem']> {
  const error = await work.then(
    () => expect.fail('It was taken.'),
    (refusal: Refusal) => refusal,
  );
  return error.problem;
}

/** Lets the clock of a hub that was away look at what it missed. */
function lookAgain(): void {
  hub.app.get(MaintenanceClock).look();
}

describe('a maintenance', () => {
  it('keeps what was entered, is edited by version, listed by phase, and logged', async () => {
    const system = await addSystem(hub.admin);
    const group = await hub.admin.call(routes.groups.create, { body: { name: 'Databases' } });
    const member = await addSystem(hub.admin, { groupIds: [group.id] });
    const created = await plan({
      description: '**Disks**',
      systemIds: [system.id],
      groupIds: [group.id],
      reminderMinutes: [30, 15],
    });
    expect(created).toMatchObject({
      title: 'New disks',
      status: 'scheduled',
      systems: [{ id: system.id }],
      groups: [{ id: group.id, name: 'Databases' }],
      suppressNotifications: true,
      excludeFromAvailability: true,
      startedAt: null,
      series: null,
      version: 1,
    });
    expect(created.affected.map((one) => one.system.id).toSorted()).toEqual([system.id, member.id].toSorted());
    const params = { id: created.id };
    const body = { title: 'Newer disks' };
    const edited = await hub.admin.call(routes.maintenances.update, { params, body, version: 1 });
    expect(edited).toMatchObject({ title: 'Newer disks', description: '**Disks**', version: 2 });
    const late = hub.admin.call(routes.maintenances.update, { params, body: { title: 'No' }, version: 1 });
    expect(await refused(late)).toMatchObject({ code: 'changed_meanwhile' });
    const upcoming = await hub.admin.call(routes.maintenances.list, {
      query: { phase: 'upcoming', systemId: member.id, search: 'newer', from: inMinutes(0), to: inMinutes(600) },
    });
    expect(upcoming.items.map(({ id }) => id)).toEqual([created.id]);
    const past = await hub.admin.call(routes.maintenances.list, { query: { phase: 'past', systemId: member.id } });
    expect(past.items).toEqual([]);
    await hub.admin.call(routes.maintenances.remove, { params, version: 2 });
    const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: created.id } });
    expect(items.map(({ action }) => action)).toEqual([
      'maintenance.delete',
      'maintenance.update',
      'maintenance.create',
    ]);
    expect(items[1]?.changes).toEqual({ title: ['New disks', 'Newer disks'] });
    expect(await whatOf(created.id)).toEqual(['scheduled', 'changed']);
  });

  it('is refused with its reason', async () => {
    const ghost = '00000000-0000-4000-8000-000000000000';
    expect(await refused(plan({ systemIds: [ghost] }))).toMatchObject({ fields: [{ path: 'systemIds.0' }] });
    expect(await refused(plan({ groupIds: [ghost] }))).toMatchObject({ fields: [{ path: 'groupIds.0' }] });
    expect(await refused(plan({ to: inMinutes(30) }))).toMatchObject({ fields: [{ path: 'to' }] });
    expect(await refused(plan({ reminderMinutes: [5, 5] }))).toMatchObject({ code: 'invalid_request' });
    const viewer = await hub.signIn('viewer');
    expect(await refused(plan({}, viewer))).toMatchObject({ code: 'not_allowed' });
    expect((await plan({}, await hub.signIn('editor'))).title).toBe('New disks');
  });

  it('begins and completes by the clock, once, whichever of two hubs does it', async () => {
    await using replica = await hub.replica();
    await using live = await LiveClient.open(await replica.signIn('viewer'), ['catalog'], replica.url);
    const system = await addSystem(hub.admin);
    const maintenances = await Promise.all(
      Array.from({ length: 5 }, () =>
        plan({ from: soon(), to: new Date(Date.now() + 600).toISOString(), systemIds: [system.id] }),
      ),
    );
    for (const { id, from, to } of maintenances) {
      const done = await becomes(id, 'completed');
      expect(done).toMatchObject({ startedAt: from, endedAt: to });
      const events = await eventsOf(id);
      expect(events.filter(({ what }) => what !== 'scheduled')).toMatchObject([
        { what: 'started', at: from },
        { what: 'completed', at: to },
      ]);
      await live.next('changed', (message) => message.thing === 'maintenance' && message.id === id);
    }
  });

  it('that a hub missed is made up for, in the order in which all should have happened', async () => {
    const [first, second, third] = await Promise.all([plan(), plan(), plan()]);
    const ids = [first.id, second.id, third.id];
    // As if they had been planned, and then no hub had run.
    const away = async (id: string, from: number, to: number): Promise<void> => {
      await hub.database.query(
        `UPDATE maintenances SET created_at = now() - interval '9 hours', from_at = now() + $2 * interval '1 minute',
           to_at = now() + $3 * interval '1 minute', next_reminder_at = now() - interval '10 minutes' WHERE id = $1`,
        [id, from, to],
      );
    };
    await hub.database.query('BEGIN');
    await away(ids[0]!, -50, 30);
    await away(ids[1]!, -60, -40);
    await away(ids[2]!, -45, -20);
    await hub.database.query('DELETE FROM events WHERE subject_id = ANY($1)', [ids]);
    await hub.database.query('COMMIT');
    lookAgain();
    await becomes(ids[0]!, 'in-progress');
    const events = await eventsOf(...ids);
    expect(events.map(({ id, what }) => `${ids.indexOf(id)} ${what}`)).toEqual([
      '1 started',
      '0 started',
      '2 started',
      '1 completed',
      '2 completed',
    ]);
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted());
  });

  it('that was over before it was entered is noted, and no news', async () => {
    const system = await addSystem(hub.admin);
    const noted = await plan({ from: inMinutes(-120), to: inMinutes(-60), systemIds: [system.id] });
    expect(noted).toMatchObject({ status: 'completed', startedAt: noted.from, endedAt: noted.to });
    expect(noted.affected).toMatchObject([{ system: { id: system.id } }]);
    expect(await whatOf(noted.id)).toEqual([]);
  });

  it('is ended early, extended and cancelled, each in its time only', async () => {
    const running = await plan({ from: inMinutes(-10) });
    expect(running.status).toBe('in-progress');
    const cancel = hub.admin.call(routes.maintenances.cancel, { params: { id: running.id } });
    expect(await refused(cancel)).toMatchObject({ code: 'not_now' });
    expect(await refused(change(running.id, { from: inMinutes(1) }))).toMatchObject({ fields: [{ path: 'from' }] });
    expect(await refused(change(running.id, { to: inMinutes(-1) }))).toMatchObject({ fields: [{ path: 'to' }] });
    const later = inMinutes(500);
    expect(await change(running.id, { to: later })).toMatchObject({ to: later, status: 'in-progress' });
    const ended = await hub.admin.call(routes.maintenances.end, { params: { id: running.id } });
    expect(ended).toMatchObject({ status: 'completed', to: later });
    expect(Date.parse(ended.endedAt ?? '')).toBeLessThan(Date.parse(later));
    const again = hub.admin.call(routes.maintenances.end, { params: { id: running.id } });
    expect(await refused(again)).toMatchObject({ code: 'not_now' });
    expect(await refused(change(running.id, { to: inMinutes(900) }))).toMatchObject({ fields: [{ path: 'to' }] });
    expect(await change(running.id, { title: 'Old disks' })).toMatchObject({ title: 'Old disks' });
    const remove = hub.admin.call(routes.maintenances.remove, { params: { id: running.id } });
    expect(await refused(remove)).toMatchObject({ code: 'not_now' });

    const planned = await plan();
    const cancelled = await hub.admin.call(routes.maintenances.cancel, { params: { id: planned.id } });
    expect(cancelled).toMatchObject({ status: 'cancelled', startedAt: null });
    expect(await whatOf(running.id)).toEqual(['started', 'changed', 'completed']);
    expect(await whatOf(planned.id)).toEqual(['scheduled', 'cancelled']);
  });

  it('reminds before it begins; of what was missed only the last', async () => {
    const { id } = await plan({ from: inMinutes(60), reminderMinutes: [90, 45, 30, 10] });
    const next = async (): Promise<number> => {
      const query =
        'SELECT extract(epoch FROM from_at - next_reminder_at)::int / 60 AS minutes FROM maintenances WHERE id = $1';
      return (await hub.database.query<{ minutes: number }>(query, [id])).rows[0]!.minutes;
    };
    expect(await next()).toBe(45);
    // Half an hour, in which no hub ran, later.
    await hub.database.query(
      "UPDATE maintenances SET from_at = from_at - interval '35 minutes', next_reminder_at = next_reminder_at - interval '35 minutes' WHERE id = $1",
      [id],
    );
    lookAgain();
    await vi.waitFor(async () => expect(await whatOf(id)).toEqual(['scheduled', 'reminder']));
    expect(await next()).toBe(10);
    const { rows } = await hub.database.query<{ minutes: number }>(
      "SELECT (payload->>'minutesBefore')::int AS minutes FROM events WHERE subject_id = $1 AND payload->>'what' = 'reminder'",
      [id],
    );
    expect(rows).toEqual([{ minutes: 25 }]);
  });
});

describe('what is in maintenance', () => {
  it('follows groups while it is in progress', async () => {
    const group = await hub.admin.call(routes.groups.create, { body: { name: 'Moving' } });
    const [stays, comes] = [await addSystem(hub.admin, { groupIds: [group.id] }), await addSystem(hub.admin)];
    const { id, affected } = await plan({ from: inMinutes(-1), groupIds: [group.id] });
    expect(affected.map(({ system }) => system.id)).toEqual([stays.id]);
    const inMaintenance = async (systemId: string): Promise<string | undefined> =>
      (await hub.admin.call(routes.systems.read, { params: { id: systemId } })).maintenance?.id;
    await hub.admin.call(routes.systems.update, { params: { id: comes.id }, body: { groupIds: [group.id] } });
    await vi.waitFor(async () => expect(await inMaintenance(comes.id)).toBe(id));
    await hub.admin.call(routes.systems.update, { params: { id: stays.id }, body: { groupIds: [] } });
    await vi.waitFor(async () => expect(await inMaintenance(stays.id)).toBeUndefined());
    await hub.admin.call(routes.groups.remove, { params: { id: group.id } });
    await vi.waitFor(async () => expect(await inMaintenance(comes.id)).toBeUndefined());
    await hub.admin.call(routes.maintenances.end, { params: { id } });
  });

  it('is shown on systems, checks, slices and the dashboard, and what is paused too', async () => {
    const location = await addLocation(hub.admin);
    const [one, other] = [await addSystem(hub.admin), await addSystem(hub.admin)];
    const check = await addCheck(hub.admin);
    for (const { id } of [one, other])
      await assign(hub.admin, { checkId: check.id, systemId: id, locationIds: [location.id] });
    const { id, to } = await plan({ from: inMinutes(-1), systemIds: [one.id], suppressNotifications: false });
    const shown = { id, title: 'New disks', until: to };
    const listed = async () => {
      const systems = await hub.admin.call(routes.systems.list, { query: { limit: 1000 } });
      const { maintenance } = await hub.admin.call(routes.checks.read, { params: { id: check.id } });
      const { items: slices } = await hub.admin.call(routes.results.slices, { query: { checkId: check.id } });
      const { attention } = await hub.admin.call(routes.dashboard.read);
      const ofSystem = (systemId: string) => [
        systems.items.find((system) => system.id === systemId)?.maintenance,
        slices.find(({ system }) => system.id === systemId)?.maintenance,
        attention.find(({ system }) => system.id === systemId)?.maintenance,
      ];
      return { one: ofSystem(one.id), other: ofSystem(other.id), check: maintenance };
    };
    expect(await listed()).toEqual({ one: [shown, shown, shown], other: [null, null, null], check: null });

    const both = await plan({ from: inMinutes(-1), to: inMinutes(30), systemIds: [one.id, other.id] });
    expect(await listed()).toMatchObject({ one: [{ id }, { id }, { id }], other: [{ id: both.id }, {}, {}] });
    expect((await listed()).check).toMatchObject({ id: both.id });
    await hub.admin.call(routes.maintenances.end, { params: { id: both.id } });
    expect((await listed()).check).toBeNull();
    await hub.admin.call(routes.maintenances.end, { params: { id } });
    expect((await listed()).one).toEqual([null, null, null]);

    const read = () => hub.admin.call(routes.systems.read, { params: { id: one.id } });
    expect((await read()).paused).toBe(false);
    await hub.admin.call(routes.checks.update, { params: { id: check.id }, body: { paused: true } });
    expect((await read()).paused).toBe(true);
    const { items } = await hub.admin.call(routes.results.slices, { query: { checkId: check.id } });
    expect(items.map(({ paused }) => paused)).toEqual([true, true]);
  });

  it('keeps notifications back where one of several asks for it', async () => {
    const system = await addSystem(hub.admin);
    const loud = await plan({ from: inMinutes(-1), systemIds: [system.id], suppressNotifications: false });
    const { manager } = hub.app.get(DataSource);
    const inProgress = async () => (await hub.app.get(Maintenances).inProgress(manager, [system.id])).get(system.id);
    expect(await inProgress()).toMatchObject({ id: loud.id, suppress: false });
    const quiet = await plan({ from: inMinutes(-1), to: inMinutes(30), systemIds: [system.id] });
    expect(await inProgress()).toMatchObject({ id: loud.id, suppress: true });
    for (const { id } of [loud, quiet]) await hub.admin.call(routes.maintenances.end, { params: { id } });
    expect(await inProgress()).toBeUndefined();
  });

  it('does not count for availability where that is asked for', async () => {
    const location = await addLocation(hub.admin);
    const [one, other] = [await addSystem(hub.admin), await addSystem(hub.admin)];
    const check = await addCheck(hub.admin);
    for (const { id } of [one, other])
      await assign(hub.admin, { checkId: check.id, systemId: id, locationIds: [location.id] });
    const end = Math.floor(Date.now() / 1000) * 1000 - minute;
    const at = (minutes: number): string => new Date(end + minutes * minute).toISOString();
    // Down for the last half of an hour, of which the first 20 minutes were planned.
    for (const [kind, id] of [
      [2, one.id],
      [1, check.id],
    ] as const)
      await hub.database.query(
        `INSERT INTO state_intervals (subject_kind, subject_id, from_at, to_at, state) VALUES ($1, $2, $3, $4, 0), ($1, $2, $4, NULL, 2)
         ON CONFLICT DO NOTHING`,
        [kind, id, at(-60), at(-30)],
      );
    await plan({ from: at(-30), to: at(-10), systemIds: [one.id] });
    await plan({ from: at(-50), to: at(-45), systemIds: [one.id], excludeFromAvailability: false });
    const availability = (query: { systemId?: string; checkId?: string }, maintenance: 'included' | 'excluded') =>
      hub.admin.call(routes.results.availability, {
        query: { ...query, from: at(-60), to: at(0), parts: 2, maintenance },
      });
    const seconds = async (...call: Parameters<typeof availability>) => {
      const { seconds, excludedSeconds, parts } = await availability(...call);
      return [seconds.healthy, seconds.unhealthy, excludedSeconds, ...parts.map((part) => part.excludedSeconds)];
    };
    expect(await seconds({ systemId: one.id }, 'included')).toEqual([1800, 1800, 0, 0, 0]);
    expect(await seconds({ systemId: one.id }, 'excluded')).toEqual([1800, 600, 1200, 0, 1200]);
    expect((await availability({ systemId: one.id }, 'excluded')).healthyPercent).toBe(75);
    // The check watches another system, too, which was not in maintenance.
    expect((await seconds({ checkId: check.id }, 'excluded'))[2]).toBe(0);
    await plan({ from: at(-20), to: at(-5), systemIds: [other.id] });
    expect((await seconds({ checkId: check.id }, 'excluded'))[2]).toBe(600);
    const spans = await hub.admin.call(routes.maintenances.spans, {
      query: { systemId: one.id, from: at(-60), to: at(0) },
    });
    expect(spans.items.map(({ from, to, excludeFromAvailability }) => [from, to, excludeFromAvailability])).toEqual([
      [at(-50), at(-45), false],
      [at(-30), at(-10), true],
    ]);
  });
});

it('updates are for those whom they are meant for, and keep what they said', async () => {
  const { id } = await plan();
  const viewer = await hub.signIn('viewer');
  const post = (body: string, audience: 'public' | 'signed-in' | 'internal') =>
    hub.admin.call(routes.maintenances.post, { params: { id }, body: { body, audience } });
  const first = await post('We begin *soon*.', 'public');
  await post('The plan is in the safe.', 'internal');
  const bodies = async (client: Client) =>
    (await client.call(routes.maintenances.updates, { params: { id } })).items.map(({ body }) => body);
  expect(await bodies(hub.admin)).toEqual(['The plan is in the safe.', 'We begin *soon*.']);
  expect(await bodies(viewer)).toEqual(['We begin *soon*.']);
  const params = { id, updateId: first.id };
  const edited = await hub.admin.call(routes.maintenances.edit, { params, body: { body: 'We begin.' }, version: 1 });
  expect(edited).toMatchObject({ body: 'We begin.', version: 2 });
  const late = hub.admin.call(routes.maintenances.edit, { params, body: { body: 'No' }, version: 1 });
  expect(await refused(late)).toMatchObject({ code: 'changed_meanwhile' });
  const { items } = await hub.admin.call(routes.maintenances.revisions, { params });
  expect(items.map(({ body }) => body)).toEqual(['We begin.', 'We begin *soon*.']);
  await hub.admin.call(routes.maintenances.withdraw, { params });
  expect(await bodies(viewer)).toEqual([null]);
  expect(await whatOf(id)).toEqual(['scheduled', 'updated', 'updated']);
});
