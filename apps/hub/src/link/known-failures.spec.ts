// What other hubs are known to fail at, each by its name, on real sockets and PostgreSQL. The satellite's part is in apps/satellite/src/.
import { once } from 'node:events';
import { connect as dial, createServer, type AddressInfo, type Socket } from 'node:net';
import { routes, type Slice } from '@checkstack/api';
import { sampleGap, type FakeSatellite } from '@checkstack/link/testing';
import { describe, expect, it } from 'vitest';
import { SilenceWatch } from '../health/silence-watch.js';
import { startTestHub, type TestHub, type TestReplica } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem } from '../testing/watched-system.js';

const minute = 60_000;

async function lineTo(hub: TestReplica): Promise<{ url: string; swallow(): void; hubEnd(): Socket } & AsyncDisposable> {
  const open: Socket[] = [];
  const relay = createServer((near) => {
    const far = dial(Number(new URL(hub.url).port), '127.0.0.1');
    open.push(near, far);
    near.on('data', (bytes) => far.write(bytes)).on('error', () => undefined);
    far.on('data', (bytes) => near.write(bytes)).on('error', () => undefined);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    swallow: () => {
      for (const socket of open) socket.removeAllListeners('data').resume();
    },
    hubEnd: () => open[1] as Socket,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => relay.close(resolve));
    },
  };
}

async function sliceNow(hub: TestHub, id: string, replica: TestReplica = hub): Promise<Slice | undefined> {
  const admin = replica === hub ? hub.admin : await replica.signIn('admin');
  const { items } = await admin.call(routes.results.slices, { query: { limit: 1000 } });
  return items.find((slice) => slice.id === id);
}

describe('a known failure', () => {
  it('zombie session on the hub', async () => {
    await using hub = await startTestHub();
    const satellite = await enrolSatellite(hub, 'cut off');
    const { sliceIds } = await watchSystem(hub, [satellite]);
    const [slice = ''] = sliceIds;
    await using line = await lineTo(hub);
    const older = await connect(line, satellite);
    await older.ship(runsOf(slice, ['healthy']));
    line.swallow();
    const cut = once(line.hubEnd(), 'close');
    // Started anew on its machine: another process, while the hub still holds the socket of the one before.
    await using newer = await connect(hub, satellite);
    expect(newer.received('welcome')[0]?.epoch).toBe(2);
    await cut;
    await newer.ship(runsOf(slice, ['healthy'], { attempt: 1 }));
    const { status } = await hub.admin.call(routes.satellites.read, { params: { id: satellite.id } });
    expect(status).toBe('online');
    await older.drop();
  });

  it('timers lost across a hub restart', async () => {
    const hub = await startTestHub();
    try {
      const [gone, quiet] = [await enrolSatellite(hub, 'gone'), await enrolSatellite(hub, 'quiet')];
      await hub.database.query('UPDATE satellites SET offline_tolerance_seconds = 3 WHERE id = $1', [gone.id]);
      const { sliceIds } = await watchSystem(hub, [gone, quiet]);
      const [ofGone = '', ofQuiet = ''] = sliceIds;
      const fakes: FakeSatellite[] = [];
      for (const [index, one] of [gone, quiet].entries()) {
        const fake = await connect(hub, one);
        await fake.ship(runsOf(sliceIds[index] ?? '', ['healthy']));
        fakes.push(fake);
      }
      expect(await sliceNow(hub, ofGone)).toMatchObject({ state: { state: 'healthy' } });
      await hub.app.close();
      await Promise.all(fakes.map((fake) => fake.ended));

      await using again = await hub.replica();
      await using back = await connect(again, quiet);
      // One does not come back, the other one says nothing: a hub that knows neither from before must find both out.
      const offline = { state: { state: 'unknown', reason: 'Satellite gone is offline' } };
      await expect.poll(() => sliceNow(hub, ofGone, again), { timeout: 15_000 }).toMatchObject(offline);
      const silent = { state: { state: 'unknown', reason: expect.stringMatching(/^No result since/) } };
      await expect
        .poll(
          async () => {
            await again.app.get(SilenceWatch).look(Date.now() + 200_000);
            return sliceNow(hub, ofQuiet, again);
          },
          { timeout: 15_000 },
        )
        .toMatchObject(silent);
      expect(back.isOpen).toBe(true);
    } finally {
      await hub[Symbol.asyncDispose]();
    }
  });

  it('replay that does not reach the charts', async () => {
    await using hub = await startTestHub();
    const satellite = await enrolSatellite(hub, 'back again');
    const watched = await watchSystem(hub, [satellite]);
    const [slice = ''] = watched.sliceIds;
    const newest = Math.floor(Date.now() / minute) * minute;
    const at = (time: number): string => new Date(time).toISOString();
    await using fake = await connect(hub, satellite);
    const history = async () =>
      hub.admin.call(routes.results.history, {
        query: { checkId: watched.checkId, from: at(newest - 179 * minute), to: at(newest + minute), points: 180 },
      });
    const countsIn = async (): Promise<number[]> => {
      const [series] = (await history()).series;
      return series?.buckets.map((one) => one.healthy + one.degraded + one.unhealthy + one.unknown) ?? [];
    };
    await fake.ship(runsOf(slice, ['healthy'], { slotMs: newest }));
    // Looked at before the replay, so that whoever remembers an answer would be found out.
    expect((await countsIn()).filter((count) => count > 0)).toEqual([1]);
    fake.openStream();
    const backlog = runsOf(
      slice,
      [...Array<'healthy'>(100).fill('healthy'), ...Array<'unhealthy'>(50).fill('unhealthy')],
      {
        slotMs: newest - minute,
      },
    );
    await fake.ship(backlog);
    const gap = sampleGap({ slice, fromSlotMs: newest - 170 * minute, toSlotMs: newest - 160 * minute, count: 11 });
    await fake.ship([gap]);
    const { series, gaps } = await history();
    const counts = await countsIn();
    expect(counts).toHaveLength(180);
    expect(counts.slice(-151)).toEqual(Array.from({ length: 151 }, () => 1));
    expect(series[0]?.buckets.reduce((sum, { unhealthy }) => sum + unhealthy, 0)).toBe(50);
    expect(gaps).toEqual([expect.objectContaining({ sliceId: slice, from: at(gap.fromSlotMs), count: 11 })]);
    expect((await sliceNow(hub, slice))?.state.state).toBe('healthy');
  });
});
