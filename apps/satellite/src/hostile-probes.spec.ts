// The whole program with probes of every bad habit: it stays alive and on time, and tells the hub.
import { FakeHub, sampleJob, sampleSlice } from '@checkstack/link/testing';
import type { LinkRecord, Result, Slice } from '@checkstack/link';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Programs, type Program } from './testing/program.js';
import { expectEverySlotOnce } from './testing/slots.js';

const intervalMs = 200;
let programs: Programs;
beforeAll(async () => {
  programs = await Programs.bundle('hostile-probes.ts');
});
afterEach(() => programs.killAll());
afterAll(() => programs.remove());

async function start(hub: FakeHub, env: Record<string, string> = {}): Promise<Program> {
  const own = { CHECKSTACK_HUB_URL: hub.url, CHECKSTACK_TOKEN: hub.token, PATH: process.env['PATH'] ?? '' };
  const satellite = programs.start(await programs.newFolder(), { ...own, ...env });
  await hub.connected();
  return satellite;
}

function sliceOf(kind: string, config: object = {}, timeoutMs = 300): Slice {
  const collectors = [{ name: 'reading', configJson: '{}', assertionsJson: '[]' }];
  const job = sampleJob({ kind, configJson: JSON.stringify(config), collectors, timeoutMs });
  return sampleSlice({ job, schedule: { kind: 'interval', intervalMs }, changedAtMs: Date.now() });
}

function resultsOf(records: LinkRecord[], { id }: Slice): Result[] {
  return records.filter((record) => record.kind === 'result').filter(({ slice }) => slice === id);
}

const codes = {
  spins: 'timeout',
  stands: 'timeout',
  ignores: 'timeout',
  throws: 'probe_crashed',
  exits: 'probe_crashed',
  buffers: 'probe_out_of_memory',
};

it('cuts off and reports each of them, and runs the others at every slot meanwhile', async () => {
  await using hub = await FakeHub.start();
  const satellite = await start(hub);
  const light = sliceOf('light');
  // Memory is not taken within 300 ms.
  const hostile = Object.keys(codes).map((kind) => sliceOf(kind, {}, kind === 'buffers' ? 60_000 : 300));
  hub.sendRoster([light, ...hostile]);
  const ran = (records: LinkRecord[], one: Slice): Result[] =>
    resultsOf(records, one).filter(({ failure }) => failure?.code !== 'skipped_overrun');
  const records = await hub.stored((all) => hostile.every((one) => ran(all, one).length >= 2), 30_000);
  for (const one of hostile) {
    const told = new Set(ran(records, one).map(({ failure }) => failure?.code));
    expect([one.job.kind, ...told]).toEqual([one.job.kind, codes[one.job.kind as keyof typeof codes]]);
  }
  satellite.child.kill('SIGTERM');
  expect(await satellite.ended).toBe(0);
  expect(satellite.complaints).toBe('');
  expectEverySlotOnce(hub.records, intervalMs);
  // A machine that is busy with other things passes over a slot now and then; one probe that is not cut off, over all.
  const own = resultsOf(hub.records, light);
  const healthy = own.filter(({ verdict }) => verdict === 'healthy');
  const gaps = hub.records.filter((record) => record.kind === 'gap').filter(({ slice }) => slice === light.id);
  const missed = own.length - healthy.length + gaps.reduce((sum, { count }) => sum + count, 0);
  expect(healthy.length).toBeGreaterThan(10);
  expect(missed).toBeLessThan(healthy.length / 4);
});

it.each(['light-stray', 'throws-later'])(
  'outlives an error after a run, and does not keep it silent: %s',
  async (kind) => {
    await using hub = await FakeHub.start({ limits: { heartbeatIntervalMs: 100 } });
    const satellite = await start(hub);
    const stray = sliceOf(kind, { password: 'planted-secret' });
    hub.sendRoster([stray]);
    const beat = await hub.next('heartbeat', ({ gauges }) => gauges.warnings.length > 0);
    expect(beat.gauges.warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^The ${kind} probe threw errors after its runs \\(\\d+\\), the last: Error: planted-reason \\*\\*\\*$`,
        ),
      ),
    ]);
    const records = await hub.stored((all) => resultsOf(all, stray).length >= 5);
    // The first one waits for its process.
    const failed = resultsOf(records, stray).filter(({ failure }) => failure && failure.code !== 'skipped_overrun');
    expect(failed).toEqual([]);
    expect(satellite.output.match(/threw an error after its run: Error: planted-reason \*\*\*/g)).toHaveLength(1);
    expect(satellite.output).not.toContain('planted-secret');
  },
);
