// What other agents are known to fail at, each by its name, on real sockets. The hub's part is in apps/hub/src/link/.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, createServer as createRelay, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkRecord, Slice } from '@checkstack/link';
import { FakeHub, sampleJob, sampleSlice } from '@checkstack/link/testing';
import { defineProbe, fact, type ProbeDefinition } from '@checkstack/plugin-sdk';
import { probes } from '@checkstack/plugins/probes';
import * as z from 'zod';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from './clock.js';
import { loadPolicy } from './policy.js';
import { Runner } from './runner.js';
import { Satellite } from './satellite.js';
import { Session } from './session.js';
import { expectEverySlotOnce, toldSlots } from './testing/slots.js';

const intervalMs = 100;
const target = createServer((_request, response) => response.end('ok')).on('request', () => requests++);
let requests = 0;
let dataDir: string;
const endings: (() => Promise<unknown>)[] = [];

beforeAll(() => listen(target));
afterAll(() => {
  target.closeAllConnections();
  target.close();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'checkstack-failures-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const end of endings.splice(0).reverse()) await end();
  await rm(dataDir, { recursive: true, force: true });
});

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return portOf(server);
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const broken = (kind: string, run: ProbeDefinition['run']): ProbeDefinition =>
  defineProbe({
    kind,
    title: kind,
    description: '',
    config: z.looseObject({}),
    collectors: { response: { title: 'Response', facts: { value: fact.number('Value') } } },
    failures: {},
    run,
  });

const kinds = [
  ...probes,
  broken('throws', () => {
    throw new Error('out of ideas');
  }),
  broken('rejects', () => Promise.reject(new Error('out of ideas'))),
  broken('hangs', () => new Promise(() => undefined)),
];

interface Life {
  satellite: Satellite;
  session: Session;
  /** Without a farewell, as a killed process. */
  die(): Promise<void>;
}

async function start(url: string, pingIntervalMs = 8_000): Promise<Life> {
  const clock = new Clock();
  const runner = new Runner(new Map(kinds.map((probe) => [probe.kind, probe])), loadPolicy(undefined), clock);
  const spool = { sync: 'off' as const, maxBytes: 10_000_000, maxAgeMs: 3_600_000 };
  const log = (): void => undefined;
  const satellite = await Satellite.open({ dataDir, tokens: ['fake-token'], spool, clock, runner, log });
  const names = { version: '0.0.0-test', processId: randomUUID(), hubUrl: url, tokens: ['fake-token'] };
  const session = new Session(satellite, { ...names, log, link: { pingIntervalMs } });
  const ran = session.run();
  let ending: Promise<void> | undefined;
  const die = (): Promise<void> =>
    (ending ??= (async () => {
      await satellite.schedule.stop();
      await session.stop();
      await ran;
      await satellite.spool.close();
    })());
  endings.push(die);
  return { satellite, session, die };
}

function slice(given: { url?: string; kind?: string; everyMs?: number } = {}): Slice {
  const { url = `http://127.0.0.1:${portOf(target)}/`, kind = 'http', everyMs = intervalMs } = given;
  const job = sampleJob({ kind, configJson: JSON.stringify({ url }), timeoutMs: 50 });
  return sampleSlice({ job, schedule: { kind: 'interval', intervalMs: everyMs }, changedAtMs: Date.now() });
}

async function more(hub: FakeHub, count: number): Promise<LinkRecord[]> {
  const before = hub.records.length;
  return hub.stored((records) => records.length >= before + count);
}

interface Line {
  url: string;
  /** Nothing gets through on what is connected now, and neither end is told. */
  swallow(): void;
  /** How many connections it has seen. */
  readonly connections: number;
}

async function lineTo(hub: FakeHub): Promise<Line> {
  const open: Socket[] = [];
  let connections = 0;
  const relay = createRelay((near) => {
    connections += 1;
    const far = connect(Number(new URL(hub.url).port), '127.0.0.1');
    open.push(near, far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => to.write(bytes)).on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  });
  const port = await listen(relay);
  endings.push(async () => {
    for (const socket of open) socket.destroy();
    relay.close();
  });
  return {
    url: `http://127.0.0.1:${port}`,
    swallow: () => {
      for (const socket of open) socket.removeAllListeners('data').removeAllListeners('close').resume();
    },
    get connections() {
      return connections;
    },
  };
}

describe('a known failure', () => {
  it('connected but checks silently stale after a network cut', async () => {
    await using hub = await FakeHub.start();
    const line = await lineTo(hub);
    const { session } = await start(line.url, 500);
    await hub.connected();
    hub.sendRoster([slice(), slice()]);
    await more(hub, 6);
    const { connections } = line;
    line.swallow();
    await expect.poll(() => line.connections, { timeout: 15_000 }).toBeGreaterThan(connections);
    await more(hub, 10);
    expect(session.isConnected).toBe(true);
    expectEverySlotOnce(hub.records, intervalMs);
  });

  it('never reconnects', async () => {
    // Each wait of the back-off is as short as can be: that it ends is what matters.
    vi.spyOn(Math, 'random').mockReturnValue(0);
    await using hub = await FakeHub.start();
    await start(hub.url);
    await hub.connected();
    hub.sendRoster([slice()]);
    await more(hub, 3);
    await hub.stop();
    const port = Number(new URL(hub.url).port);
    const impostors: ((socket: Socket) => void)[] = [
      (socket) => socket.destroy(),
      (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n'),
      (socket) => socket.end('not even HTTP'),
      (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'),
    ];
    for (const answer of impostors) {
      let asked = 0;
      const impostor = createRelay((socket) => {
        asked += 1;
        socket.on('error', () => undefined).once('data', () => answer(socket));
      });
      impostor.listen(port, '127.0.0.1');
      await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(2);
      await new Promise((resolve) => impostor.close(resolve));
    }
    await hub.restart();
    hub.refuse({ status: 503, retryAfterMs: 0 });
    const { upgrades } = hub;
    await expect.poll(() => hub.upgrades, { timeout: 10_000 }).toBeGreaterThan(upgrades + 2);
    hub.refuse(null);
    await hub.connected();
    await more(hub, 10);
    expectEverySlotOnce(hub.records, intervalMs);
  });

  it('scheduling stops', async () => {
    await using hub = await FakeHub.start();
    await start(hub.url);
    await hub.connected();
    const good = slice();
    const bad = [slice({ kind: 'throws' }), slice({ kind: 'rejects' }), slice({ kind: 'hangs' })];
    hub.sendRoster([good, ...bad]);
    const codesOf = ({ id }: Slice): (string | undefined)[] =>
      hub.records.flatMap((record) =>
        record.kind === 'result' && record.slice === id && record.attempt === 0 ? [record.failure?.code] : [],
      );
    await hub.stored(() => bad.every((one) => codesOf(one).length > 7) && codesOf(good).length > 7);
    expect(new Set(codesOf(good))).toEqual(new Set([undefined]));
    expect(new Set(codesOf(bad[0]!))).toEqual(new Set(['probe_crashed']));
    expect(new Set(codesOf(bad[1]!))).toEqual(new Set(['probe_crashed']));
    expect(new Set(codesOf(bad[2]!))).toEqual(new Set(['timeout', 'skipped_overrun']));
    expectEverySlotOnce(hub.records, intervalMs);
  });

  it('no record when the target refuses', async () => {
    const nobody = createRelay();
    const port = await listen(nobody);
    await new Promise((resolve) => nobody.close(resolve));
    await using hub = await FakeHub.start();
    await start(hub.url);
    await hub.connected();
    hub.sendRoster([slice({ url: `http://127.0.0.1:${port}/` })]);
    const records = await more(hub, 8);
    for (const record of records) {
      expect(record).toMatchObject({ verdict: 'unhealthy', failure: { side: 'target', code: 'connect_refused' } });
    }
    expectEverySlotOnce(records, intervalMs);
  });

  it('wall clock stepped back loses data', async () => {
    const hubClock = { clockOffsetMs: 0 };
    await using hub = await FakeHub.start(hubClock);
    await start(hub.url);
    await hub.connected();
    const one = slice();
    hub.sendRoster([one]);
    await more(hub, 5);
    const real = Date.now.bind(Date);
    const machine = vi.spyOn(Date, 'now');
    const steps = [-3_600_000, 3_600_000, -7_200_000];
    for (const step of steps) {
      machine.mockImplementation(() => real() + step);
      // The hub is another machine. That the link is lost meanwhile makes the satellite set its time again.
      hubClock.clockOffsetMs = -step;
      hub.drop();
      await hub.connected(0);
      await more(hub, 10);
    }
    expect(hub.records.every((record) => record.kind === 'gap' || record.durationMs >= 0)).toBe(true);
    const slots = [...toldSlots(hub.records, one.id, intervalMs).keys()];
    expect(Math.max(...slots) - Math.min(...slots)).toBeLessThan(600_000);
    expectEverySlotOnce(hub.records, intervalMs);
  });

  it('everything re-run at once after a restart', async () => {
    await using hub = await FakeHub.start();
    const first = await start(hub.url);
    await hub.connected();
    const ticking = slice();
    const rare = Array.from({ length: 40 }, () => slice({ everyMs: 3_600_000 }));
    hub.sendRoster([ticking, ...rare]);
    // Each of them once, when it was new.
    await hub.stored((records) => new Set(records.map((record) => record.slice)).size === 41);
    await first.die();
    const again = await start(hub.url);
    expect(again.satellite.schedule.size).toBe(41);
    requests = 0;
    const before = hub.records.length;
    await hub.stored((records) => records.slice(before).filter((record) => record.slice === ticking.id).length > 9);
    const ran = new Set(
      hub.records.slice(before).flatMap((record) => (record.kind === 'result' ? [record.slice] : [])),
    );
    // Of forty slots in an hour one may come due in such a second.
    expect(ran.size).toBeLessThan(4);
    expect(requests).toBeLessThan(40);
  });
});
