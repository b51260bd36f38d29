import { routes, type Assignment, type Satellite } from '@checkstack/api';
import { FakeSatellite } from '@checkstack/link/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, assign, enrol } from '../testing/things.js';
import { Placements } from './placements.service.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});

afterAll(() => hub[Symbol.asyncDispose]());

interface PlacedSlice {
  id: string;
  location: string;
  environment: string | null;
  satellite: string | null;
  retired: boolean;
}

async function slicesOf({ id }: Pick<Assignment, 'id'>): Promise<PlacedSlice[]> {
  const { rows } = await hub.database.query<PlacedSlice>(
    `SELECT s.id, l.name AS location, e.name AS environment, t.name AS satellite, retired_at IS NOT NULL AS retired
     FROM slices s JOIN locations l ON l.id = s.location_id
     LEFT JOIN environments e ON e.id = s.environment_id
     LEFT JOIN placements p ON p.slice_number = s.number AND p.ended_at IS NULL
     LEFT JOIN satellites t ON t.id = p.satellite_id
     WHERE assignment_id = $1 ORDER BY l.name, e.name`,
    [id],
  );
  return rows;
}

async function whereOf(assignment: Pick<Assignment, 'id'>): Promise<string[]> {
  const slices = await slicesOf(assignment);
  return slices
    .filter(({ retired }) => !retired)
    .map(({ location, environment, satellite }) => `${location}/${environment ?? '-'}: ${satellite ?? 'nobody'}`);
}

async function revisionOf({ id }: Pick<Satellite, 'id'>): Promise<number> {
  const { rows } = await hub.database.query('SELECT roster_revision::int AS revision FROM satellites WHERE id = $1', [
    id,
  ]);
  return rows[0].revision as number;
}

/** As the presence job leaves it. */
async function setOnline({ id }: Pick<Satellite, 'id'>, forMinutes: number | null): Promise<void> {
  await hub.database.query(
    `UPDATE satellites SET online = $2::float8 IS NOT NULL, online_since = now() - make_interval(secs => $2 * 60), last_seen_at = now() WHERE id = $1`,
    [id, forMinutes],
  );
}

function review(): Promise<void> {
  return hub.app.get(DataSource).transaction((manager) => hub.app.get(Placements).review(manager));
}

async function assigned(locationIds: string[], systemId?: string): Promise<Assignment> {
  const [check, system] = await Promise.all([addCheck(hub.admin), systemId ?? addSystem(hub.admin)]);
  return assign(hub.admin, {
    checkId: check.id,
    systemId: typeof system === 'string' ? system : system.id,
    locationIds,
  });
}

describe('slices', () => {
  it('fan out over environments and locations, and follow every edit of them', async () => {
    const [a, b] = await Promise.all([addLocation(hub.admin, 'A'), addLocation(hub.admin, 'B')]);
    const { satellite } = await enrol(hub.admin, { name: 'sat-a', location: { id: a.id } });
    const [live, test] = await Promise.all(
      ['live', 'test'].map((name) => hub.admin.call(routes.environments.create, { body: { name } })),
    );
    const system = await addSystem(hub.admin);
    const assignment = await assigned([a.id], system.id);
    expect(await whereOf(assignment)).toEqual(['A/-: sat-a']);

    const inEnvironments = (environmentIds: string[]): Promise<unknown> =>
      hub.admin.call(routes.systems.update, { params: { id: system.id }, body: { environmentIds } });
    const change = (body: object): Promise<unknown> =>
      hub.admin.call(routes.assignments.update, { params: { id: assignment.id }, body });

    await inEnvironments([live!.id, test!.id]);
    expect(await whereOf(assignment)).toEqual(['A/live: sat-a', 'A/test: sat-a']);
    await change({ locationIds: [a.id, b.id] });
    expect(await whereOf(assignment)).toEqual(['A/live: sat-a', 'A/test: sat-a', 'B/live: nobody', 'B/test: nobody']);
    await change({ environments: { mode: 'chosen', ids: [test!.id] } });
    expect(await whereOf(assignment)).toEqual(['A/test: sat-a', 'B/test: nobody']);
    await change({ environments: { mode: 'none' } });
    expect(await whereOf(assignment)).toEqual(['A/-: sat-a', 'B/-: nobody']);
    await enrol(hub.admin, { name: 'sat-b', location: { id: b.id } });
    expect(await whereOf(assignment)).toEqual(['A/-: sat-a', 'B/-: sat-b']);
    await change({ environments: { mode: 'all' } });
    await hub.admin.call(routes.environments.remove, { params: { id: live!.id } });
    expect(await whereOf(assignment)).toEqual(['A/test: sat-a', 'B/test: sat-b']);
    await hub.admin.call(routes.environments.remove, { params: { id: test!.id } });
    expect(await whereOf(assignment)).toEqual(['A/-: sat-a', 'B/-: sat-b']);
    const revision = await revisionOf(satellite);
    await hub.admin.call(routes.systems.remove, { params: { id: system.id } });
    expect(await slicesOf(assignment)).toEqual([]);
    expect(await revisionOf(satellite)).toBeGreaterThan(revision);
  });

  it('keep their identity and history when they are taken away and wanted again', async () => {
    const [a, b] = await Promise.all([addLocation(hub.admin), addLocation(hub.admin)]);
    const { satellite } = await enrol(hub.admin, { location: { id: b.id } });
    const assignment = await assigned([a.id, b.id]);
    const change = (locationIds: string[]): Promise<unknown> =>
      hub.admin.call(routes.assignments.update, { params: { id: assignment.id }, body: { locationIds } });
    const before = (await slicesOf(assignment)).find(({ location }) => location === b.name)!;
    await change([a.id]);
    expect((await slicesOf(assignment)).find(({ id }) => id === before.id)).toMatchObject({
      retired: true,
      satellite: null,
    });
    await change([a.id, b.id]);
    expect((await slicesOf(assignment)).find(({ id }) => id === before.id)).toEqual(before);
    const { rows } = await hub.database.query(
      `SELECT ended_at IS NULL AS current FROM placements WHERE satellite_id = $1 ORDER BY placed_at`,
      [satellite.id],
    );
    expect(rows).toEqual([{ current: false }, { current: true }]);
  });

  it('stay placed while their check is paused', async () => {
    const { satellite } = await enrol(hub.admin);
    const assignment = await assigned([satellite.location.id]);
    const before = await slicesOf(assignment);
    await hub.admin.call(routes.checks.update, { params: { id: assignment.check.id }, body: { paused: true } });
    expect(await slicesOf(assignment)).toEqual(before);
  });

  it('are run by nobody when the last satellite of their location is disabled, and by it again when it is enabled', async () => {
    const { satellite } = await enrol(hub.admin);
    const assignment = await assigned([satellite.location.id]);
    const setDisabled = (disabled: boolean): Promise<unknown> =>
      hub.admin.call(routes.satellites.update, { params: { id: satellite.id }, body: { disabled } });
    await setDisabled(true);
    expect(await slicesOf(assignment)).toMatchObject([{ satellite: null, retired: false }]);
    await setDisabled(false);
    expect(await slicesOf(assignment)).toMatchObject([{ satellite: satellite.name }]);
    await hub.admin.call(routes.satellites.remove, { params: { id: satellite.id } });
    expect(await slicesOf(assignment)).toMatchObject([{ satellite: null, retired: false }]);
  });
});

describe('a roster revision', () => {
  it('rises with every edit that reaches the satellite, and only then', async () => {
    const [{ satellite }, { satellite: other }] = await Promise.all([enrol(hub.admin), enrol(hub.admin)]);
    const environment = await hub.admin.call(routes.environments.create, { body: { name: 'Reached' } });
    const system = await addSystem(hub.admin, { environmentIds: [environment.id] });
    const assignment = await assigned([satellite.location.id], system.id);
    const checkId = assignment.check.id;
    const reaching: [string, () => Promise<unknown>][] = [
      ['pause', () => hub.admin.call(routes.checks.update, { params: { id: checkId }, body: { paused: true } })],
      ['rename', () => hub.admin.call(routes.checks.update, { params: { id: checkId }, body: { name: 'Reaching' } })],
      [
        'system',
        () => hub.admin.call(routes.systems.update, { params: { id: system.id }, body: { name: 'Reaching too' } }),
      ],
      [
        'environment',
        () =>
          hub.admin.call(routes.environments.update, { params: { id: environment.id }, body: { fields: { a: 'b' } } }),
      ],
      [
        'location',
        () =>
          hub.admin.call(routes.locations.update, { params: { id: satellite.location.id }, body: { name: 'Reached' } }),
      ],
      [
        'switch off',
        () => hub.admin.call(routes.assignments.update, { params: { id: assignment.id }, body: { enabled: false } }),
      ],
      ['detach', () => hub.admin.call(routes.assignments.remove, { params: { id: assignment.id } })],
    ];
    for (const [what, edit] of reaching) {
      const before = await revisionOf(satellite);
      await edit();
      expect(await revisionOf(satellite), what).toBeGreaterThan(before);
    }
    const before = await revisionOf(satellite);
    await hub.admin.call(routes.checks.update, { params: { id: checkId }, body: { tags: ['x'] } });
    await hub.admin.call(routes.systems.update, { params: { id: system.id }, body: { description: 'x' } });
    expect(await revisionOf(satellite)).toBe(before);
    expect(await revisionOf(other)).toBe(0);
  });
});

describe('several satellites in a location', () => {
  it('share its slices, and only those of one that goes away move', async () => {
    const location = await addLocation(hub.admin);
    const satellites: Satellite[] = [];
    for (let index = 0; index < 3; index++) {
      const { satellite } = await enrol(hub.admin, { location: { id: location.id } });
      await setOnline(satellite, 10);
      satellites.push(satellite);
    }
    const assignments: Assignment[] = [];
    for (let index = 0; index < 30; index++) assignments.push(await assigned([location.id]));
    const placed = async (): Promise<(string | null)[]> => {
      const holders: (string | null)[] = [];
      for (const assignment of assignments) holders.push((await slicesOf(assignment))[0]!.satellite);
      return holders;
    };

    const before = await placed();
    for (const { name } of satellites) expect(before.filter((holder) => holder === name).length).toBeGreaterThan(0);

    const [gone, ...rest] = satellites as [Satellite, ...Satellite[]];
    await setOnline(gone, null);
    await review();
    const without = await placed();
    expect(without).not.toContain(gone.name);
    expect(without.filter((holder, index) => holder !== before[index] && before[index] !== gone.name)).toEqual([]);

    await setOnline(gone, 1);
    await review();
    expect(await placed()).toEqual(without);
    await setOnline(gone, 6);
    await review();
    expect(await placed()).toEqual(before);

    for (const satellite of [gone, ...rest]) await setOnline(satellite, null);
    await review();
    // Nobody is better: each goes on with its own, as it may well do behind a broken line.
    expect(await placed()).toEqual(before);
  });

  it('leave a slice to one that has just come when there is no other', async () => {
    const location = await addLocation(hub.admin);
    const { satellite: old } = await enrol(hub.admin, { location: { id: location.id } });
    const { satellite: fresh } = await enrol(hub.admin, { location: { id: location.id } });
    await setOnline(old, 10);
    const assignment = await assigned([location.id]);
    expect(await slicesOf(assignment)).toMatchObject([{ satellite: old.name }]);
    await setOnline(old, null);
    await setOnline(fresh, 0);
    await review();
    expect(await slicesOf(assignment)).toMatchObject([{ satellite: fresh.name }]);
  });
});

it('moves slices to the other satellite when theirs stops, and says which slots were missed', async () => {
  const location = await addLocation(hub.admin);
  const satellites = await Promise.all([1, 2].map(() => enrol(hub.admin, { location: { id: location.id } })));
  const [one, two] = await Promise.all(satellites.map(({ token }) => FakeSatellite.connect({ url: hub.url, token })));
  await using stopped = two!;
  await using stays = one!;
  const checks = await Promise.all(
    Array.from({ length: 8 }, () => addCheck(hub.admin, { schedule: { everySeconds: 1 } })),
  );
  const { id: systemId } = await addSystem(hub.admin);
  for (const { id } of checks) await assign(hub.admin, { checkId: id, systemId, locationIds: [location.id] });
  await vi.waitFor(() => expect(stopped.roster.slices.size + stays.roster.slices.size).toBe(8), 10_000);
  const moving = [...stopped.roster.slices.keys()];
  await hub.database.query(`UPDATE placements SET placed_at = placed_at - interval '10 seconds'`);
  await stopped.disconnect();
  await stays.holds((slices) => slices.length === 8, 15_000);
  const { rows } = await hub.database.query(
    `SELECT count(*)::int AS gaps, bool_and(reason = 'satellite_offline' AND count >= 10) AS told
     FROM gaps JOIN slices ON number = slice_number WHERE id = ANY($1)`,
    [moving],
  );
  expect(rows).toEqual([{ gaps: moving.length, told: moving.length > 0 ? true : null }]);
});

it('places each slice once when two hubs are edited at the same time', async () => {
  const other = await hub.replica();
  const otherAdmin = await other.signIn('admin');
  const location = await addLocation(hub.admin);
  const checks = await Promise.all(Array.from({ length: 6 }, () => addCheck(hub.admin)));
  const systems = await Promise.all(Array.from({ length: 6 }, () => addSystem(hub.admin)));
  const work: Promise<unknown>[] = [];
  for (const [index, check] of checks.entries()) {
    for (const system of systems) {
      const client = (index + work.length) % 2 === 0 ? hub.admin : otherAdmin;
      work.push(assign(client, { checkId: check.id, systemId: system.id, locationIds: [location.id] }));
    }
    const client = index % 2 === 0 ? otherAdmin : hub.admin;
    work.push(enrol(client, { location: { id: location.id } }));
    work.push(client.call(routes.checks.update, { params: { id: check.id }, body: { timeoutMs: 1000 + index } }));
  }
  await Promise.all(work);
  const { rows } = await hub.database.query(
    `SELECT count(*)::int AS slices, count(p.satellite_id)::int AS placed, count(DISTINCT s.number)::int AS different
     FROM slices s LEFT JOIN placements p ON slice_number = number AND ended_at IS NULL
     WHERE location_id = $1 AND retired_at IS NULL`,
    [location.id],
  );
  expect(rows).toEqual([{ slices: 36, placed: 36, different: 36 }]);
});
