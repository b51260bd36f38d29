import { routes } from '@checkstack/api';
import { LinkRefused } from '@checkstack/link';
import { sampleHeartbeat } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Drain } from '../operation/drain.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem } from '../testing/watched-system.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

async function refusalOf(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LinkRefused);
  return (error as LinkRefused).refusal;
}

describe('the upgrade', () => {
  it('answers 401 to a token that is unknown', async () => {
    expect(await refusalOf(connect(hub, { token: 'cst_unknown' }))).toEqual({ status: 401 });
  });

  it('answers 403 to a satellite that is disabled', async () => {
    const satellite = await enrolSatellite(hub, 'disabled');
    await hub.admin.call(routes.satellites.update, { params: { id: satellite.id }, body: { disabled: true } });
    expect(await refusalOf(connect(hub, satellite))).toEqual({ status: 403 });
  });

  it.each([
    ['/api/link', 'other.protocol', 426],
    ['/api/link', undefined, 426],
    ['/api/unknown', 'checkstack.link.v1', 404],
  ])('at %s with sub-protocol %s answers %i', async (path, protocol, status) => {
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}${path}`, protocol);
    const answered = await new Promise((resolve) =>
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode)).on('error', () => undefined),
    );
    expect(answered).toBe(status);
  });
});

it('answers 503 while the hub is stopping', async () => {
  const satellite = await enrolSatellite(hub, 'early bird');
  const drain = hub.app.get(Drain);
  drain.isDraining = true;
  try {
    expect(await refusalOf(connect(hub, satellite))).toEqual({ status: 503, retryAfterMs: 2_000 });
  } finally {
    drain.isDraining = false;
  }
});

describe('a roster', () => {
  it('comes as the difference after an edit', async () => {
    const satellite = await enrolSatellite(hub, 'edited');
    const { sliceIds, checkId } = await watchSystem(hub, [satellite]);
    await using fake = await connect(hub, satellite);
    await fake.holds((slices) => slices.length === 1);
    const more = await watchSystem(hub, [satellite]);
    const slices = await fake.holds((held) => held.length === 2);
    expect(slices.map(({ id }) => id).sort()).toEqual([...sliceIds, ...more.sliceIds].sort());
    expect(fake.received('rosterUpdate').at(-1)).toMatchObject({ whole: false, removed: [] });
    await hub.admin.call(routes.checks.remove, { params: { id: checkId } });
    expect((await fake.holds((held) => held.length === 1)).map(({ id }) => id)).toEqual(more.sliceIds);
  });

  it('comes whole to a satellite that cannot take the difference', async () => {
    const satellite = await enrolSatellite(hub, 'stubborn');
    await watchSystem(hub, [satellite]);
    await using fake = await connect(hub, satellite, { appliesRoster: false });
    const { revision, digest } = await fake.next('rosterUpdate');
    fake.send({ kind: 'rosterApplied', revision, digest, problem: '' });
    await watchSystem(hub, [satellite]);
    const refused = await fake.next('rosterUpdate', ({ whole }) => !whole);
    fake.send({ kind: 'rosterApplied', revision: 0, digest: '', problem: 'I hold something else.' });
    const whole = await fake.next('rosterUpdate', (update) => update.whole && update.revision >= refused.revision);
    expect(whole.slices).toHaveLength(2);
  });
});

describe('a satellite that comes to another hub process', () => {
  it('is heard there, and its older socket is closed', async () => {
    const satellite = await enrolSatellite(hub, 'wandering');
    await using replica = await hub.replica();
    const older = await connect(hub, satellite);
    await using newer = await connect(replica, satellite, { hello: { processId: older.processId } });
    expect((await older.ended).goodbye?.reason).toBe('superseded');
    expect(newer.received('welcome')[0]?.epoch).toBe(2);
  });

  it('is shut out there as soon as its token is revoked here', async () => {
    const satellite = await enrolSatellite(hub, 'revoked here');
    await using replica = await hub.replica();
    const fake = await connect(replica, satellite);
    await hub.admin.call(routes.satellites.rotate, { params: { id: satellite.id }, body: { overlapMinutes: 0 } });
    expect((await fake.ended).goodbye?.reason).toBe('revoked');
    expect(await refusalOf(connect(replica, satellite))).toEqual({ status: 401 });
  });

  it('is shut out there even when the notice of it is lost', async () => {
    const satellite = await enrolSatellite(hub, 'revoked in silence');
    await using replica = await hub.replica();
    const fake = await connect(replica, satellite);
    // What a revocation writes, without what it tells.
    await hub.database.query('DELETE FROM satellite_tokens WHERE satellite_id = $1', [satellite.id]);
    await hub.database.query('UPDATE satellites SET epoch = epoch + 1 WHERE id = $1', [satellite.id]);
    expect((await fake.ended).goodbye?.reason).toBe('revoked');
  });

  it('is refused as a second machine while the first is connected', async () => {
    const satellite = await enrolSatellite(hub, 'cloned elsewhere');
    await using replica = await hub.replica();
    await using first = await connect(hub, satellite);
    const second = await connect(replica, satellite, { saysHello: false });
    void second.sendHello().catch(() => undefined);
    expect((await second.ended).goodbye?.reason).toBe('conflict');
    expect(first.isOpen).toBe(true);
  });
});

describe('a socket', () => {
  it('is welcomed, answered with hub time, and gets the roster', async () => {
    const satellite = await enrolSatellite(hub, 'welcomed');
    const { sliceIds } = await watchSystem(hub, [satellite]);
    await using fake = await connect(hub, satellite);
    const [welcome] = fake.received('welcome');
    expect(welcome).toMatchObject({ satelliteId: satellite.id, satelliteName: 'welcomed', epoch: 1, cursors: [] });
    expect((await fake.holds((slices) => slices.length > 0)).map(({ id }) => id)).toEqual(sliceIds);
    const reply = await fake.heartbeat();
    expect(Math.abs(reply.receivedAtMs - Date.now())).toBeLessThan(5_000);
  });

  it('is closed as soon as its satellite is disabled, or its token is revoked', async () => {
    const satellite = await enrolSatellite(hub, 'revoked');
    const params = { id: satellite.id };
    const first = await connect(hub, satellite);
    const rotated = await hub.admin.call(routes.satellites.rotate, { params, body: { overlapMinutes: 0 } });
    expect((await first.ended).goodbye?.reason).toBe('revoked');
    const second = await connect(hub, rotated);
    await hub.admin.call(routes.satellites.update, { params, body: { disabled: true } });
    expect((await second.ended).goodbye?.reason).toBe('disabled');
  });

  it('is not welcomed when its token was revoked after the upgrade', async () => {
    const satellite = await enrolSatellite(hub, 'revoked early');
    const { sliceIds } = await watchSystem(hub, [satellite]);
    expect(sliceIds).toHaveLength(1);
    const fake = await connect(hub, satellite, { saysHello: false });
    await hub.admin.call(routes.satellites.rotate, { params: { id: satellite.id }, body: { overlapMinutes: 0 } });
    void fake.sendHello().catch(() => undefined);
    expect((await fake.ended).goodbye?.reason).toBe('revoked');
    expect(fake.received('rosterUpdate')).toEqual([]);
  });

  it('tells gauges that are stored, whatever another one tells', async () => {
    const [loud, quiet] = [await enrolSatellite(hub, 'loud'), await enrolSatellite(hub, 'quiet')];
    await using first = await connect(hub, loud);
    await using second = await connect(hub, quiet);
    const heartbeat = sampleHeartbeat();
    const telling = setInterval(() => {
      first.send({ ...heartbeat, gauges: { ...heartbeat.gauges, warnings: ['a\0b'] } });
      second.send(heartbeat);
    }, 200);
    try {
      const gaugesOf = async ({ id }: { id: string }) =>
        (await hub.admin.call(routes.satellites.read, { params: { id } })).gauges;
      await expect.poll(() => gaugesOf(quiet), { timeout: 15_000 }).not.toBeNull();
      expect((await gaugesOf(loud))?.warnings).toEqual(['a\ufffdb']);
    } finally {
      clearInterval(telling);
    }
  });

  it('yields to a newer one of the same process', async () => {
    const satellite = await enrolSatellite(hub, 'reconnecting');
    const older = await connect(hub, satellite);
    await using newer = await connect(hub, satellite, { hello: { processId: older.processId } });
    expect((await older.ended).goodbye?.reason).toBe('superseded');
    expect(newer.isOpen).toBe(true);
  });

  it('keeps its place against another machine with the same token, and the satellite warns of it', async () => {
    const satellite = await enrolSatellite(hub, 'cloned');
    await using first = await connect(hub, satellite);
    const second = await connect(hub, satellite, { saysHello: false });
    void second.sendHello().catch(() => undefined);
    expect((await second.ended).goodbye?.reason).toBe('conflict');
    await first.heartbeat();
    await expect
      .poll(
        async () =>
          (await hub.admin.call(routes.satellites.read, { params: { id: satellite.id } })).gauges?.warnings.join(),
        { timeout: 15_000 },
      )
      .toMatch(/Another machine/);
  });

  it('is closed when it sends what no satellite may', async () => {
    const satellite = await enrolSatellite(hub, 'rude');
    const fake = await connect(hub, satellite);
    fake.sendBytes(new Uint8Array([255, 255, 255]));
    expect((await fake.ended).goodbye?.reason).toBe('protocol_error');
  });

  it('is closed when it ships more batches than the window allows', async () => {
    const satellite = await enrolSatellite(hub, 'pushy');
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const fake = await connect(hub, satellite);
    for (let batch = 0; batch < 20; batch++) fake.sendRecords(runsOf(sliceIds[0] ?? '', ['healthy']));
    expect((await fake.ended).goodbye?.message).toMatch(/more than 8 batches/);
  });

  it('goes offline at once when it says that it stops', async () => {
    const satellite = await enrolSatellite(hub, 'stopping');
    const fake = await connect(hub, satellite);
    const statusOf = async (): Promise<string> =>
      (await hub.admin.call(routes.satellites.read, { params: { id: satellite.id } })).status;
    expect(await statusOf()).toBe('online');
    await fake.disconnect({ reason: 'stopping' });
    await expect.poll(statusOf).toBe('offline');
  });
});
