import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rosterOf, wholeRoster, type LinkRecord } from '@checkstack/link';
import { sampleJob, sampleLimits, sampleSlice } from '@checkstack/link/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Clock } from './clock.js';
import { loadPolicy } from './policy.js';
import { Runner } from './runner.js';
import { Satellite } from './satellite.js';
import { expectEverySlotOnce } from './testing/slots.js';

const intervalMs = 50;
const slice = sampleSlice({ job: sampleJob({ kind: 'none' }), schedule: { kind: 'interval', intervalMs } });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'checkstack-satellite-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function open(): Promise<Satellite> {
  const clock = new Clock();
  const runner = new Runner(new Map(), loadPolicy(undefined), clock);
  const spool = { sync: 'interval' as const, maxBytes: 10_000_000, maxAgeMs: 3_600_000 };
  return Satellite.open({ dataDir, tokens: ['token'], spool, clock, runner, log: () => undefined });
}

async function close(satellite: Satellite): Promise<void> {
  await satellite.close();
  await satellite.spool.close();
}

async function spooled({ spool }: Satellite): Promise<LinkRecord[]> {
  const records: LinkRecord[] = [];
  for (const { stream, firstSequence, lastSequence } of spool.ranges().reverse()) {
    for (let sequence = firstSequence; sequence <= lastSequence;) {
      const found = await spool.read(stream, sequence, 1_000, Infinity);
      if (found === null) throw new Error('a stream ends before its range');
      if ('records' in found) records.push(...found.records);
      sequence = 'records' in found ? sequence + found.records.length : found.missingTo + 1;
    }
  }
  return records;
}

/** One life with a roster and without a hub, at least this many records long; answers the file that holds them. */
async function probed(records: number): Promise<string> {
  const satellite = await open();
  await satellite.welcomed(
    {
      kind: 'welcome',
      satelliteId: '00000000-0000-4000-8000-000000000001',
      satelliteName: 'one',
      location: 'here',
      epoch: 1,
      hubTimeMs: Date.now(),
      limits: sampleLimits(),
      cursors: [],
      hubVersion: '0.0.0',
    },
    'token',
  );
  expect(await satellite.apply(wholeRoster(rosterOf(1, [slice])), 'token')).toBe('');
  await expect.poll(() => satellite.spool.gauges().records).toBeGreaterThanOrEqual(records);
  await close(satellite);
  const [name] = await readdir(join(dataDir, 'spool'));
  return join(dataDir, 'spool', name as string);
}

it.each([
  ['in the middle', 0.5],
  ['in its head', 0.01],
  ['in its last record', 0.99],
])('declares the slots whose results a file damaged %s has lost', async (_where, part) => {
  const path = await probed(10);
  const damaged = await readFile(path);
  const at = Math.floor(damaged.length * part);
  damaged[at] = (damaged[at] as number) ^ 0xff;
  await writeFile(path, damaged);
  const satellite = await open();
  const before = satellite.spool.gauges().records;
  await expect.poll(() => satellite.spool.gauges().records).toBeGreaterThan(before + 3);
  await close(satellite);
  const records = await spooled(satellite);
  expectEverySlotOnce(records, intervalMs);
  expect(records).toContainEqual(expect.objectContaining({ kind: 'gap', reason: 'spool_damaged' }));
});

it('declares what turns out to be damaged while it runs', async () => {
  const path = await probed(10);
  const satellite = await open();
  const damaged = await readFile(path);
  damaged[Math.floor(damaged.length / 2)]! ^= 0xff;
  await writeFile(path, damaged);
  await spooled(satellite);
  await close(satellite);
  expect(await spooled(satellite)).toContainEqual(expect.objectContaining({ kind: 'gap', reason: 'spool_damaged' }));
});
