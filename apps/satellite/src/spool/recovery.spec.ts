// What a crash, or a bad disk, may have left of a segment: cut at every byte, and each of its bytes wrong.
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleGap, sampleResult } from '@checkstack/link/testing';
import { decodeRecord, encodeRecord, type LinkRecord } from '@checkstack/link';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { headerBytes } from './segment-format.js';
import { Spool, type SpoolOptions } from './spool.js';

const satelliteId = randomUUID();
const bootId = randomUUID();
const written: LinkRecord[] = [
  sampleResult({ facts: {} }),
  sampleGap(),
  sampleResult({ facts: { text: 'a longer one' } }),
  sampleResult({ facts: {} }),
];
let folder: string;
/** The file that holds them, and where each of them ends. */
let whole: Buffer;
let name: string;
const ends: number[] = [];

const optionsFor = (own: string): SpoolOptions => ({
  folder: own,
  maxBytes: 1_048_576,
  maxAgeMs: 72 * 3_600_000,
  sync: 'off',
  bootId,
  now: () => Date.now(),
  log: () => undefined,
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-recovery-'));
  const spool = await Spool.open(optionsFor(folder));
  await spool.bind(satelliteId);
  for (const record of written) await spool.append(record);
  await spool.close();
  [name = ''] = await readdir(folder);
  whole = await readFile(join(folder, name));
  for (let offset = headerBytes; offset < whole.length; ends.push(offset)) offset += 8 + whole.readUInt32BE(offset);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a new process finds; it goes on in a stream of its own. */
async function foundIn(left: Buffer): Promise<LinkRecord[]> {
  const own = await mkdtemp(join(folder, 'life-'));
  await writeFile(join(own, name), left);
  const spool = await Spool.open(optionsFor(own));
  try {
    await spool.bind(satelliteId);
    const [range] = spool.ranges();
    const found = range && (await spool.read(range.stream, 1, 100, Infinity));
    if (range)
      expect([range.firstSequence, range.lastSequence]).toEqual([
        1,
        found && 'records' in found ? found.records.length : 0,
      ]);
    const fresh = sampleResult();
    await spool.append(fresh);
    const [newest] = spool.ranges();
    expect(await spool.read(newest?.stream ?? '', 1, 100, Infinity)).toMatchObject({ records: [encodeRecord(fresh)] });
    return found && 'records' in found ? found.records.map(decodeRecord) : [];
  } finally {
    await spool.close();
    await rm(own, { recursive: true });
  }
}

it('keeps every record that was wholly written, at whichever byte the file ends', { timeout: 120_000 }, async () => {
  expect(ends).toHaveLength(written.length);
  for (let length = 0; length <= whole.length; length++) {
    const kept = ends.filter((end) => end <= length).length;
    expect([length, await foundIn(whole.subarray(0, length))]).toEqual([length, written.slice(0, kept)]);
  }
});

it(
  'keeps what comes before a wrong byte and nothing behind it, whichever byte it is',
  { timeout: 120_000 },
  async () => {
    // The last four bytes of the header mean nothing yet.
    const reserved = headerBytes - 4;
    for (let at = 0; at < whole.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const sound = at < reserved ? 0 : at < headerBytes ? written.length : ends.filter((end) => end <= at).length;
        expect([at, change, await foundIn(damaged)]).toEqual([at, change, written.slice(0, sound)]);
      }
    }
  },
);
