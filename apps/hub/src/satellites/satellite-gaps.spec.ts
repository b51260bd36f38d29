import { routes, type SatelliteGap } from '@checkstack/api';
import { sampleGap, sampleResult } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, watchSystem, type EnrolledSatellite } from '../testing/watched-system.js';

let hub: TestHub;
const minuteMs = 60_000;
const nowMs = Math.floor(Date.now() / minuteMs) * minuteMs;
const atMinute = (minute: number): number => nowMs - (60 - minute) * minuteMs;
const instant = (ms: number): string => new Date(ms).toISOString();

beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

async function gapsOf({ id }: Pick<EnrolledSatellite, 'id'>, from = atMinute(0), to = nowMs): Promise<SatelliteGap[]> {
  const { items, more } = await hub.admin.call(routes.satellites.gaps, {
    params: { id },
    query: { from: instant(from), to: instant(to) },
  });
  expect(more).toBe(false);
  return items;
}

/** Slots every minute, from the first to the last of these minutes of the hour. */
function gap(slice: string, [first, last]: [number, number], reason: string) {
  const bounds = { fromSlotMs: atMinute(first), toSlotMs: atMinute(last) };
  return sampleGap({ slice, ...bounds, count: last - first + 1, reason });
}

describe('what a satellite could not deliver', () => {
  it('is one line for an outage, however many slices it met, and another for another reason or time', async () => {
    const [satellite, other] = [await enrolSatellite(hub, 'several'), await enrolSatellite(hub, 'another')];
    const watched = [];
    for (const name of ['Alpha', 'Beta', 'Gamma']) watched.push(await watchSystem(hub, [satellite, other], { name }));
    const [one = '', two = '', three = ''] = watched.map(({ sliceIds }) => sliceIds[0]);
    await using link = await connect(hub, satellite);
    await using otherLink = await connect(hub, other);
    await link.ship([
      gap(one, [10, 12], 'satellite_stopped'),
      gap(two, [11, 13], 'satellite_stopped'),
      gap(three, [14, 14], 'satellite_stopped'),
      gap(one, [20, 21], 'satellite_stopped'),
      gap(two, [12, 15], 'spool_full'),
    ]);
    await otherLink.ship([gap(watched[0]?.sliceIds[1] ?? '', [10, 30], 'spool_full')]);
    const line = (first: number, last: number): object => ({
      from: instant(atMinute(first)),
      to: instant(atMinute(last)),
    });
    expect(await gapsOf(satellite)).toMatchObject([
      {
        ...line(20, 21),
        reason: 'satellite_stopped',
        runs: 2,
        slices: 1,
        checkCount: 1,
        checks: [{ name: 'front page Alpha' }],
      },
      { ...line(12, 15), reason: 'spool_full', runs: 4, checks: [{ name: 'front page Beta' }] },
      { ...line(10, 14), reason: 'satellite_stopped', runs: 7, slices: 3, checkCount: 3 },
    ]);
    expect(await gapsOf(satellite, atMinute(16), atMinute(20))).toMatchObject([line(20, 21)]);
    expect(await gapsOf(other)).toMatchObject([{ ...line(10, 30), runs: 21 }]);
  });

  it('leaves out what was stored after all, and what the satellite itself knows better than the hub', async () => {
    const satellite = await enrolSatellite(hub, 'late');
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const slice = sliceIds[0] ?? '';
    await using link = await connect(hub, satellite);
    const runs = [30, 31, 41].map((minute) =>
      sampleResult({ slice, slotMs: atMinute(minute), startedAtMs: atMinute(minute) }),
    );
    await link.ship([
      gap(slice, [30, 31], 'satellite_offline'),
      gap(slice, [40, 42], 'satellite_offline'),
      gap(slice, [50, 52], 'satellite_offline'),
      gap(slice, [50, 54], 'satellite_suspended'),
      ...runs,
    ]);
    expect(await gapsOf(satellite)).toMatchObject([
      { reason: 'satellite_suspended', runs: 5 },
      { reason: 'satellite_offline', runs: 2 },
    ]);
  });

  it('is asked for by who may see checks, over a month at most', async () => {
    const satellite = await enrolSatellite(hub, 'asked');
    await expect(gapsOf(satellite, nowMs, nowMs)).rejects.toMatchObject({ problem: { fields: [{ path: 'to' }] } });
    await expect(gapsOf(satellite, nowMs - 32 * 86_400_000)).rejects.toMatchObject({
      problem: { fields: [{ path: 'from' }] },
    });
    await expect(gapsOf({ id: crypto.randomUUID() })).rejects.toMatchObject({ status: 404 });
    const query = { from: instant(atMinute(0)), to: instant(nowMs) };
    await expect(
      hub.anonymous.call(routes.satellites.gaps, { params: { id: satellite.id }, query }),
    ).rejects.toMatchObject({ status: 401 });
  });
});

describe('a satellite', () => {
  const read = (id: string) => hub.admin.call(routes.satellites.read, { params: { id } });

  it('has confirmed its roster, or not yet', async () => {
    const satellite = await enrolSatellite(hub, 'slow');
    await watchSystem(hub, [satellite]);
    await using link = await connect(hub, satellite, { appliesRoster: false });
    const update = await link.next('rosterUpdate');
    expect((await read(satellite.id)).rosterConfirmed).toBe(false);
    const { revision, digest } = update;
    link.send({ kind: 'rosterApplied', revision, digest, problem: 'out of luck' });
    const again = await link.next('rosterUpdate', ({ whole }) => whole);
    expect((await read(satellite.id)).rosterConfirmed).toBe(false);
    link.send({ kind: 'rosterApplied', revision: again.revision, digest: again.digest, problem: '' });
    await expect.poll(async () => (await read(satellite.id)).rosterConfirmed).toBe(true);
  });

  it('shows which kinds it can run, may not run, and needs to run', async () => {
    const satellite = await enrolSatellite(hub, 'old');
    await watchSystem(hub, [satellite]);
    await using link = await connect(hub, satellite, { hello: { probeKinds: ['tcp', 'dns'], refusedKinds: ['dns'] } });
    expect(await read(satellite.id)).toMatchObject({
      probeKinds: ['tcp', 'dns'],
      refusedKinds: ['dns'],
      neededKinds: ['http'],
    });
    expect(link.isOpen).toBe(true);
  });

  it('counts what was refused, what could not be stored, and what was there before', async () => {
    const satellite = await enrolSatellite(hub, 'odd');
    const { sliceIds } = await watchSystem(hub, [satellite]);
    await using link = await connect(hub, satellite);
    const run = sampleResult({ slice: sliceIds[0] ?? '', slotMs: atMinute(5), startedAtMs: atMinute(5) });
    await link.ship([run, sampleResult(), { ...run, slotMs: atMinute(6), attempt: 40_000 }]);
    await link.ship([run]);
    expect(await read(satellite.id)).toMatchObject({
      refusedResults: 2,
      rejectedResults: { count: 1, newest: { reason: expect.any(String) } },
      supersededResults: 1,
    });
  });
});
