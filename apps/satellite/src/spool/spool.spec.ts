import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, open as openFile, readdir, readlink, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRecord, type Gap, type LinkRecord, type Result } from '@checkstack/link';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { headerBytes } from './segment-format.js';
import { FileSegment } from './segment.js';
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
    now: () => Date.now(),
    log: () => undefined,
  };
});
afterEach(async () => {
  vi.restoreAllMocks();
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

async function start(overrides: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await Spool.open({ ...options, ...overrides });
  open.push(spool);
  await spool.bind(satelliteId);
  return spool;
}

async function fill(spool: Spool, count: number, first = 1): Promise<void> {
  for (let slot = first; slot < first + count; slot++) await spool.append(result(slot, 'x'.repeat(100)));
}

/** All records, stream by stream, oldest first; a hole in a stream fails. */
async function everything(spool: Spool): Promise<LinkRecord[][]> {
  const streams: LinkRecord[][] = [];
  // Drops follow the append that made them necessary.
  await spool.sync();
  for (const { stream, firstSequence, lastSequence } of spool.ranges().reverse()) {
    const records: LinkRecord[] = [];
    for (let at = firstSequence; at <= lastSequence; at = firstSequence + records.length) {
      const found = await spool.read(stream, at, 7, 2_000);
      if (found === null || !('records' in found)) throw new Error(`a hole at ${at}`);
      records.push(...found.records.map(decodeRecord));
    }
    expect(records).toHaveLength(lastSequence - firstSequence + 1);
    streams.push(records);
  }
  return streams;
}

async function slots(spool: Spool): Promise<(number | string)[][]> {
  const streams = await everything(spool);
  return streams.map((records) => records.map((record) => (record.kind === 'result' ? record.slotMs : record.reason)));
}

async function newestStream(spool: Spool): Promise<{ stream: string; firstSequence: number; lastSequence: number }> {
  const [newest] = spool.ranges();
  if (newest === undefined) throw new Error('nothing is spooled');
  return newest;
}

/** How many files of the folder this process has open. */
async function openSpoolFiles(): Promise<number> {
  const targets = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  return targets.filter((target) => target.startsWith(folder)).length;
}

describe('a spool', () => {
  it('gives back what was written, in order, after the process was killed', async () => {
    const first = await start();
    await Promise.all([1, 2, 3].map((slot) => first.append(result(slot))));
    const second = await start();
    await second.append(result(4));
    expect(await slots(second)).toEqual([[1, 2, 3], [4]]);
  });

  it('tells the next life up to which slot each slice is recorded', async () => {
    const first = await start();
    const gap: Gap = { kind: 'gap', slice, fromSlotMs: 3, toSlotMs: 5, count: 3, reason: 'clock' };
    for (const record of [result(1), { ...result(2) }, gap, { ...result(9), attempt: 1 }]) await first.append(record);
    const settled: [string, number, string][] = [];
    open.push(await Spool.open(options, (...told) => settled.push(told)));
    expect(settled).toEqual([[slice, 5, satelliteId]]);
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

  it.runIf(process.platform === 'linux')(
    'keeps no file open but the one it writes, however often it was started',
    async () => {
      for (let life = 1; life <= 5; life++) {
        const spool = await start();
        await spool.append(result(life));
        await spool.close();
      }
      const spool = await start();
      await spool.append(result(6));
      expect(await slots(spool)).toHaveLength(6);
      expect(await openSpoolFiles()).toBe(1);
    },
  );

  it('sets a file aside that is no segment, goes on, and forgets it when nothing of it can matter any more', async () => {
    await writeFile(join(folder, 'broken.spool'), 'this is not a spool');
    const spool = await start();
    await spool.append(result(1));
    expect(await slots(spool)).toEqual([[1]]);
    expect(spool.gauges().warnings).toEqual([expect.stringContaining('1')]);
    const aside = join(folder, 'broken.spool.unreadable');
    await utimes(aside, new Date(0), new Date(0));
    await start();
    expect((await readdir(folder)).some((name) => name.startsWith('broken'))).toBe(false);
  });

  it('tells a range that is missing in the middle of a stream', async () => {
    const spool = await start({ maxBytes: 16_000 });
    await fill(spool, 60);
    const names = (await readdir(folder)).sort();
    await truncate(join(folder, names[1] as string), 10);
    const again = await start();
    const { stream } = again.ranges().at(-1) as { stream: string };
    const first = await again.read(stream, 1, 100_000, Infinity);
    const next = first !== null && 'records' in first ? first.records.length + 1 : 0;
    const hole = await again.read(stream, next, 10, Infinity);
    expect(hole).toMatchObject({ missingTo: expect.any(Number) });
    expect(again.gauges().lost).toBe((hole as { missingTo: number }).missingTo - next + 1);
  });

  it('goes on in a new stream when its own file turns out damaged', async () => {
    const spool = await start();
    for (const slot of [1, 2, 3]) await spool.append(result(slot));
    const { stream } = await newestStream(spool);
    // What was just written is shipped from memory, once.
    expect(await spool.read(stream, 1, 10, Infinity)).toHaveProperty('records');
    const [name] = await readdir(folder);
    const file = await openFile(join(folder, name as string), 'r+');
    await file.write(Buffer.from([255]), 0, 1, headerBytes + 12);
    await file.close();
    expect(await spool.read(stream, 1, 10, Infinity)).toEqual({ missingTo: 3 });
    await spool.append(result(4));
    expect(await slots(spool)).toEqual([[4]]);
    expect(spool.gauges()).toMatchObject({ lost: 3, records: 1 });
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

  it('loses and doubles nothing, whatever happens in which order', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('append'), count: fc.integer({ min: 1, max: 30 }) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('confirm'), count: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('overtake'), count: fc.constant(0) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill'), count: fc.constant(0) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const own = await mkdtemp(join(folder, 'run-'));
        let spool = await start({ folder: own, maxBytes: 12_000 });
        const confirmed = new Set<number>();
        const told: Gap[] = [];
        let slot = 0;
        const take = (record: LinkRecord): void => {
          if (record.kind === 'gap') told.push(record);
          else confirmed.add(record.slotMs);
        };
        for (const { kind, count } of steps) {
          if (kind === 'append') {
            const batch = Array.from({ length: count }, () => spool.append(result(++slot, 'x'.repeat(60))));
            // Not awaited one by one: drops, reads and confirms meet writes.
            await batch[Math.floor(count / 2)];
          } else if (kind === 'confirm') {
            const [{ stream, firstSequence } = { stream: '', firstSequence: 1 }] = spool.ranges().reverse();
            const found = await spool.read(stream, firstSequence, count, Infinity);
            if (found === null || !('records' in found) || count === 0) continue;
            found.records.map(decodeRecord).forEach(take);
            spool.confirm(stream, firstSequence + found.records.length - 1);
          } else if (kind === 'overtake') await spool.overtake();
          else {
            await spool.append(result(++slot));
            // What is under way ends: in one process there is no other kill.
            await spool.sync();
            spool = await start({ folder: own, maxBytes: 12_000 });
          }
        }
        await spool.append(result(++slot));
        (await everything(spool)).flat().forEach(take);
        const isDeclared = (at: number): boolean => told.some((gap) => gap.fromSlotMs <= at && at <= gap.toSlotMs);
        for (let at = 1; at <= slot; at++) expect([at, confirmed.has(at) || isDeclared(at)]).toEqual([at, true]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('a full spool', () => {
  it('drops the oldest results and declares them as a gap', async () => {
    const spool = await start({ maxBytes: 16_000 });
    await fill(spool, 400);
    const { stream, firstSequence } = await newestStream(spool);
    expect(firstSequence).toBeGreaterThan(1);
    expect(await spool.read(stream, 1, 10, Infinity)).toEqual({ missingTo: firstSequence - 1 });
    const records = (await everything(spool)).flat();
    const gaps = records.filter((record) => record.kind === 'gap');
    const kept = records.filter((record) => record.kind === 'result').map(({ slotMs }) => slotMs);
    expect(gaps.every((gap) => gap.slice === slice && gap.reason === 'spool_full')).toBe(true);
    expect(gaps.reduce((sum, { count }) => sum + count, 0) + kept.length).toBe(400);
    expect(kept.at(-1)).toBe(400);
    expect(spool.gauges().bytes).toBeLessThan(20_000);
    expect(spool.gauges().lost).toBe(400 - kept.length);
  });

  it('has declared what it drops before it is gone', async () => {
    const spool = await start({ maxBytes: 16_000 });
    vi.spyOn(FileSegment.prototype, 'remove').mockRejectedValue(new Error('killed here'));
    await fill(spool, 120);
    const again = await start();
    const records = (await everything(again)).flat();
    expect(records.filter((record) => record.kind === 'result')).toHaveLength(120);
    expect(records.some((record) => record.kind === 'gap')).toBe(true);
  });

  it('keeps gaps with another reason apart', async () => {
    const spool = await start({ maxBytes: 16_000 });
    await spool.append(result(1));
    await spool.append({ kind: 'gap', slice, fromSlotMs: 2, toSlotMs: 4, count: 3, reason: 'satellite_stopped' });
    await fill(spool, 120, 5);
    const gaps = (await everything(spool)).flat().filter((record) => record.kind === 'gap');
    expect(gaps.slice(0, 3)).toEqual([
      expect.objectContaining({ fromSlotMs: 1, toSlotMs: 1, count: 1, reason: 'spool_full' }),
      expect.objectContaining({ fromSlotMs: 2, toSlotMs: 4, count: 3, reason: 'satellite_stopped' }),
      expect.objectContaining({ fromSlotMs: 5, reason: 'spool_full' }),
    ]);
  });

  it('drops what the hub has confirmed first, without declaring a loss', async () => {
    const spool = await start({ maxBytes: 16_000 });
    for (let round = 0; round < 20; round++) {
      await fill(spool, 20);
      const { stream, lastSequence } = await newestStream(spool);
      spool.confirm(stream, lastSequence);
    }
    expect(spool.gauges()).toMatchObject({ lost: 0, records: 0 });
  });
});

describe('results that grow old', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  it('are dropped and declared when the hub would not take them any more, after a restart too', async () => {
    let nowMs = 1_700_000_000_000;
    const now = (): number => nowMs;
    const spool = await start({ now });
    await spool.append(result(nowMs));
    nowMs += 71 * 3_600_000;
    await spool.append(result(nowMs));
    await start({ now });
    nowMs += 2 * 3_600_000;
    const again = await start({ now });
    await again.append(result(nowMs));
    await vi.advanceTimersByTimeAsync(10_000);
    await expect.poll(() => slots(again)).toEqual([[nowMs - 2 * 3_600_000], [nowMs, 'spool_age']]);
  });

  it('stay for ten minutes after they were confirmed, and are asked for again by a database that fell back', async () => {
    const spool = await start();
    await spool.append(result(1));
    await spool.overtake();
    await spool.append(result(2));
    const { stream } = spool.ranges()[1] as { stream: string };
    spool.confirm(stream, 1);
    await vi.advanceTimersByTimeAsync(590_000);
    expect(await slots(spool)).toEqual([[1], [2]]);
    spool.confirm(stream, 0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await slots(spool)).toEqual([[1], [2]]);
    spool.confirm(stream, 1);
    await vi.advanceTimersByTimeAsync(620_000);
    await expect.poll(() => slots(spool)).toEqual([[2]]);
    expect(spool.gauges().lost).toBe(0);
  });
});

describe('a disk that takes no writes', () => {
  async function breakDisk(): Promise<{ mend(): void }> {
    const file = await openFile(join(folder, 'any'), 'w');
    const prototype = Object.getPrototypeOf(file) as { write: (...given: unknown[]) => Promise<unknown> };
    await file.close();
    const { write } = prototype;
    const spy = vi.spyOn(prototype, 'write').mockImplementation(async function (this: unknown, ...given) {
      // A part fits, as when the last block is taken.
      const [chunk, at, length, position] = given as [Buffer, number, number, number];
      await write.call(this, chunk, at, Math.min(length, 5), position);
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    return { mend: () => spy.mockRestore() };
  }

  it('from the start keeps results in memory and warns', async () => {
    const file = join(folder, 'in-the-way');
    await writeFile(file, '');
    await chmod(file, 0o400);
    const spool = await start({ folder: join(file, 'spool') });
    await spool.append(result(1));
    expect(await slots(spool)).toEqual([[1]]);
    expect(spool.gauges().warnings[0]).toMatch(/in memory only/);
    expect(spool.isDurable).toBe(false);
  });

  it('for a while costs nothing: what was kept in memory moves to the disk', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const lines: string[] = [];
    const spool = await start({ log: (line) => lines.push(line), sync: 'always' });
    await fill(spool, 3);
    const disk = await breakDisk();
    await fill(spool, 3, 4);
    expect(spool.isDurable).toBe(false);
    expect(await readdir(folder)).toHaveLength(2);
    disk.mend();
    vi.advanceTimersByTime(31_000);
    await fill(spool, 3, 7);
    expect(spool).toMatchObject({ isDurable: true });
    expect(spool.gauges().warnings).toEqual([]);
    expect(lines).toHaveLength(2);
    vi.useRealTimers();
    const again = await start();
    expect(await slots(again)).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  });

  it('is bounded in memory, too', async () => {
    await breakDisk();
    const spool = await start({ maxBytes: 64 * 1_048_576 });
    for (let slot = 1; slot <= 24; slot++) await spool.append(result(slot, 'x'.repeat(1_000_000).slice(0, 65_000)));
    expect(spool.gauges().lost).toBe(0);
    for (let slot = 25; slot <= 330; slot++) await spool.append(result(slot, 'x'.repeat(65_000)));
    expect(spool.gauges().bytes).toBeLessThan(21 * 1_048_576);
    expect(spool.gauges().lost).toBeGreaterThan(0);
  });
});

describe('a sync that fails', () => {
  it('does not write the records twice', async () => {
    const spool = await start({ sync: 'always' });
    vi.spyOn(FileSegment.prototype, 'sync').mockRejectedValue(new Error('EIO'));
    await spool.append(result(1));
    await spool.append(result(2));
    expect((await slots(spool)).flat()).toEqual([1, 2]);
  });
});

describe('a connect with a backlog', () => {
  it('lets fresh results overtake it in a new stream', async () => {
    const spool = await start();
    await spool.append(result(1));
    await spool.overtake();
    expect(spool.ranges()).toHaveLength(1);
    await spool.append(result(2));
    expect(await slots(spool)).toEqual([[1], [2]]);
  });

  it('goes on with its stream when everything is confirmed', async () => {
    const spool = await start();
    await spool.append(result(1));
    spool.confirm((await newestStream(spool)).stream, 1);
    await spool.overtake();
    await spool.append(result(2));
    expect(await slots(spool)).toEqual([[1, 2]]);
  });

  it('leaves a stream of which the hub has more than it held: a copy of this process wrote there', async () => {
    const spool = await start();
    await spool.append(result(1));
    spool.confirm((await newestStream(spool)).stream, 7);
    await spool.overtake();
    await spool.append(result(2));
    expect(await slots(spool)).toEqual([[1], [2]]);
  });
});
