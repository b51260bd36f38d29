import { routes, type Assignment, type Location, type Satellite } from '@checkstack/api';
import { sampleResult, type FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, assign, enrol } from '../testing/things.js';
import { connect } from '../testing/watched-system.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});

afterAll(() => hub[Symbol.asyncDispose]());

interface Connected {
  satellite: Satellite;
  link: FakeSatellite;
}

async function connected(location: Location): Promise<Connected> {
  const { satellite, token } = await enrol(hub.admin, { location: { id: location.id } });
  return { satellite, link: await connect(hub, { token }) };
}

async function assignments(location: Location, count: number): Promise<Assignment[]> {
  const { id: systemId } = await addSystem(hub.admin);
  const made: Assignment[] = [];
  for (let index = 0; index < count; index++) {
    const { id: checkId } = await addCheck(hub.admin, { schedule: { everySeconds: 1 } });
    made.push(await assign(hub.admin, { checkId, systemId, locationIds: [location.id] }));
  }
  return made;
}

function edit({ id }: Satellite, body: Record<string, unknown>): Promise<Satellite> {
  return hub.admin.call(routes.satellites.update, { params: { id }, body });
}

function read({ id }: Satellite): Promise<Satellite> {
  return hub.admin.call(routes.satellites.read, { params: { id } });
}

async function query<Row extends object>(sql: string, parameters: unknown[]): Promise<Row[]> {
  return (await hub.database.query<Row>(sql, parameters)).rows;
}

/** As if all of a satellite's slices had been there for so long already, while nothing came of them. */
function backdate(seconds: number): Promise<unknown> {
  return query(`UPDATE placements SET placed_at = placed_at - make_interval(secs => $1)`, [seconds]);
}

function gapsOf({ id }: Assignment): Promise<{ from: Date; to: Date; count: number }[]> {
  return query(
    `SELECT from_slot AS "from", to_slot AS "to", count FROM gaps JOIN slices ON number = slice_number WHERE assignment_id = $1`,
    [id],
  );
}

async function holderOf({ check }: Assignment): Promise<string | undefined> {
  const { items } = await hub.admin.call(routes.results.slices, { query: { checkId: check.id } });
  return items[0]?.satellite?.id;
}

// A handover takes five seconds, and is looked at each five.
describe('a satellite that is drained', { timeout: 60_000 }, () => {
  it('hands its slices over only when others have them, says so, and gets them back', async () => {
    const location = await addLocation(hub.admin);
    const [one, two] = [await connected(location), await connected(location)];
    await using leaving = one.link;
    await using takes = two.link;
    await assignments(location, 8);
    await vi.waitFor(() => expect(leaving.roster.slices.size + takes.roster.slices.size).toBe(8), 10_000);
    const own = leaving.roster.slices.size;
    expect(own).toBeGreaterThan(0);

    expect(await edit(one.satellite, { draining: true })).toMatchObject({
      draining: true,
      status: 'online',
      sliceCount: 0,
    });
    await takes.holds((slices) => slices.length === 8);
    // The one before goes on until the next one has surely begun.
    expect(leaving.roster.slices.size).toBe(own);
    await leaving.holds((slices) => slices.length === 0, 20_000);
    expect(leaving.isOpen).toBe(true);
    expect(await read(two.satellite)).toMatchObject({ sliceCount: 8 });

    // Steady for long enough.
    await query(`UPDATE satellites SET online_since = now() - interval '10 minutes' WHERE id = $1`, [one.satellite.id]);
    await edit(one.satellite, { draining: false });
    await leaving.holds((slices) => slices.length === own);
    await takes.holds((slices) => slices.length === 8 - own, 20_000);
    const { items } = await hub.admin.call(routes.audit.list, { query: { limit: 1 } });
    expect(items[0]).toMatchObject({ action: 'satellite.update', changes: { draining: [true, false] } });
  });

  it('keeps what nobody else can run', async () => {
    const location = await addLocation(hub.admin);
    const { satellite, link } = await connected(location);
    await using stays = link;
    const [assignment] = await assignments(location, 1);
    await stays.holds((slices) => slices.length === 1);
    await enrol(hub.admin, { location: { id: location.id } });
    expect(await edit(satellite, { draining: true })).toMatchObject({ draining: true, sliceCount: 1 });
    expect(await holderOf(assignment!)).toBe(satellite.id);
    // Once somebody comes, it is relieved.
    const other = await connected(location);
    await using relief = other.link;
    await relief.holds((slices) => slices.length === 1, 15_000);
    await stays.holds((slices) => slices.length === 0, 20_000);
  });

  it('has declared what it missed before, and nothing of what it ran', async () => {
    const location = await addLocation(hub.admin);
    const { satellite, link } = await connected(location);
    await using leaving = link;
    const [assignment] = await assignments(location, 1);
    const [slice] = await leaving.holds((slices) => slices.length === 1);
    await backdate(10);
    const [{ slot }] = (await query<{ slot: Date }>(
      `SELECT date_trunc('milliseconds', now()) - interval '5 seconds' AS slot`,
      [],
    )) as [{ slot: Date }];
    await leaving.ship([sampleResult({ slice: slice!.id, slotMs: slot.getTime(), startedAtMs: slot.getTime() })]);
    await using relief = (await connected(location)).link;
    await edit(satellite, { draining: true });
    expect(await gapsOf(assignment!)).toEqual([]);
    await relief.holds((slices) => slices.length === 1);
    await leaving.holds((slices) => slices.length === 0, 20_000);
    const gaps = await gapsOf(assignment!);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]!.from.getTime()).toBeGreaterThan(slot.getTime());
    // Until it was drained, not until it was done.
    expect(gaps[0]!.count).toBeLessThan(10);
  });
});

it('stores a slot once that a satellite and its stand-in both ran, and counts the other as superseded', async () => {
  const location = await addLocation(hub.admin);
  const [one, two] = [await connected(location), await connected(location)];
  const [assignment] = await assignments(location, 1);
  await vi.waitFor(() => expect(one.link.roster.slices.size + two.link.roster.slices.size).toBe(1), 10_000);
  const [away, standIn] = one.link.roster.slices.size === 1 ? [one, two] : [two, one];
  await using cutOff = away.link;
  await using stays = standIn.link;
  const [slice] = [...cutOff.roster.slices.values()];
  await cutOff.disconnect();
  await stays.holds((slices) => slices.length === 1, 15_000);

  const slotMs = Math.floor(Date.now() / 1000) * 1000;
  const ran = (durationMs: number) => sampleResult({ slice: slice!.id, slotMs, startedAtMs: slotMs, durationMs });
  await stays.ship([ran(11)]);
  await cutOff.reconnect();
  await cutOff.ship([ran(22)]);
  const { items } = await hub.admin.call(routes.results.runs, { query: { checkId: assignment!.check.id } });
  expect(items).toMatchObject([{ durationMs: 11, satellite: { id: standIn.satellite.id } }]);
  expect(await read(away.satellite)).toMatchObject({ supersededResults: 1 });
  expect(await read(standIn.satellite)).toMatchObject({ supersededResults: 0 });
});

it('declares what was missed before a pause, also when the slice moves after it', async () => {
  const location = await addLocation(hub.admin);
  const { satellite, link } = await connected(location);
  const [assignment] = await assignments(location, 1);
  await link.holds((slices) => slices.length === 1);
  await using standIn = (await connected(location)).link;
  await backdate(10);
  const setPaused = (paused: boolean): Promise<unknown> =>
    hub.admin.call(routes.checks.update, { params: { id: assignment!.check.id }, body: { paused } });
  await setPaused(true);
  const [{ at: pausedAt }] = (await query('SELECT clock_timestamp() AS at', [])) as [{ at: Date }];
  // Long paused already, when the satellite is found to be gone.
  await query(`UPDATE slices SET idle_since = idle_since - interval '3 seconds' WHERE assignment_id = $1`, [
    assignment!.id,
  ]);
  await link.disconnect();
  await vi.waitFor(async () => expect(await holderOf(assignment!)).not.toBe(satellite.id), 15_000);
  const gaps = await gapsOf(assignment!);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]!.count).toBeGreaterThan(5);
  expect(gaps[0]!.to.getTime()).toBeLessThan(pausedAt.getTime() - 2_500);
  await setPaused(false);
  await standIn.holds((slices) => slices.length === 1);
});

it('declares what a satellite missed that is deleted', async () => {
  const location = await addLocation(hub.admin);
  const { satellite } = await enrol(hub.admin, { location: { id: location.id } });
  const [assignment] = await assignments(location, 1);
  await enrol(hub.admin, { location: { id: location.id } });
  expect(await holderOf(assignment!)).toBe(satellite.id);
  await backdate(10);
  await hub.admin.call(routes.satellites.remove, { params: { id: satellite.id } });
  expect(await holderOf(assignment!)).not.toBe(satellite.id);
  expect(await gapsOf(assignment!)).toMatchObject([{ count: expect.any(Number) as number }]);
});
