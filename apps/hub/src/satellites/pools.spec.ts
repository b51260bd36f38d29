import { routes, type Assignment, type Satellite, type Slice } from '@checkstack/api';
import { sampleResult } from '@checkstack/link/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Notices } from '../cluster/notices.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, enrol } from '../testing/things.js';
import { connect } from '../testing/watched-system.js';
import { Placements } from './placements.service.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});

afterAll(() => hub[Symbol.asyncDispose]());

type Where = Partial<Pick<Assignment, 'locationIds' | 'satelliteTags' | 'satellites'>>;

async function assigned(where: Where): Promise<Assignment> {
  const [check, system] = await Promise.all([addCheck(hub.admin), addSystem(hub.admin)]);
  return hub.admin.call(routes.assignments.create, { body: { checkId: check.id, systemId: system.id, ...where } });
}

function change({ id }: Assignment, body: Where): Promise<Assignment> {
  return hub.admin.call(routes.assignments.update, { params: { id }, body });
}

function edit({ id }: Satellite, body: Record<string, unknown>): Promise<Satellite> {
  return hub.admin.call(routes.satellites.update, { params: { id }, body });
}

async function slicesOf({ check }: Assignment): Promise<Slice[]> {
  return (await hub.admin.call(routes.results.slices, { query: { checkId: check.id } })).items;
}

/** `place: who runs it` */
async function whereOf(assignment: Assignment): Promise<string[]> {
  const slices = await slicesOf(assignment);
  return slices.map(({ place, satellite }) => `${place}: ${satellite?.name ?? 'nobody'}`).sort();
}

async function idsOf(assignment: Assignment): Promise<Record<string, string>> {
  return Object.fromEntries((await slicesOf(assignment)).map(({ id, place }) => [place, id]));
}

/** As the presence job leaves it: there and steady, or gone. */
async function setOnline({ id }: Satellite, isOnline: boolean): Promise<void> {
  await hub.database.query(
    `UPDATE satellites SET online = $2, online_since = now() - interval '10 minutes', last_seen_at = now() WHERE id = $1`,
    [id, isOnline],
  );
}

function review(placements = hub.app.get(Placements)): Promise<void> {
  return hub.app.get(DataSource).transaction((manager) => placements.review(manager));
}

async function revisionOf({ id }: Satellite): Promise<number> {
  const { rows } = await hub.database.query('SELECT roster_revision::int AS revision FROM satellites WHERE id = $1', [
    id,
  ]);
  return rows[0].revision as number;
}

async function reasonOf(assignment: Assignment, reason: string): Promise<void> {
  await vi.waitFor(async () => expect((await slicesOf(assignment))[0]?.state.reason).toBe(reason), 10_000);
}

describe('every satellite of a location', () => {
  it('has a slice of its own, which comes and goes with it and keeps its identity', async () => {
    const [berlin, munich] = await Promise.all([addLocation(hub.admin, 'Berlin'), addLocation(hub.admin, 'Munich')]);
    const { satellite: one } = await enrol(hub.admin, { name: 'sat-1', location: { id: berlin.id } });
    const { satellite: two } = await enrol(hub.admin, { name: 'sat-2', location: { id: berlin.id } });
    const assignment = await assigned({ locationIds: [berlin.id], satellites: 'every' });
    const both = ['Berlin · sat-1: sat-1', 'Berlin · sat-2: sat-2'];
    expect(await whereOf(assignment)).toEqual(both);
    const before = await idsOf(assignment);

    const { satellite: three } = await enrol(hub.admin, { name: 'sat-3', location: { id: berlin.id } });
    expect(await whereOf(assignment)).toEqual([...both, 'Berlin · sat-3: sat-3']);
    await hub.admin.call(routes.satellites.remove, { params: { id: three.id } });
    expect(await whereOf(assignment)).toEqual(both);

    for (const [gone, back] of [
      [{ disabled: true }, { disabled: false }],
      [{ locationId: munich.id }, { locationId: berlin.id }],
    ]) {
      await edit(two, gone!);
      expect(await whereOf(assignment)).toEqual(['Berlin · sat-1: sat-1']);
      await edit(two, back!);
      expect(await whereOf(assignment)).toEqual(both);
      expect(await idsOf(assignment)).toEqual(before);
    }

    await edit(one, { disabled: true });
    await edit(two, { disabled: true });
    expect(await whereOf(assignment)).toEqual(['Berlin: nobody']);
    await reasonOf(assignment, 'No satellite runs this check in Berlin');
    await edit(two, { disabled: false });
    expect(await whereOf(assignment)).toEqual(['Berlin · sat-2: sat-2']);
    await edit(one, { disabled: false });
    expect(await idsOf(assignment)).toEqual(before);
  });

  it('keeps its slice when it is offline, and the slice is unknown', async () => {
    const location = await addLocation(hub.admin);
    const [gone, other] = await Promise.all(
      [1, 2].map(async () => {
        const { satellite, token } = await enrol(hub.admin, { location: { id: location.id } });
        return { satellite, link: await connect(hub, { token }) };
      }),
    );
    await using stays = other!.link;
    const assignment = await assigned({ locationIds: [location.id], satellites: 'every' });
    const before = await whereOf(assignment);
    await stays.holds((slices) => slices.length === 1);
    await gone!.link.disconnect();
    const stateOfGone = async (): Promise<string | null | undefined> =>
      (await slicesOf(assignment)).find(({ satellite }) => satellite?.id === gone!.satellite.id)?.state.reason;
    await vi.waitFor(
      async () => expect(await stateOfGone()).toBe(`Satellite ${gone!.satellite.name} is offline`),
      10_000,
    );
    await review();
    expect(await whereOf(assignment)).toEqual(before);
    expect(stays.roster.slices.size).toBe(1);
  });

  it('has a place and a name of its own in runs, history and intervals', async () => {
    const { satellite, token } = await enrol(hub.admin, { name: 'named-1', location: { name: 'Named place' } });
    const assignment = await assigned({ locationIds: [satellite.location.id], satellites: 'every' });
    await using link = await connect(hub, { token });
    const [slice] = await link.holds((slices) => slices.length === 1);
    const slotMs = Math.floor(Date.now() / 1000) * 1000;
    await link.ship([sampleResult({ slice: slice!.id, slotMs, startedAtMs: slotMs, verdict: 'healthy' })]);

    const place = 'Named place · named-1';
    const query = { checkId: assignment.check.id };
    const named = { place, location: satellite.location, tag: null };
    const runs = await hub.admin.call(routes.results.runs, { query: { ...query, locationId: satellite.location.id } });
    expect(runs.items).toMatchObject([named]);
    const span = { from: new Date(slotMs - 60_000).toISOString(), to: new Date(slotMs + 60_000).toISOString() };
    const { series } = await hub.admin.call(routes.results.history, { query: { ...query, ...span } });
    expect(series.map((line) => line.slice)).toMatchObject([named]);
    await vi.waitFor(async () => {
      const { items } = await hub.admin.call(routes.results.intervals, { query: { sliceId: slice!.id } });
      expect(items[0]).toMatchObject({ state: 'healthy', name: `${assignment.check.name} · ${place}` });
    }, 10_000);
  });

  it('is found again within a minute when the release before took its slice away', async () => {
    const { satellite } = await enrol(hub.admin);
    const assignment = await assigned({ locationIds: [satellite.location.id], satellites: 'every' });
    const before = await idsOf(assignment);
    await hub.database.query('UPDATE slices SET retired_at = now() WHERE assignment_id = $1', [assignment.id]);
    // One that has not looked for a minute.
    await review(new Placements(hub.app.get(Notices)));
    expect(await idsOf(assignment)).toEqual(before);
  });
});

describe('satellites by tag', () => {
  it('are one pool wherever they are, and take over from each other', async () => {
    const { satellite: here } = await enrol(hub.admin, { tags: ['eu-edge', 'other'] });
    const { satellite: there } = await enrol(hub.admin, { tags: ['eu-edge'] });
    const { satellite: stranger } = await enrol(hub.admin, { tags: ['us-edge'], location: { id: here.location.id } });
    for (const satellite of [here, there, stranger]) await setOnline(satellite, true);
    const assignments: Assignment[] = [];
    for (let index = 0; index < 12; index++) assignments.push(await assigned({ satelliteTags: ['eu-edge'] }));
    const placed = async (): Promise<string[]> => (await Promise.all(assignments.map(whereOf))).flat();

    const before = await placed();
    for (const { name } of [here, there]) expect(before).toContain(`tag eu-edge: ${name}`);
    expect(before).not.toContain(`tag eu-edge: ${stranger.name}`);
    await setOnline(here, false);
    await setOnline(there, true);
    await review();
    expect(new Set(await placed())).toEqual(new Set([`tag eu-edge: ${there.name}`]));
    for (const satellite of [here, there]) await setOnline(satellite, true);
    await review();
    expect(await placed()).toEqual(before);
    await edit(here, { tags: ['other'] });
    expect(new Set(await placed())).toEqual(new Set([`tag eu-edge: ${there.name}`]));
    await edit(here, { tags: ['other', 'eu-edge'] });
    for (const satellite of [here, there]) await setOnline(satellite, true);
    await review();
    expect(await placed()).toEqual(before);
  });

  it('are missed visibly when none has the tag, and found as soon as one has', async () => {
    const assignment = await assigned({ satelliteTags: ['lonely'] });
    expect(await slicesOf(assignment)).toMatchObject([
      { place: 'tag lonely', tag: 'lonely', location: null, satellite: null },
    ]);
    await reasonOf(assignment, 'No enabled satellite has the tag lonely');
    await vi.waitFor(async () => {
      const { state } = await hub.admin.call(routes.checks.read, { params: { id: assignment.check.id } });
      expect(state.reason).toContain('No enabled satellite has the tag lonely');
    }, 10_000);
    const { satellite } = await enrol(hub.admin);
    await edit(satellite, { tags: ['lonely'] });
    expect(await whereOf(assignment)).toEqual([`tag lonely: ${satellite.name}`]);
  });

  it('have one slice each where every one is to run it, be it in two pools or not', async () => {
    const { satellite: inside } = await enrol(hub.admin, { tags: ['twice'] });
    const { satellite: outside } = await enrol(hub.admin, { tags: ['twice'] });
    const assignment = await assigned({ locationIds: [inside.location.id], satelliteTags: ['twice'] });
    for (const satellite of [inside, outside]) await setOnline(satellite, false);
    expect((await idsOf(assignment))[inside.location.name]).not.toBe((await idsOf(assignment))['tag twice']);
    const inOne = await idsOf(assignment);
    await change(assignment, { satellites: 'every' });
    expect(await whereOf(assignment)).toEqual(
      [inside, outside].map(({ name, location }) => `${location.name} · ${name}: ${name}`).sort(),
    );
    await change(assignment, { satellites: 'one' });
    expect(await idsOf(assignment)).toEqual(inOne);
  });

  it('get another roster when the place changes that their runs are told with', async () => {
    const { satellite } = await enrol(hub.admin, { tags: ['moving'] });
    const elsewhere = await addLocation(hub.admin);
    await assigned({ satelliteTags: ['moving'] });
    const rename = (name: string): Promise<unknown> =>
      hub.admin.call(routes.locations.update, { params: { id: satellite.location.id }, body: { name } });
    for (const act of [() => rename('Renamed'), () => edit(satellite, { locationId: elsewhere.id })]) {
      const before = await revisionOf(satellite);
      await act();
      expect(await revisionOf(satellite)).toBeGreaterThan(before);
    }
  });

  it('are listed by tag for whoever assigns checks', async () => {
    const { satellite } = await enrol(hub.admin, { tags: ['listed-a', 'listed-b'] });
    await enrol(hub.admin, { tags: ['listed-b'] });
    await setOnline(satellite, true);
    const editor = await hub.signIn('editor');
    const { items } = await editor.call(routes.satellites.tags);
    expect(items.filter(({ tag }) => tag.startsWith('listed'))).toEqual([
      { tag: 'listed-a', satelliteCount: 1, onlineCount: expect.any(Number) as number },
      { tag: 'listed-b', satelliteCount: 2, onlineCount: expect.any(Number) as number },
    ]);
  });
});

it('refuses an assignment that runs nowhere, and tells the audit log where it ran', async () => {
  const [check, system] = await Promise.all([addCheck(hub.admin), addSystem(hub.admin)]);
  const to = { checkId: check.id, systemId: system.id };
  const nowhere = { problem: { code: 'invalid_request', fields: [{ path: 'locationIds' }] } };
  await expect(hub.admin.call(routes.assignments.create, { body: to })).rejects.toMatchObject(nowhere);
  const location = await addLocation(hub.admin, 'Audited');
  const assignment = await assigned({ locationIds: [location.id] });
  await expect(change(assignment, { locationIds: [] })).rejects.toMatchObject(nowhere);
  const changed = await change(assignment, { locationIds: [], satelliteTags: ['edge', 'edge'], satellites: 'every' });
  expect(changed).toMatchObject({ locationIds: [], satelliteTags: ['edge'], satellites: 'every', version: 2 });
  const { items } = await hub.admin.call(routes.audit.list, { query: { limit: 1 } });
  expect(items[0]).toMatchObject({
    action: 'assignment.update',
    changes: { locations: [['Audited'], []], satelliteTags: [[], ['edge']], satellites: ['one', 'every'] },
  });
});
