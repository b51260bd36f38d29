import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRecord, rosterOf, wholeRoster, type Gap, type LinkRecord, type Welcome } from '@checkstack/link';
import { sampleJob, sampleLimits, sampleSlice } from '@checkstack/link/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from './clock.js';
import { loadPolicy } from './policy.js';
import { Runner } from './runner.js';
import { Satellite } from './satellite.js';
import { expectEverySlotOnce, toldSlots } from './testing/slots.js';

const intervalMs = 50;
const slice = sampleSlice({ job: sampleJob({ kind: 'none' }), schedule: { kind: 'interval', intervalMs } });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'checkstack-satellite-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

async function open(maxBytes = 10_000_000): Promise<Satellite> {
  const clock = new Clock();
  const runner = new Runner(new Map(), loadPolicy(undefined), clock);
  const spool = { sync: 'interval' as const, maxBytes, maxAgeMs: 3_600_000 };
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
      if ('records' in found) records.push(...found.records.map(decodeRecord));
      sequence = 'records' in found ? sequence + found.records.length : found.missingTo + 1;
    }
  }
  return records;
}

const welcome: Welcome = {
  kind: 'welcome',
  satelliteId: '00000000-0000-4000-8000-000000000001',
  satelliteName: 'one',
  location: 'here',
  epoch: 1,
  hubTimeMs: 0,
  limits: sampleLimits(),
  cursors: [],
  hubVersion: '0.0.0',
  storedUntilMs: 0,
};

/** A life with a roster and without a hub, at least so many records long. */
async function probing(records: number, maxBytes?: number): Promise<Satellite> {
  const satellite = await open(maxBytes);
  await satellite.welcomed({ ...welcome, hubTimeMs: Date.now() }, 'token');
  expect(await satellite.apply(wholeRoster(rosterOf(1, [slice])), 'token')).toBe('');
  await expect.poll(() => satellite.spool.gauges().records, { timeout: 10_000 }).toBeGreaterThanOrEqual(records);
  return satellite;
}

/** The file that such a life leaves. */
async function probed(records: number): Promise<string> {
  await close(await probing(records));
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

describe('a hub that lost what it had confirmed', () => {
  const isRestored = (record: LinkRecord): record is Gap => record.kind === 'gap' && record.reason === 'hub_restored';

  /** All is confirmed, and only the end of it still held. */
  async function confirmed(): Promise<{ satellite: Satellite; stream: string; last: number }> {
    const satellite = await probing(1, 4_000);
    const { spool } = satellite;
    const [{ stream } = { stream: '' }] = spool.ranges();
    let last = 0;
    const held = async (): Promise<number> => {
      const [range] = spool.ranges();
      last = range?.lastSequence ?? 0;
      spool.confirm(stream, last);
      return range?.firstSequence ?? 0;
    };
    await expect.poll(held, { timeout: 10_000 }).toBeGreaterThan(20);
    return { satellite, stream, last };
  }

  it('is sent again what is held, and told of the slots that are gone', async () => {
    const { satellite, stream } = await confirmed();
    const storedUntilMs = Date.now() - 10_000;
    await satellite.welcomed(
      { ...welcome, hubTimeMs: Date.now(), storedUntilMs, cursors: [{ stream, sequence: 2 }] },
      'token',
    );
    await close(satellite);
    const records = await spooled(satellite);
    const gaps = records.filter(isRestored);
    expect(gaps).toHaveLength(1);
    const from = gaps[0]?.fromSlotMs ?? 0;
    expect(from).toBeGreaterThan(storedUntilMs);
    expect(from).toBeLessThanOrEqual(storedUntilMs + intervalMs);
    const told = toldSlots(records, slice.id, intervalMs);
    for (let slot = from; slot <= Math.max(...told.keys()); slot += intervalMs) expect(told.has(slot)).toBe(true);
  });

  it('is told nothing when it stands where it stood', async () => {
    const { satellite, stream, last } = await confirmed();
    await satellite.welcomed(
      { ...welcome, hubTimeMs: Date.now(), storedUntilMs: Date.now() - 10_000, cursors: [{ stream, sequence: last }] },
      'token',
    );
    await close(satellite);
    expect((await spooled(satellite)).filter(isRestored)).toEqual([]);
  });
});
