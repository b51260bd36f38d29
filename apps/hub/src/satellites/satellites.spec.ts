import { createHash, randomUUID } from 'node:crypto';
import { routes, type Satellite } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, assign, enrol } from '../testing/things.js';
import { Enrolments } from './enrolments.service.js';
import { Satellites } from './satellites.service.js';

let hub: TestHub;
let satellites: Satellites;

beforeAll(async () => {
  hub = await startTestHub();
  satellites = hub.app.get(Satellites);
});

afterAll(() => hub[Symbol.asyncDispose]());

function read(id: string): Promise<Satellite> {
  return hub.admin.call(routes.satellites.read, { params: { id } });
}

const hello = {
  replicaId: randomUUID(),
  release: '0.0.1',
  hostname: 'edge-1',
  platform: 'linux x64',
  probeKinds: ['http'],
  refusedKinds: [],
  rosterRevision: 0,
};

async function connect(id: string, processId: string = randomUUID()): Promise<number> {
  const { epoch } = (await satellites.connection(id))!;
  const connected = await satellites.connected(id, { ...hello, processId, afterEpoch: epoch });
  return connected!.epoch;
}

describe('locations', () => {
  it('are renamed, and deleted only when nothing needs them', async () => {
    const location = await addLocation(hub.admin, 'Berlin');
    const renamed = await hub.admin.call(routes.locations.update, {
      params: { id: location.id },
      body: { name: 'Hamburg' },
      version: 1,
    });
    expect(renamed).toEqual({ id: location.id, name: 'Hamburg', satelliteCount: 0, onlineCount: 0, version: 2 });
    const { satellite } = await enrol(hub.admin, { location: { id: location.id } });
    const remove = (): Promise<unknown> => hub.admin.call(routes.locations.remove, { params: { id: location.id } });
    await expect(remove()).rejects.toMatchObject({ code: 'in_use' });
    await hub.admin.call(routes.satellites.remove, { params: { id: satellite.id } });
    const [check, system] = await Promise.all([addCheck(hub.admin), addSystem(hub.admin)]);
    const to = { checkId: check.id, systemId: system.id, locationIds: [location.id] };
    const assignment = await assign(hub.admin, to);
    await expect(remove()).rejects.toMatchObject({ code: 'in_use' });
    await hub.admin.call(routes.assignments.remove, { params: { id: assignment.id } });
    await remove();
    await expect(remove()).rejects.toMatchObject({ status: 404 });
  });
});

describe('enrolment', () => {
  it('gives a token once, of which the database keeps the hash only', async () => {
    const { satellite, token } = await enrol(hub.admin, { name: 'Edge', location: { name: 'Paris' }, tags: ['dmz'] });
    expect(token).toMatch(/^cst_[\w-]{43}$/);
    expect(satellite).toMatchObject({
      name: 'Edge',
      location: { name: 'Paris' },
      tags: ['dmz'],
      status: 'new',
      local: false,
      release: null,
      offlineToleranceSeconds: 45,
    });
    const { rows } = await hub.database.query('SELECT token_hash FROM satellite_tokens WHERE satellite_id = $1', [
      satellite.id,
    ]);
    expect(rows).toEqual([{ token_hash: createHash('sha256').update(token).digest() }]);
    expect(JSON.stringify(await hub.admin.call(routes.audit.list))).not.toContain(token);
    expect(await satellites.authenticate(token)).toMatchObject({
      id: satellite.id,
      name: 'Edge',
      locationName: 'Paris',
      disabled: false,
    });
    expect(await satellites.authenticate(`${token}x`)).toBeNull();
  });

  it('takes an existing location by id or name, and makes one that is new', async () => {
    const location = await addLocation(hub.admin, 'Rome');
    for (const given of [{ id: location.id }, { name: 'rome' }]) {
      const { satellite } = await enrol(hub.admin, { location: given });
      expect(satellite.location).toEqual({ id: location.id, name: 'Rome' });
    }
    await expect(enrol(hub.admin, { location: { id: randomUUID() } })).rejects.toMatchObject({
      problem: { fields: [{ path: 'location.id' }] },
    });
    await expect(enrol(hub.admin, { name: 'EDGE' })).rejects.toMatchObject({ code: 'already_exists' });
  });

  it('is for those who may manage satellites', async () => {
    const viewer = await hub.signIn('viewer');
    await viewer.call(routes.satellites.list);
    await expect(enrol(viewer)).rejects.toMatchObject({ status: 403 });
  });
});

describe('a token', () => {
  it('goes on for the overlap after it was rotated, and then opens nothing', async () => {
    const { satellite, token } = await enrol(hub.admin);
    const epoch = await connect(satellite.id);
    const rotated = await hub.admin.call(routes.satellites.rotate, { params: { id: satellite.id }, body: {} });
    for (const each of [token, rotated.token])
      expect(await satellites.authenticate(each)).toMatchObject({ id: satellite.id });
    expect((await satellites.connection(satellite.id))?.epoch).toBe(epoch);
    const endsInMs = Date.parse((await read(satellite.id)).oldTokenEndsAt ?? '') - Date.now();
    expect(Math.round(endsInMs / 600_000)).toBe(6);
    await hub.database.query(
      `UPDATE satellite_tokens SET expires_at = now() WHERE satellite_id = $1 AND expires_at IS NOT NULL`,
      [satellite.id],
    );
    expect(await satellites.authenticate(token)).toBeNull();
    expect(await satellites.authenticate(rotated.token)).not.toBeNull();
    expect((await read(satellite.id)).oldTokenEndsAt).toBeNull();
    await hub.app.get(DataSource).transaction((manager) => hub.app.get(Enrolments).endOverlaps(manager));
    expect(await satellites.connection(satellite.id)).toEqual({ epoch: epoch + 1, holder: null });
  });

  it('without an overlap is revoked at once, and the open socket does not count any more', async () => {
    const { satellite, token } = await enrol(hub.admin);
    const epoch = await connect(satellite.id);
    await hub.admin.call(routes.satellites.rotate, { params: { id: satellite.id }, body: { overlapMinutes: 0 } });
    expect(await satellites.authenticate(token)).toBeNull();
    expect(await satellites.connection(satellite.id)).toEqual({ epoch: epoch + 1, holder: null });
  });
});

describe('a satellite', () => {
  it('is new, online, disabled or offline', async () => {
    const { satellite } = await enrol(hub.admin);
    const { id } = satellite;
    await connect(id);
    expect(await read(id)).toMatchObject({
      status: 'online',
      release: '0.0.1',
      outdated: true,
      hostname: 'edge-1',
      platform: 'linux x64',
      probeKinds: ['http'],
    });
    const disabled = await hub.admin.call(routes.satellites.update, { params: { id }, body: { disabled: true } });
    expect(disabled).toMatchObject({ status: 'disabled', version: 2 });
    const enabled = await hub.admin.call(routes.satellites.update, { params: { id }, body: { disabled: false } });
    expect(enabled).toMatchObject({ status: 'offline', version: 3 });
  });

  it('that is disabled loses its socket and cannot take another', async () => {
    const { satellite, token } = await enrol(hub.admin);
    const epoch = await connect(satellite.id);
    await hub.admin.call(routes.satellites.update, { params: { id: satellite.id }, body: { disabled: true } });
    expect(await satellites.authenticate(token)).toMatchObject({ disabled: true });
    expect(await satellites.connection(satellite.id)).toEqual({ epoch: epoch + 1, holder: null });
    const again = { ...hello, processId: randomUUID(), afterEpoch: epoch + 1 };
    expect(await satellites.connected(satellite.id, again)).toBeNull();
  });

  it('that is deleted is unknown', async () => {
    const { satellite, token } = await enrol(hub.admin);
    await hub.admin.call(routes.satellites.remove, { params: { id: satellite.id } });
    expect(await satellites.authenticate(token)).toBeNull();
    expect(await satellites.connection(satellite.id)).toBeNull();
    await expect(read(satellite.id)).rejects.toMatchObject({ status: 404 });
  });

  it('has one connection that counts: of two at the same time one wins', async () => {
    const { satellite } = await enrol(hub.admin);
    const { epoch } = (await satellites.connection(satellite.id))!;
    const attempts = await Promise.all(
      Array.from({ length: 5 }, () =>
        satellites.connected(satellite.id, { ...hello, processId: randomUUID(), afterEpoch: epoch }),
      ),
    );
    expect(attempts.filter((attempt) => attempt !== null)).toEqual([{ id: satellite.id, epoch: epoch + 1 }]);
  });

  it('hears nothing of the end and the heartbeats of a connection that was replaced', async () => {
    const { satellite } = await enrol(hub.admin);
    const first = await connect(satellite.id);
    const processId = randomUUID();
    const second = await connect(satellite.id, processId);
    await satellites.disconnected(satellite.id, first, { hasStopped: true });
    const holder = { epoch: second, processId, replicaId: hello.replicaId };
    expect(await satellites.connection(satellite.id)).toEqual({ epoch: second, holder });
    await satellites.seen([{ id: satellite.id, epoch: first, gauges: gauges(1) }]);
    expect((await read(satellite.id)).gauges).toBeNull();
    await satellites.seen([{ id: satellite.id, epoch: second, gauges: gauges(2) }]);
    await satellites.seen([{ id: satellite.id, epoch: second, gauges: null }]);
    expect((await read(satellite.id)).gauges).toMatchObject({ slices: 2 });
    await satellites.disconnected(satellite.id, second, { hasStopped: false });
    expect(await read(satellite.id)).toMatchObject({ status: 'online' });
    expect(await satellites.connection(satellite.id)).toEqual({ epoch: second, holder: null });
  });

  it('is listed by name, in pages', async () => {
    for (const name of ['zz b', 'zz A', 'ZZ c']) await enrol(hub.admin, { name });
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await hub.admin.call(routes.satellites.list, { query: { limit: 2, ...(after && { after }) } });
      names.push(...page.items.map(({ name }) => name));
      after = page.next ?? undefined;
    } while (after);
    expect(names.slice(-3)).toEqual(['zz A', 'zz b', 'ZZ c']);
    expect(new Set(names).size).toBe(names.length);
  });
});

function gauges(slices: number): NonNullable<Satellite['gauges']> {
  return {
    slices,
    running: 0,
    runsPerSecond: 1,
    spoolRecords: 0,
    spoolBytes: 0,
    spoolOldestAgeMs: 0,
    lostRecords: 0,
    residentBytes: 1,
    cpuFraction: 0,
    clockOffsetMs: -3,
    roundTripMs: 2,
    warnings: [],
    at: new Date().toISOString(),
  };
}
