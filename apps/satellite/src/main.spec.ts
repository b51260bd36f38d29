// The program as it is delivered: one file, in a folder with nothing else in it.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { FakeHub, sampleJob, sampleSlice } from '@checkstack/link/testing';
import type { LinkRecord, Slice } from '@checkstack/link';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Programs, type Program } from './testing/program.js';
import { expectEverySlotOnce, toldSlots } from './testing/slots.js';

const intervalMs = 100;
const target = createServer((_request, response) => response.end('ok'));
let targetUrl: string;
let programs: Programs;
let folder: string;

beforeAll(async () => {
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
  programs = await Programs.bundle();
});
afterAll(async () => {
  target.closeAllConnections();
  target.close();
  await programs.remove();
});
beforeEach(async () => {
  folder = await programs.newFolder();
});
afterEach(async () => {
  await programs.killAll();
});

function start(hub: FakeHub, env: Record<string, string> = {}): Program {
  return programs.start(folder, {
    CHECKSTACK_HUB_URL: hub.url,
    CHECKSTACK_TOKEN: hub.token,
    CHECKSTACK_DATA_DIR: 'data',
    ...env,
  });
}

function slices(count: number): Slice[] {
  const job = sampleJob({ configJson: JSON.stringify({ url: targetUrl }) });
  const schedule = { kind: 'interval' as const, intervalMs };
  return Array.from({ length: count }, () => sampleSlice({ job, schedule, changedAtMs: Date.now() }));
}

/** As many records as there are now and `count` more. */
async function more(hub: FakeHub, count: number): Promise<LinkRecord[]> {
  const before = hub.records.length;
  return hub.stored((records) => records.length >= before + count);
}

describe('the satellite’s program', () => {
  it('loses and doubles nothing when it is killed again and again, and declares what it missed', async () => {
    await using hub = await FakeHub.start();
    let satellite = start(hub);
    await hub.connected();
    const held = slices(3);
    hub.sendRoster(held);
    for (let life = 0; life < 4; life++) {
      // In some lives nobody says what is stored.
      if (life % 2 === 1) hub.withholdAcks();
      await more(hub, life % 2 === 1 ? 5 : 20);
      await satellite.kill();
      hub.releaseAcks();
      const killedAt = Date.now();
      await expect.poll(() => Date.now() - killedAt).toBeGreaterThan(3 * intervalMs);
      satellite = start(hub);
      await hub.next('hello');
    }
    await more(hub, 20);
    satellite.child.kill('SIGTERM');
    expect(await satellite.ended).toBe(0);
    expectEverySlotOnce(hub.records, intervalMs);
    for (const { id } of held) {
      const missed = hub.records.filter((record) => record.kind === 'gap' && record.reason === 'satellite_stopped');
      expect(missed.filter(({ slice }) => slice === id)).toHaveLength(4);
    }
  });

  it('goes on probing without the hub after it was killed, and delivers it all', async () => {
    await using hub = await FakeHub.start();
    const first = start(hub);
    await hub.connected();
    hub.sendRoster(slices(2));
    await more(hub, 5);
    await hub.stop();
    await expect.poll(() => first.output).toMatch(/cannot be reached/);
    await first.kill();
    const second = start(hub);
    await expect.poll(() => second.output).toMatch(/Probing 2 slices from the roster on disk/);
    await expect.poll(() => second.output).toMatch(/cannot be reached/);
    await hub.restart();
    await more(hub, 20);
    expectEverySlotOnce(hub.records, intervalMs);
    // The age of a result is right whichever process made it.
    for (const { monotonicMs, records } of hub.received('resultBatch')) {
      for (const record of records) {
        if (record.kind === 'gap') continue;
        expect(monotonicMs - record.monotonicMs).toBeGreaterThanOrEqual(0);
        expect(monotonicMs - record.monotonicMs).toBeLessThan(60_000);
      }
    }
  });

  it('ships what is spooled and says goodbye when it is asked to end', async () => {
    await using hub = await FakeHub.start();
    const satellite = start(hub);
    await hub.connected();
    const held = slices(3);
    hub.sendRoster(held);
    await more(hub, 10);
    hub.withholdAcks();
    await more(hub, 5);
    const [link] = hub.links;
    satellite.child.kill('SIGTERM');
    await expect.poll(() => satellite.output).toMatch(/Stopping/);
    hub.releaseAcks();
    expect(await satellite.ended).toBe(0);
    expect((await link?.ended)?.goodbye?.reason).toBe('stopping');
    const { slots } = JSON.parse(await readFile(join(folder, 'data', 'slots.json'), 'utf8'));
    for (const { id } of held) {
      const shipped = [...toldSlots(hub.records, id, intervalMs).keys()];
      expect(Math.max(...shipped)).toBe(slots[id]);
    }
    expectEverySlotOnce(hub.records, intervalMs);
  });

  it('ends with the hub that started it, even when nobody reads its log any more', async () => {
    await using hub = await FakeHub.start();
    const satellite = start(hub, { CHECKSTACK_PARENT: 'stdin' });
    await hub.connected();
    const [link] = hub.links;
    satellite.child.stdout?.destroy();
    satellite.child.stderr?.destroy();
    satellite.child.stdin?.end();
    expect(await satellite.ended).toBe(0);
    expect((await link?.ended)?.goodbye?.reason).toBe('stopping');
  });

  it('stops in order after an error that nobody expected', async () => {
    await using hub = await FakeHub.start();
    const stray = "process.once('SIGUSR2', () => { throw new Error('stray') })";
    const satellite = start(hub, { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(stray)}` });
    await hub.connected();
    const [link] = hub.links;
    satellite.child.kill('SIGUSR2');
    expect(await satellite.ended).toBe(1);
    expect(satellite.output).toMatch(/nobody expected: Error: stray/);
    expect((await link?.ended)?.goodbye?.reason).toBe('stopping');
  });

  it('says in one sentence each what is wrong with its settings', async () => {
    const satellite = programs.start(folder, { CHECKSTACK_HUB_URL: 'hub', CHECKSTACK_SPOOL_SYNC: 'maybe' });
    expect(await satellite.ended).toBe(1);
    expect(satellite.complaints.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^CHECKSTACK_HUB_URL .*\.$/),
      expect.stringMatching(/^CHECKSTACK_TOKEN .*\.$/),
      expect.stringMatching(/^CHECKSTACK_SPOOL_SYNC .*\.$/),
    ]);
    expect(satellite.output).toBe('');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['a data folder below a file', { CHECKSTACK_DATA_DIR: '/dev/null/data' }],
    ['a policy that is not there', { CHECKSTACK_POLICY_FILE: 'absent.json' }],
  ])('says in one sentence that it cannot start: %s', async (_, env) => {
    await using hub = await FakeHub.start();
    const satellite = start(hub, env);
    expect(await satellite.ended).toBe(1);
    expect(satellite.complaints.trimEnd().split('\n')).toHaveLength(1);
  });

  it('does not start when the port of its health endpoint is taken', async () => {
    await using hub = await FakeHub.start();
    const port = String((target.address() as AddressInfo).port);
    const satellite = start(hub, { CHECKSTACK_HEALTH_PORT: port });
    expect(await satellite.ended).toBe(1);
    expect(satellite.complaints).toMatch(/^The health endpoint cannot be opened: .*EADDRINUSE/);
  });

  it('leaves in its folder only what its owner alone can read', async () => {
    await using hub = await FakeHub.start();
    const satellite = start(hub);
    await hub.connected();
    hub.sendRoster(slices(1));
    await more(hub, 2);
    satellite.child.kill('SIGTERM');
    await satellite.ended;
    const listing = execFileSync('find', ['data', '-type', 'f', '-perm', '/077'], { cwd: folder }).toString();
    expect(listing).toBe('');
    expect((await readdir(join(folder, 'data'))).sort()).toEqual(['roster', 'slots.json', 'spool']);
  });
});
