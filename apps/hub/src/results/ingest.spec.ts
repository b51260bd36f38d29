import { randomUUID } from 'node:crypto';
import { routes } from '@checkstack/api';
import type { Result } from '@checkstack/link';
import { sampleGap, sampleResult, type FakeSatellite } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { connect, enrolSatellite, runsOf, watchSystem, type EnrolledSatellite } from '../testing/watched-system.js';

let hub: TestHub;
let satellite: EnrolledSatellite;
let slice: string;
beforeAll(async () => {
  hub = await startTestHub();
  satellite = await enrolSatellite(hub, 'frankfurt');
  slice = (await watchSystem(hub, [satellite])).sliceIds[0] ?? '';
});
afterAll(() => hub[Symbol.asyncDispose]());

/** A slice nobody else in this file writes to. */
async function ownSlice(): Promise<string> {
  return (await watchSystem(hub, [satellite])).sliceIds[0] ?? '';
}

async function stored(sliceId: string): Promise<{ slot: number; attempt: number; flags: number }[]> {
  const { rows } = await hub.database.query<{ slot: Date; attempt: number; flags: number }>(
    'SELECT slot, attempt, flags FROM results JOIN slices ON number = slice_number WHERE id = $1 ORDER BY slot, attempt',
    [sliceId],
  );
  return rows.map((row) => ({ ...row, slot: row.slot.getTime() }));
}

async function counters(): Promise<{ refused: number; doubled: number }> {
  const { rows } = await hub.database.query<{ refused: number; doubled: number }>(
    'SELECT refused_results::int AS refused, doubled_results::int AS doubled FROM satellites WHERE id = $1',
    [satellite.id],
  );
  return rows[0] ?? { refused: 0, doubled: 0 };
}

const healthy = (count: number): Result['verdict'][] => Array.from({ length: count }, () => 'healthy');

describe('what a satellite ships', () => {
  it('is stored once, however often a batch is sent', async () => {
    await using fake = await connect(hub, satellite);
    const records = runsOf(slice, healthy(5));
    await fake.ship(records);
    const stream = fake.received('ack')[0]?.stream ?? '';
    await fake.ship(records, { stream, firstSequence: 1 });
    // Overlaps: three known, two new.
    const more = runsOf(slice, healthy(7), { slotMs: (records.at(-1)?.slotMs ?? 0) + 120_000 });
    await fake.ship(more.slice(2), { stream, firstSequence: 3 });
    expect(await stored(slice)).toHaveLength(7);
  });

  it('is recognised by slice, slot and attempt where no cursor can tell', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    const before = await counters();
    const given = { slotMs: Math.floor(Date.now() / 1000) * 1000 };
    await fake.ship(runsOf(own, healthy(3), given));
    fake.openStream();
    await fake.ship([...runsOf(own, healthy(4), given), ...runsOf(own, ['healthy'], { ...given, attempt: 1 })]);
    expect(await stored(own)).toHaveLength(5);
    expect((await counters()).doubled - before.doubled).toBe(3);
  });

  it('is answered with the cursor when something is missing before it, until the satellite declares it lost', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    const stream = randomUUID();
    fake.sendRecords(runsOf(own, ['healthy']), { stream, firstSequence: 10 });
    await expect.poll(() => fake.received('ack').find((ack) => ack.stream === stream)?.sequence).toBe(0);
    fake.send({ kind: 'streamLoss', stream, fromSequence: 1, toSequence: 9, reason: 'spool_full' });
    await fake.acknowledged(9, stream);
    await fake.ship(runsOf(own, ['healthy']), { stream, firstSequence: 10 });
    expect(await stored(own)).toHaveLength(1);
  });

  it('goes on where it was after a reconnect: the hub says how far each stream is stored, and since when', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    await fake.ship(runsOf(own, healthy(3)));
    const { rows } = await hub.database.query<{ at: Date }>('SELECT max(updated_at) AS at FROM streams');
    await fake.drop();
    await fake.reconnect();
    const welcome = fake.received('welcome').at(-1);
    expect(welcome?.cursors.map(({ sequence }) => sequence)).toEqual([3]);
    expect(welcome?.storedUntilMs).toBe(rows[0]?.at.getTime());
  });

  it('is refused and counted for a slice that was never placed on the satellite, and the rest is stored', async () => {
    const own = await ownSlice();
    const foreign = (await watchSystem(hub, [await enrolSatellite(hub, 'elsewhere')])).sliceIds[0] ?? '';
    await using fake = await connect(hub, satellite);
    const before = await counters();
    await fake.ship([...runsOf(foreign, ['unhealthy']), ...runsOf(own, ['healthy']), sampleResult()]);
    expect(await stored(foreign)).toEqual([]);
    expect(await stored(own)).toHaveLength(1);
    expect((await counters()).refused - before.refused).toBe(2);
  });

  it('is accepted for a slice that has moved away since', async () => {
    const own = await ownSlice();
    await hub.database.query(
      `UPDATE placements SET ended_at = now() FROM slices WHERE number = slice_number AND slices.id = $1`,
      [own],
    );
    await using fake = await connect(hub, satellite);
    await fake.ship(runsOf(own, ['healthy']));
    expect(await stored(own)).toHaveLength(1);
  });

  it('is stored in little room once its facts have come again, and read as it was', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    const factsOf = (index: number): Result['facts'] => ({
      'response.status': 200,
      'response.totalMs': 80 + index / 1000,
      'response.httpVersion': '1.1',
      'response.bodyCut': false,
      'response.delta': -1 - index,
    });
    const slotMs = Math.floor(Date.now() / 60_000) * 60_000;
    let index = 0;
    await vi.waitFor(async () => {
      await fake.ship(runsOf(own, ['healthy'], { slotMs: slotMs - index * 60_000, facts: factsOf(index++) }));
      const { rowCount } = await hub.database.query(
        `SELECT FROM results JOIN slices ON number = slice_number
         WHERE id = $1 AND facts IS NULL AND length(fact_values) < 10`,
        [own],
      );
      expect(rowCount).toBeGreaterThan(0);
    });
    const { items } = await hub.admin.call(routes.results.runs, { query: { sliceId: own } });
    expect(items.map(({ facts }) => facts)).toEqual(Array.from({ length: index }, (_, nth) => factsOf(nth)));
  });

  it('may hold any text', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    const message = 'tab\t line\n back\\slash \\N \\. nul\0 quote" Ünïcode 🚀';
    const failure = { side: 'target', code: 'bad_body', message } as const;
    const assertions = [
      {
        collector: 0,
        assertion: 0,
        passed: false,
        severity: 'unhealthy',
        expected: 'a\0b\\',
        actual: message,
      } as const,
    ];
    const facts = { 'response.body': message, 'response.\0': 1, 'response.ms': 1e-300, 'response.ok': false };
    await fake.ship(runsOf(own, ['unhealthy'], { failure, facts, assertions, durationMs: 1e-300 }));
    const { items } = await hub.admin.call(routes.results.runs, { query: { sliceId: own } });
    const kept = message.replace('\0', '\ufffd');
    expect(items[0]).toMatchObject({ failure: { ...failure, message: kept }, durationMs: 0 });
    expect(items[0]?.facts).toEqual({
      'response.body': kept,
      'response.\ufffd': 1,
      'response.ms': 1e-300,
      'response.ok': false,
    });
    expect(items[0]?.assertions[0]).toMatchObject({ expected: 'a\ufffdb\\', actual: kept });
  });
});

describe('a result that no row can hold', () => {
  it('is kept aside, and the others of its group are stored', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    const before = await counters();
    const [good, bad, alsoGood] = runsOf(own, healthy(3)) as [Result, Result, Result];
    await fake.ship([good, { ...bad, attempt: 70_000 }, alsoGood]);
    expect(await stored(own)).toHaveLength(2);
    expect((await counters()).refused - before.refused).toBe(1);
    const { rows } = await hub.database.query(
      'SELECT sequence::int, reason FROM rejected_results ORDER BY id DESC LIMIT 1',
    );
    expect(rows).toEqual([{ sequence: 2, reason: 'attempt 70000 is out of range' }]);
  });

  it('is found when only PostgreSQL refuses it', async () => {
    const own = await ownSlice();
    await hub.database.query(`ALTER TABLE results ADD CONSTRAINT no_poison CHECK (failure_code <> 'poison') NOT VALID`);
    await using fake = await connect(hub, satellite);
    const failure = { side: 'target', code: 'poison', message: 'poisoned' } as const;
    const records = runsOf(own, healthy(20)).map((run, index) => (index === 13 ? { ...run, failure } : run));
    const [one, other] = [randomUUID(), randomUUID()];
    fake.sendRecords(runsOf(slice, healthy(3), { attempt: 7 }), { stream: one });
    fake.sendRecords(records, { stream: other });
    await Promise.all([fake.acknowledged(3, one), fake.acknowledged(20, other)]);
    await hub.database.query('ALTER TABLE results DROP CONSTRAINT no_poison');
    expect(await stored(own)).toHaveLength(19);
    expect((await stored(slice)).filter(({ attempt }) => attempt === 7)).toHaveLength(3);
    const { rows } = await hub.database.query(
      'SELECT sequence::int, reason FROM rejected_results ORDER BY id DESC LIMIT 1',
    );
    expect(rows).toEqual([{ sequence: 14, reason: expect.stringContaining('no_poison') }]);
  });
});

describe('a wrong clock', () => {
  it('does not date a result into the future or the far past: its age does', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    const ageMs = 60_000;
    const dayMs = 86_400_000;
    const monotonicMs = performance.now() + ageMs;
    const clocks = { wallClockMs: Date.now() + dayMs, monotonicMs };
    const records = [
      sampleResult({ slice: own, slotMs: Date.now() + dayMs - ageMs, monotonicMs: monotonicMs - ageMs }),
      // Without a usable monotonic stamp the satellite's own wall clock tells the age.
      sampleResult({ slice: own, slotMs: Date.now() + dayMs - 2 * ageMs, monotonicMs: monotonicMs + 1, attempt: 1 }),
    ];
    const stream = randomUUID();
    fake.send({ kind: 'resultBatch', stream, firstSequence: 1, records, ...clocks });
    await fake.acknowledged(2, stream);
    const rows = await stored(own);
    expect(rows.map(({ flags }) => flags)).toEqual([1, 1]);
    const ages = rows.map(({ slot }) => (Date.now() - slot) / ageMs);
    expect(ages[0]).toBeCloseTo(2, 0);
    expect(ages[1]).toBeCloseTo(1, 0);
  });

  it('does not save what is too old', async () => {
    const own = await ownSlice();
    await using fake = await connect(hub, satellite);
    const before = await counters();
    const old = Date.now() - 5 * 86_400_000;
    await fake.ship([sampleResult({ slice: own, slotMs: old, monotonicMs: 0 })]);
    expect(await stored(own)).toEqual([]);
    expect((await counters()).refused - before.refused).toBe(1);
  });
});

it('keeps a gap as what it says last', async () => {
  const own = await ownSlice();
  await using fake = await connect(hub, satellite);
  const gap = sampleGap({ slice: own, reason: 'satellite_stopped' });
  await fake.ship([gap, { ...gap, toSlotMs: gap.toSlotMs + 60_000, count: 4 }, gap]);
  const { rows } = await hub.database.query(
    'SELECT to_slot AS to, count, reason FROM gaps JOIN slices ON number = slice_number WHERE id = $1',
    [own],
  );
  expect(rows).toEqual([{ to: new Date(gap.toSlotMs + 60_000), count: 4, reason: 'satellite_stopped' }]);
});

describe('a satellite with two sockets', () => {
  it('is heard on the newer one only', async () => {
    const own = await ownSlice();
    const older = await connect(hub, satellite);
    // The hub that holds the older socket does not know yet.
    await hub.database.query('UPDATE satellites SET epoch = epoch + 1 WHERE id = $1', [satellite.id]);
    older.sendRecords(runsOf(own, ['healthy']));
    expect((await older.ended).goodbye?.reason).toBe('superseded');
    expect(await stored(own)).toEqual([]);
  });
});

describe('two hubs on one database', () => {
  it('take results of two satellites, and lose nothing when one of them ends', async () => {
    const berlin = await enrolSatellite(hub, 'berlin');
    const { sliceIds, checkId } = await watchSystem(hub, [satellite, berlin]);
    const [here, there] = sliceIds as [string, string];
    const replica = await hub.replica();
    await using one = await connect(hub, satellite);
    await using other = await connect(replica, berlin);
    const ship = (fake: FakeSatellite, own: string, from: number): Promise<void> =>
      fake.ship(runsOf(own, healthy(10), { attempt: from }));
    await Promise.all([ship(one, here, 1), ship(other, there, 1)]);

    other.sendRecords(runsOf(there, healthy(10), { attempt: 2 }));
    await replica[Symbol.asyncDispose]();
    expect((await other.ended).goodbye?.reason).toBe('draining');
    await using again = await connect(hub, berlin, { hello: { processId: other.processId } });
    const stream = other.received('ack')[0]?.stream ?? '';
    await again.ship(runsOf(there, healthy(10), { attempt: 2 }), { stream, firstSequence: 11 });

    expect(await stored(here)).toHaveLength(10);
    expect(await stored(there)).toHaveLength(20);
    const { items } = await hub.admin.call(routes.results.runs, { query: { checkId, limit: 1000 } });
    expect(items).toHaveLength(30);
  });
});
