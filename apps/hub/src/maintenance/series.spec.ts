import { routes, type MaintenanceSeries, type MaintenanceSummary } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClientRequest, Refusal } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem } from '../testing/things.js';
import { MaintenanceClock } from './maintenance-clock.js';
import { MaintenanceProgress } from './maintenance-progress.service.js';

type Given = NonNullable<ClientRequest<typeof routes.maintenanceSeries.create>['body']>;

const hour = 3_600_000;
const day = 24 * hour;
/** A whole hour ahead, so that two of them are days apart whatever the time is. */
const at = (days: number, hours = 0): string =>
  new Date(Math.ceil(Date.now() / hour) * hour + days * day + (hours + 1) * hour).toISOString();

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

function repeat(given: Partial<Given> = {}): Promise<MaintenanceSeries> {
  const body = { title: 'Updates', from: at(0), to: at(0, 2), rule: 'FREQ=DAILY', timeZone: 'Etc/UTC', ...given };
  return hub.admin.call(routes.maintenanceSeries.create, { body });
}

async function madeOf(seriesId: string): Promise<MaintenanceSummary[]> {
  return (await hub.admin.call(routes.maintenances.list, { query: { seriesId, limit: 1000 } })).items;
}

async function refused(work: Promise<unknown>): Promise<Refusal['problem']> {
  const error = await work.then(
    () => expect.fail('It was taken.'),
    (refusal: Refusal) => refusal,
  );
  return error.problem;
}

describe('a maintenance that recurs', () => {
  it('is made ahead for a bounded time, each as long as the first, with what it is of', async () => {
    const system = await addSystem(hub.admin);
    const daily = await repeat({ systemIds: [system.id], reminderMinutes: [30] });
    expect(daily.next.map(({ from, to }) => [from, to])).toEqual([0, 1, 2, 3, 4].map((n) => [at(n), at(n, 2)]));
    const made = await madeOf(daily.id);
    expect(made.length).toBe(60);
    expect(made[59]).toMatchObject({
      title: 'Updates',
      from: at(59),
      systems: [{ id: system.id }],
      reminderMinutes: [30],
      series: { id: daily.id, occurrence: at(59), changedAlone: false },
    });
    const weekly = await repeat({ rule: 'FREQ=WEEKLY' });
    expect((await madeOf(weekly.id)).length).toBe(13);
    const yearly = await repeat({ rule: 'FREQ=YEARLY', from: at(200), to: at(200, 1) });
    expect((await madeOf(yearly.id)).map(({ from }) => from)).toEqual([at(200)]);
    const twice = await repeat({ rule: 'FREQ=DAILY;COUNT=2' });
    expect((await madeOf(twice.id)).map(({ from }) => from)).toEqual([at(0), at(1)]);
    const { rows } = await hub.database.query(
      "SELECT payload->>'what' AS what, payload->'recurs'->>'rule' AS rule FROM events WHERE payload->>'seriesId' = $1",
      [daily.id],
    );
    expect(rows).toEqual([{ what: 'scheduled', rule: 'FREQ=DAILY' }]);
  });

  it('goes on being made as time goes by, each once, by two hubs at the same time too', async () => {
    await using replica = await hub.replica();
    const { id } = await repeat();
    // Ten days later.
    await hub.database.query(`DELETE FROM maintenances WHERE series_id = $1 AND from_at > now() + interval '50 days'`, [
      id,
    ]);
    await hub.database.query('UPDATE maintenance_series SET made_until = $2 WHERE id = $1', [id, at(40)]);
    await Promise.all(
      [hub, replica].map(({ app }) =>
        app.get(DataSource).transaction((manager) => app.get(MaintenanceProgress).makeAhead(manager)),
      ),
    );
    const made = await madeOf(id);
    expect(made.map(({ from }) => from)).toEqual(Array.from({ length: 60 }, (_, n) => at(n)));
  });

  it('makes the next one when one begins', async () => {
    const { id, next } = await repeat({ rule: 'FREQ=YEARLY' });
    await hub.database.query(
      `UPDATE maintenances SET from_at = now() - interval '1 minute', created_at = now() - interval '1 day' WHERE id = $1`,
      [next[0]!.id],
    );
    hub.app.get(MaintenanceClock).look();
    await vi.waitFor(async () =>
      expect((await madeOf(id)).map(({ status }) => status)).toEqual(['in-progress', 'scheduled']),
    );
  });

  it('is in progress at once where its first one is', async () => {
    const from = new Date(Math.floor(Date.now() / 1000) * 1000 - 10 * 60_000 + 7).toISOString();
    const { id } = await repeat({ from, to: new Date(Date.parse(from) + hour).toISOString(), rule: 'FREQ=WEEKLY' });
    expect((await madeOf(id))[0]).toMatchObject({
      status: 'in-progress',
      from: from.replace('007Z', '000Z'),
    });
  });

  it('has single ones that are changed or cancelled alone, and keep to that when the others change', async () => {
    const system = await addSystem(hub.admin);
    const { id, version } = await repeat({ rule: 'FREQ=DAILY;COUNT=4' });
    const [first, second] = (await madeOf(id)).map((one) => ({ params: { id: one.id } }));
    const moved = await hub.admin.call(routes.maintenances.update, {
      ...first!,
      body: { from: at(0, 5), to: at(0, 6), title: 'Later today' },
    });
    expect(moved.series).toMatchObject({ changedAlone: true, occurrence: at(0) });
    await hub.admin.call(routes.maintenances.cancel, second);
    expect(await refused(hub.admin.call(routes.maintenances.remove, first))).toMatchObject({ code: 'not_now' });
    const params = { id };
    const body = { title: 'Longer updates', to: at(0, 3), systemIds: [system.id] };
    await hub.admin.call(routes.maintenanceSeries.update, { params, body, version });
    const made = await madeOf(id);
    expect(made.map(({ title, status, from, to, systems }) => [title, status, from, to, systems.length])).toEqual([
      ['Later today', 'scheduled', at(0, 5), at(0, 6), 0],
      ['Updates', 'cancelled', at(1), at(1, 2), 0],
      ['Longer updates', 'scheduled', at(2), at(2, 3), 1],
      ['Longer updates', 'scheduled', at(3), at(3, 3), 1],
    ]);
    const late = hub.admin.call(routes.maintenanceSeries.update, { params, body: { title: 'No' }, version });
    expect(await refused(late)).toMatchObject({ code: 'changed_meanwhile' });

    await hub.admin.call(routes.maintenanceSeries.update, { params, body: { rule: 'FREQ=DAILY;INTERVAL=2;COUNT=3' } });
    expect((await madeOf(id)).map(({ title, from }) => [title, from])).toEqual([
      ['Later today', at(0, 5)],
      ['Updates', at(1)],
      ['Longer updates', at(2)],
      ['Longer updates', at(4)],
    ]);
  });

  it('ends, and what is still to begin is cancelled', async () => {
    const { id } = await repeat({ rule: 'FREQ=DAILY;COUNT=3' });
    const ended = await hub.admin.call(routes.maintenanceSeries.end, { params: { id } });
    expect(ended.next).toEqual([]);
    expect(ended.endedAt).not.toBeNull();
    expect((await madeOf(id)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    const again = hub.admin.call(routes.maintenanceSeries.end, { params: { id } });
    expect(await refused(again)).toMatchObject({ code: 'not_now' });
  });

  it('is seen before it is saved, in its time zone, and refused with its reason', async () => {
    const preview = (query: ClientRequest<typeof routes.maintenanceSeries.preview>['query']) =>
      hub.admin.call(routes.maintenanceSeries.preview, { query: query! });
    const weekly = {
      rule: 'FREQ=WEEKLY;BYDAY=SU',
      timeZone: 'Europe/Berlin',
      from: '2026-03-22T01:30:00Z',
      to: '2026-03-22T03:30:00Z',
      count: 3,
    };
    expect((await preview(weekly)).items.map(({ from, to }) => [from, to])).toEqual([
      ['2026-03-22T01:30:00.000Z', '2026-03-22T03:30:00.000Z'],
      ['2026-03-29T01:30:00.000Z', '2026-03-29T03:30:00.000Z'],
      ['2026-04-05T00:30:00.000Z', '2026-04-05T02:30:00.000Z'],
    ]);
    expect(await refused(preview({ ...weekly, rule: 'FREQ=HOURLY' }))).toMatchObject({ fields: [{ path: 'rule' }] });
    expect(await refused(preview({ ...weekly, timeZone: 'Nowhere' }))).toMatchObject({
      fields: [{ path: 'timeZone' }],
    });
    expect(await refused(repeat({ to: at(1, 1) }))).toMatchObject({ fields: [{ path: 'to' }] });
  });
});
