import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkRecord, Result } from '@checkstack/link';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSegment, headerBytes } from './segment.js';
import { Spool, type SpoolOptions } from './spool.js';

const satelliteId = randomUUID();
const slice = randomUUID();
let folder: string;
let options: SpoolOptions;
const open: Spool[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-spool-'));
  options = {
    folder,
    maxBytes: 1_048_576,
    maxAgeMs: 72 * 3_600_000,
    sync: 'off',
    bootId: randomUUID(),
    log: () => undefined,
  };
});
afterEach(async () => {
  for (const spool of open.splice(0)) await spool.close();
  await rm(folder, { recursive: true, force: true });
});

function result(slotMs: number, text = ''): Result {
  return {
    kind: 'result',
    slice,
    slotMs,
    attempt: 0,
    verdict: 'healthy',
    startedAtMs: slotMs,
    durationMs: 1,
    failure: null,
    facts: text === '' ? {} : { text },
    assertions: [],
    monotonicMs: 0,
  };
}

async function start(overrides: Partial<SpoolOptions> = {}, found: LinkRecord[] = []): Promise<Spool> {
  const spool = await Spool.open({ ...options, ...overrides }, (record) => found.push(record));
  open.push(spool);
  await spool.bind(satelliteId);
  return spool;
}

async function everything(spool: Spool): Promise<number[][]> {
  const slots: number[][] = [];
  for (const { stream, firstSequence, lastSequence } of spool.ranges().reverse()) {
    const read = await spool.read(stream, firstSequence, 100_000, Infinity);
    if (!('records' in read)) throw new Error('a hole');
    expect(read.records.length).toBe(lastSequence - firstSequence + 1);
    slots.push(read.records.map((record) => (record.kind === 'result' ? record.slotMs : -1)));
  }
  return slots;
}

describe('a spool', () => {
  it('gives back what was written, in order, after the process is gone', async () => {
    const first = await start();
    await Promise.all([1, 2, 3].map((slot) => first.append(result(slot))));
    const found: LinkRecord[] = [];
    const second = await start({}, found);
    expect(found.map((record) => record.kind === 'result' && record.slotMs)).toEqual([1, 2, 3]);
    await second.append(result(4));
    expect(await everything(second)).toEqual([[1, 2, 3], [4]]);
  });

  it('never appends to a stream that it found on disk', async () => {
    const first = await start();
    await first.append(result(1));
    const second = await start();
    await second.append(result(2));
    const [fresh, old] = second.ranges();
    expect(fresh?.stream).not.toBe(old?.stream);
    expect(fresh?.firstSequence).toBe(1);
  });

  it('recovers every whole record, whatever byte a crash cut the file at', async () => {
    const spool = await start();
    const records = ['a', 'bb', 'ccc', 'dddd'].map((text, index) => result(index + 1, text));
    for (const record of records) await spool.append(record);
    const [name] = await readdir(folder);
    const whole = await readFile(join(folder, name as string));
    const ends: number[] = [];
    for (let offset = headerBytes; offset < whole.length; ends.push(offset)) offset += 8 + whole.readUInt32BE(offset);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: headerBytes, max: whole.length }), async (length) => {
        const path = join(folder, 'torn');
        await writeFile(path, whole.subarray(0, length));
        const segment = await FileSegment.recover(path, () => undefined);
        expect(segment.count).toBe(ends.filter((end) => end <= length).length);
        await segment.close();
      }),
      { numRuns: 200 },
    );
  });

  it('sets a file aside that is no segment, and goes on', async () => {
    await writeFile(join(folder, 'broken.spool'), 'this is not a spool');
    const spool = await start();
    await spool.append(result(1));
    expect(await everything(spool)).toEqual([[1]]);
    expect(spool.gauges().warnings).toHaveLength(1);
    expect(await readdir(folder)).toContain('broken.spool.unreadable');
  });

  it('tells a range that is missing in the middle of a stream', async () => {
    const spool = await start({ maxBytes: 16_000 });
    await fill(spool, 60);
    await spool.close();
    open.splice(0);
    const names = (await readdir(folder)).sort();
    await truncate(join(folder, names[1] as string), 10);
    const again = await start({ maxBytes: 1_048_576 });
    const { stream } = again.ranges().at(-1) as { stream: string };
    const first = await again.read(stream, 1, 100_000, Infinity);
    const next = 'records' in first ? first.records.length + 1 : 0;
    expect(await again.read(stream, next, 10, Infinity)).toMatchObject({ missingTo: expect.any(Number) });
  });

  it('sets aside what another satellite left in its folder', async () => {
    const first = await start();
    await first.append(result(1));
    const second = await Spool.open(options);
    open.push(second);
    await second.bind(randomUUID());
    expect(second.ranges()).toEqual([]);
    expect((await readdir(folder)).filter((name) => name.endsWith('.unreadable'))).toHaveLength(1);
  });
});

describe('a full spool', () => {
  it('drops the oldest results and declares them as a gap', async () => {
    const spool = await start({ maxBytes: 16_000 });
    await fill(spool, 400);
    const { stream, firstSequence, lastSequence } = spool.ranges()[0] as never;
    expect(firstSequence).toBeGreaterThan(1);
    expect(await spool.read(stream, 1, 10, Infinity)).toEqual({ missingTo: firstSequence - 1 });
    const gaps: LinkRecord[] = [];
    for (let at: number = firstSequence; at <= lastSequence;) {
      const read = await spool.read(stream, at, 1_000, Infinity);
      if (!('records' in read) || read.records.length === 0) throw new Error('a hole');
      gaps.push(...read.records.filter(({ kind }) => kind === 'gap'));
      at += read.records.length;
    }
    expect(gaps.length).toBeGreaterThan(0);
    expect(gaps[0]).toMatchObject({ slice, reason: 'spool_full' });
    expect(spool.gauges().bytes).toBeLessThan(20_000);
    expect(spool.gauges().lost).toBe(firstSequence - 1);
  });

  it('drops what the hub has confirmed first, without declaring a loss', async () => {
    const spool = await start({ maxBytes: 16_000 });
    for (let round = 0; round < 20; round++) {
      await fill(spool, 20);
      const { stream, lastSequence } = spool.ranges()[0] as never;
      spool.confirm(stream, lastSequence);
    }
    expect(spool.gauges()).toMatchObject({ lost: 0, records: 0 });
  });
});

describe('a folder that cannot be written', () => {
  it('keeps results in memory and warns', async () => {
    const file = join(folder, 'in-the-way');
    await writeFile(file, '');
    await chmod(file, 0o400);
    const spool = await start({ folder: join(file, 'spool') });
    await spool.append(result(1));
    expect(await everything(spool)).toEqual([[1]]);
    expect(spool.gauges().warnings[0]).toMatch(/in memory only/);
  });
});

describe('a connect with a backlog', () => {
  it('lets fresh results overtake it in a new stream', async () => {
    const spool = await start();
    await spool.append(result(1));
    await spool.overtake();
    await spool.append(result(2));
    expect(await everything(spool)).toEqual([[1], [2]]);
  });

  it('goes on with its stream when everything is confirmed', async () => {
    const spool = await start();
    await spool.append(result(1));
    spool.confirm((spool.ranges()[0] as never as { stream: string }).stream, 1);
    await spool.overtake();
    await spool.append(result(2));
    expect(await everything(spool)).toEqual([[1, 2]]);
  });
});

async function fill(spool: Spool, count: number): Promise<void> {
  for (let slot = 1; slot <= count; slot++) await spool.append(result(slot, 'x'.repeat(100)));
}
