import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeRecord, type Result } from '@checkstack/link';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Spool, type SpoolOptions } from './spool.js';

const satelliteId = randomUUID();
let options: SpoolOptions;
let spool: Spool;

beforeEach(async () => {
  options = {
    folder: await mkdtemp(join(tmpdir(), 'checkstack-spool-')),
    maxBytes: 64 * 1_048_576,
    maxAgeMs: 3_600_000,
    gatherMs: 5,
    sync: 'off',
    bootId: randomUUID(),
    now: () => Date.now(),
    log: () => undefined,
  };
  spool = await Spool.open(options);
  await spool.bind(satelliteId);
});
afterEach(async () => {
  await spool.close();
  await rm(options.folder, { recursive: true, force: true });
});

function append(...slots: number[]): Promise<unknown> {
  return Promise.all(
    slots.map((slotMs) => {
      const result: Result = {
        kind: 'result',
        slice: randomUUID(),
        slotMs,
        attempt: 0,
        verdict: 'healthy',
        startedAtMs: slotMs,
        durationMs: 1,
        failure: null,
        facts: { text: 'x'.repeat(100) },
        assertions: [],
        monotonicMs: 0,
      };
      return spool.append(result);
    }),
  );
}

async function slotsFrom(sequence: number, maxRecords = 100, maxBytes = Infinity): Promise<number[]> {
  const found = await spool.read(spool.ranges()[0]?.stream ?? '', sequence, maxRecords, maxBytes);
  if (found === null || !('records' in found)) throw new Error(`nothing from ${sequence} on`);
  return found.records.map(decodeRecord).map((record) => (record.kind === 'result' ? record.slotMs : NaN));
}

async function takeFileAway(): Promise<void> {
  const [name] = await readdir(options.folder);
  await unlink(join(options.folder, name as string));
}

describe('results that were just written', () => {
  it('are shipped without reading the file, in the pieces that are asked for', async () => {
    await append(1, 2, 3, 4, 5);
    await takeFileAway();
    expect(await slotsFrom(1, 2)).toEqual([1, 2]);
    expect(await slotsFrom(3, 100, 1)).toEqual([3]);
    await append(6);
    expect(await slotsFrom(5)).toEqual([5, 6]);
  });

  it('come from the file when they are asked for again, or by one who is not close behind', async () => {
    await append(1, 2, 3);
    expect(await slotsFrom(2)).toEqual([2, 3]);
    expect(await slotsFrom(1)).toEqual([1, 2, 3]);
    const many = Array.from({ length: 1_000 }, (_, index) => index + 4);
    for (let from = 0; from < many.length; from += 100) await append(...many.slice(from, from + 100));
    expect(await slotsFrom(4, 1_000)).toEqual(many);
    await append(2_000);
    expect(await slotsFrom(1_004)).toEqual([2_000]);
  });

  it('are kept in memory only as far as somebody may soon want them', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => index);
    for (let from = 0; from < many.length; from += 100) await append(...many.slice(from, from + 100));
    await takeFileAway();
    await expect(slotsFrom(1)).rejects.toThrow(/nothing from 1/);
  });

  it('are written before the spool closes, also those that wait for more', async () => {
    await append(1);
    const waiting = append(2, 3);
    await spool.close();
    await waiting;
    spool = await Spool.open(options);
    expect(await slotsFrom(1)).toEqual([1, 2, 3]);
  });
});
