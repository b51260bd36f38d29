import { applyRosterUpdate, encodeFrame, noRoster, type Roster, type RosterUpdate } from '@checkstack/link';
import { routes } from '@checkstack/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addSystem, assign, enrol } from '../testing/things.js';
import { Rosters } from './rosters.service.js';

let hub: TestHub;
let rosters: Rosters;

beforeAll(async () => {
  hub = await startTestHub();
  rosters = hub.app.get(Rosters);
});

afterAll(() => hub[Symbol.asyncDispose]());

function apply(roster: Roster, update: RosterUpdate | null): Roster {
  if (update === null) return roster;
  const applied = applyRosterUpdate(roster, update);
  if ('problem' in applied) throw new Error(applied.problem);
  return applied.roster;
}

/** A satellite's roster that follows the hub's updates. */
async function follow(satelliteId: string, held: Roster): Promise<{ roster: Roster; update: RosterUpdate | null }> {
  const update = await rosters.update(satelliteId, held);
  if (update) encodeFrame(update);
  return { roster: apply(held, update), update };
}

it('is sent whole at first, then as the difference, then not at all', async () => {
  const { satellite } = await enrol(hub.admin);
  const system = await addSystem(hub.admin);
  const locationIds = [satellite.location.id];
  const [one, two] = await Promise.all([addCheck(hub.admin, { name: 'One' }), addCheck(hub.admin, { name: 'Two' })]);
  await assign(hub.admin, { checkId: one.id, systemId: system.id, locationIds });

  const first = await follow(satellite.id, noRoster);
  expect(first.update).toMatchObject({ whole: true, slices: [{ labels: { check: 'One', system: system.name } }] });
  expect(await rosters.update(satellite.id, first.roster)).toBeNull();

  const assignment = await assign(hub.admin, { checkId: two.id, systemId: system.id, locationIds });
  const second = await follow(satellite.id, first.roster);
  expect(second.update).toMatchObject({ whole: false, slices: [{ labels: { check: 'Two' } }], removed: [] });
  expect(second.roster.slices.size).toBe(2);

  await hub.admin.call(routes.checks.update, { params: { id: one.id }, body: { schedule: { everySeconds: 5 } } });
  await hub.admin.call(routes.assignments.remove, { params: { id: assignment.id } });
  const third = await follow(satellite.id, second.roster);
  expect(third.update).toMatchObject({
    whole: false,
    slices: [{ labels: { check: 'One' }, schedule: { kind: 'interval', intervalMs: 5000 } }],
  });
  expect(third.update?.removed).toHaveLength(1);

  // Somebody elsewhere, even ahead, gets the whole.
  const ahead = await rosters.update(satellite.id, { revision: 99, digest: 'f'.repeat(64) });
  expect(ahead).toMatchObject({ whole: true });
  rosters.forget(satellite.id);
  await hub.admin.call(routes.checks.update, { params: { id: one.id }, body: { timeoutMs: 1234 } });
  expect((await follow(satellite.id, third.roster)).update).toMatchObject({ whole: true });
});

it('is not sent again when only its revision rose', async () => {
  const { satellite } = await enrol(hub.admin);
  const [check, system] = await Promise.all([addCheck(hub.admin), addSystem(hub.admin)]);
  await assign(hub.admin, { checkId: check.id, systemId: system.id, locationIds: [satellite.location.id] });
  const { roster } = await follow(satellite.id, noRoster);
  await hub.admin.call(routes.checks.update, { params: { id: check.id }, body: { timeoutMs: 1000 } });
  await hub.admin.call(routes.checks.update, { params: { id: check.id }, body: { timeoutMs: check.timeoutMs } });
  const next = await follow(satellite.id, roster);
  expect(next.update).toMatchObject({ slices: [], removed: [], digest: roster.digest });
  expect(next.roster.revision).toBeGreaterThan(roster.revision);
});

it('leaves out what is paused or switched off', async () => {
  const { satellite } = await enrol(hub.admin);
  const [check, system] = await Promise.all([addCheck(hub.admin), addSystem(hub.admin)]);
  const to = { checkId: check.id, systemId: system.id, locationIds: [satellite.location.id] };
  const assignment = await assign(hub.admin, to);
  const size = async (): Promise<number> => (await follow(satellite.id, noRoster)).roster.slices.size;
  const pause = (paused: boolean): Promise<unknown> =>
    hub.admin.call(routes.checks.update, { params: { id: check.id }, body: { paused } });
  const enable = (enabled: boolean): Promise<unknown> =>
    hub.admin.call(routes.assignments.update, { params: { id: assignment.id }, body: { enabled } });
  expect(await size()).toBe(1);
  await pause(true);
  expect(await size()).toBe(0);
  await pause(false);
  expect(await size()).toBe(1);
  await enable(false);
  expect(await size()).toBe(0);
  await enable(true);
  expect(await size()).toBe(1);
});

it('carries secrets in clear and templates filled in for each environment', async () => {
  const { satellite } = await enrol(hub.admin);
  const environments = await Promise.all(
    [
      { name: 'live', fields: { path: 'up' } },
      { name: 'dark', fields: {} as Record<string, string> },
    ].map((body) => hub.admin.call(routes.environments.create, { body })),
  );
  const system = await addSystem(hub.admin, { name: 'Shop', environmentIds: environments.map(({ id }) => id) });
  const check = await addCheck(hub.admin, {
    config: {
      url: 'https://shop.test/{{ environment.path }}',
      headers: { 'x-system': '{{ system.name }}' },
      auth: { type: 'bearer', token: 'hunter2' },
    },
    collectors: [{ collector: 'response', assertions: [{ fact: 'status', operator: 'equals', value: 200 }] }],
    schedule: { cron: '* * * * *', timeZone: 'Europe/Berlin' },
  });
  await assign(hub.admin, { checkId: check.id, systemId: system.id, locationIds: [satellite.location.id] });
  const { roster } = await follow(satellite.id, noRoster);
  const configs = Object.fromEntries(
    Array.from(roster.slices.values(), ({ labels, job }) => [labels['environment'], JSON.parse(job.configJson)]),
  );
  const common = { headers: { 'x-system': 'Shop' }, auth: { type: 'bearer', token: 'hunter2' } };
  expect(configs).toEqual({
    live: { url: 'https://shop.test/up', ...common },
    // Has no value: the satellite refuses to run it and says so.
    dark: { url: 'https://shop.test/{{ environment.path }}', ...common },
  });
  const [slice] = roster.slices.values();
  expect(slice).toMatchObject({
    schedule: { kind: 'cron', expression: '* * * * *', timeZone: 'Europe/Berlin' },
    job: { collectors: [{ name: 'response', configJson: '{}' }] },
  });
  expect(JSON.parse(slice!.job.collectors[0]!.assertionsJson)).toMatchObject([{ fact: 'status', value: 200 }]);

  await hub.admin.call(routes.environments.update, {
    params: { id: environments[1]!.id },
    body: { fields: { path: 'down' } },
  });
  const next = await follow(satellite.id, roster);
  expect(next.update?.slices.map(({ labels }) => labels['environment'])).toEqual(['dark']);
});

it('changes when a secret is another one, and not when it is saved as it was', async () => {
  const { satellite } = await enrol(hub.admin);
  const [check, system] = await Promise.all([
    addCheck(hub.admin, { config: { url: 'http://x.test/', auth: { type: 'bearer', token: 'first' } } }),
    addSystem(hub.admin),
  ]);
  await assign(hub.admin, { checkId: check.id, systemId: system.id, locationIds: [satellite.location.id] });
  const { roster } = await follow(satellite.id, noRoster);
  const save = (config: Record<string, unknown>): Promise<unknown> =>
    hub.admin.call(routes.checks.update, { params: { id: check.id }, body: { config } });
  await save(check.config);
  await save({ ...check.config, auth: { type: 'bearer', token: 'first' } });
  expect((await follow(satellite.id, roster)).roster.digest).toBe(roster.digest);
  await save({ ...check.config, auth: { type: 'bearer', token: 'second' } });
  expect((await follow(satellite.id, roster)).roster.digest).not.toBe(roster.digest);
});

it('of a check whose secrets cannot be read is sent without them, beside the others', async () => {
  const { satellite } = await enrol(hub.admin);
  const system = await addSystem(hub.admin);
  const [broken, sound] = await Promise.all([
    addCheck(hub.admin, {
      name: 'Broken',
      config: { url: 'http://x.test/', auth: { type: 'bearer', token: 'hunter2' } },
    }),
    addCheck(hub.admin, { name: 'Sound' }),
  ]);
  for (const check of [broken, sound])
    await assign(hub.admin, { checkId: check.id, systemId: system.id, locationIds: [satellite.location.id] });
  await hub.database.query(
    `UPDATE checks SET config = jsonb_set(config, '{auth,token,$sealed}', '"0000.AAAA"') WHERE id = $1`,
    [broken.id],
  );
  const { roster } = await follow(satellite.id, noRoster);
  expect(Array.from(roster.slices.values(), ({ labels }) => labels['check']).sort()).toEqual(['Broken', 'Sound']);
});

it('holds 5,000 slices', async () => {
  const { satellite } = await enrol(hub.admin);
  const check = await addCheck(hub.admin, { config: { url: 'https://x.test/{{ system.name }}' } });
  const assignment = await assign(hub.admin, {
    checkId: check.id,
    systemId: (await addSystem(hub.admin)).id,
    locationIds: [satellite.location.id],
  });
  await hub.database.query(
    `WITH s AS (INSERT INTO systems (name) SELECT 'mass ' || n FROM generate_series(1, 4999) n RETURNING id),
     a AS (INSERT INTO assignments (check_id, system_id, thresholds, environments, retention_days)
           SELECT check_id, s.id, thresholds, environments, retention_days FROM assignments, s WHERE assignments.id = $1
           RETURNING id)
     INSERT INTO assignment_locations SELECT a.id, $2 FROM a`,
    [assignment.id, satellite.location.id],
  );
  await hub.admin.call(routes.checks.update, { params: { id: check.id }, body: { timeoutMs: 5000 } });
  const { roster } = await follow(satellite.id, noRoster);
  expect(roster.slices.size).toBe(5000);
  const read = await hub.admin.call(routes.satellites.read, { params: { id: satellite.id } });
  expect(read.sliceCount).toBe(5000);
});
