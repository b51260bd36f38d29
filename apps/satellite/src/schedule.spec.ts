import { randomUUID } from 'node:crypto';
import type { LinkRecord, Outcome, Slice } from '@checkstack/link';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from './clock.js';
import { gridOf, slotsBetween } from './grid.js';
import { refused, Schedule } from './schedule.js';

const healthy: Outcome = {
  verdict: 'healthy',
  startedAtMs: 0,
  durationMs: 1,
  failure: null,
  facts: {},
  assertions: [],
};

function slice(overrides: Partial<Slice> = {}): Slice {
  return {
    id: randomUUID(),
    definitionDigest: '00'.repeat(32),
    job: { kind: 'http', configJson: '{}', collectors: [], timeoutMs: 1_000 },
    schedule: { kind: 'interval', intervalMs: 10_000 },
    labels: {},
    changedAtMs: 0,
    ...overrides,
  };
}

describe('a grid', () => {
  it('has the same slots after a restart, spread over the interval', () => {
    const one = gridOf(slice({ id: '00000000-0000-4000-8000-00000000000a' }));
    expect(one.next(1_000_000)).toBe(one.next(one.next(1_000_000) - 1));
    const phases = new Set(Array.from({ length: 100 }, () => gridOf(slice()).next(0) % 10_000));
    expect(phases.size).toBeGreaterThan(50);
  });

  it('always leads forward, by one interval at most', () => {
    fc.assert(
      fc.property(
        fc.uuid(),
        fc.integer({ min: 1, max: 86_400_000 }),
        fc.double({ min: 0, max: 4e12, noNaN: true }),
        (id, intervalMs, at) => {
          const next = gridOf(slice({ id, schedule: { kind: 'interval', intervalMs } })).next(at);
          expect(next).toBeGreaterThan(at);
          expect(next - at).toBeLessThanOrEqual(intervalMs);
        },
      ),
    );
  });

  it('keeps the wall time of a cron schedule in its zone over the change to summer time', () => {
    const grid = gridOf(slice({ schedule: { kind: 'cron', expression: '30 9 * * *', timeZone: 'Europe/Berlin' } }));
    const saturday = grid.next(Date.parse('2026-03-28T00:00:00Z'));
    expect(new Date(saturday).toISOString()).toBe('2026-03-28T08:30:00.000Z');
    expect(new Date(grid.next(saturday)).toISOString()).toBe('2026-03-29T07:30:00.000Z');
  });

  it('counts the slots strictly between two times', () => {
    const grid = gridOf(slice());
    const first = grid.next(1_000_000);
    expect(slotsBetween(grid, first, first + 10_000)).toBeNull();
    expect(slotsBetween(grid, first, first + 30_001)).toEqual({
      first: first + 10_000,
      last: first + 30_000,
      count: 3,
    });
  });
});

describe('a schedule', () => {
  let records: LinkRecord[];
  const open: Schedule[] = [];

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: 1_700_000_000_000 });
    records = [];
  });
  afterEach(async () => {
    const stopped = Promise.all(open.splice(0).map((schedule) => schedule.stop()));
    await vi.runAllTimersAsync();
    await stopped;
    vi.useRealTimers();
  });

  function start(
    run: () => Promise<Outcome> = async () => healthy,
    lastSlots?: Map<string, number>,
    clock = new Clock(),
  ): Schedule {
    const record = async (made: LinkRecord): Promise<void> => void records.push(made);
    const schedule = new Schedule({ clock, run, record, log: () => undefined }, lastSlots);
    open.push(schedule);
    return schedule;
  }

  /** Every slot of a slice between the first and the last that has a record, and how often each was told. */
  function told(one: Slice): Map<number, number> {
    const grid = gridOf(one);
    const counts = new Map<number, number>();
    const count = (slot: number): void => void counts.set(slot, (counts.get(slot) ?? 0) + 1);
    for (const record of records) {
      if (record.slice !== one.id) continue;
      if (record.kind === 'result') {
        if (record.attempt === 0) count(record.slotMs);
        continue;
      }
      let slots = 0;
      for (let slot = record.fromSlotMs; slot <= record.toSlotMs; slot = grid.next(slot), slots++) count(slot);
      expect(slots).toBe(record.count);
    }
    return counts;
  }

  function expectEverySlotOnce(one: Slice): void {
    const counts = told(one);
    const slots = [...counts.keys()].sort((a, b) => a - b);
    expect([...counts.values()].every((count) => count === 1)).toBe(true);
    const grid = gridOf(one);
    for (let index = 1; index < slots.length; index++) expect(slots[index]).toBe(grid.next(slots[index - 1] as number));
  }

  it('runs a new slice at once, off the grid, and then at each slot', async () => {
    const one = slice();
    start().set([one]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(records.filter((record) => record.kind === 'result' && record.attempt === 1)).toHaveLength(1);
    expect(told(one).size).toBe(6);
    expectEverySlotOnce(one);
  });

  it('runs a changed slice again at once', async () => {
    const one = slice();
    const schedule = start();
    schedule.set([one]);
    await vi.advanceTimersByTimeAsync(20_000);
    schedule.set([{ ...one, definitionDigest: '11'.repeat(32) }]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(records.filter((record) => record.kind === 'result' && record.attempt === 1)).toHaveLength(2);
    expectEverySlotOnce(one);
  });

  it('records a slot that the run before it swallowed, in order, after that run', async () => {
    const one = slice();
    const slow = async (): Promise<Outcome> => {
      await new Promise((resolve) => setTimeout(resolve, 35_000));
      return { ...healthy, durationMs: 35_000 };
    };
    start(slow).set([one]);
    await vi.advanceTimersByTimeAsync(200_000);
    const codes = records.map((record) =>
      record.kind === 'result' ? (record.failure?.code ?? record.verdict) : record.reason,
    );
    expect(codes.filter((code) => code === 'skipped_overrun').length).toBeGreaterThan(5);
    expectEverySlotOnce(one);
  });

  it('does not run everything at once after a restart, and declares what was missed as one gap', async () => {
    const one = slice();
    const grid = gridOf(one);
    const last = grid.next(Date.now() - 100_000);
    start(undefined, new Map([[one.id, last]])).set([one], { resumed: true });
    await vi.advanceTimersByTimeAsync(5);
    expect(records.filter(({ kind }) => kind === 'result')).toHaveLength(0);
    expect(records).toEqual([
      expect.objectContaining({ kind: 'gap', reason: 'satellite_stopped', fromSlotMs: last + 10_000 }),
    ]);
    await vi.advanceTimersByTimeAsync(30_000);
    expectEverySlotOnce(one);
  });

  it('neither stops nor goes back when the wall clock jumps', async () => {
    const one = slice();
    start().set([one]);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.setSystemTime(Date.now() + 7_200_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(told(one).size).toBe(9);
    expectEverySlotOnce(one);
  });

  it('declares the slots as a gap that the hub’s time skipped', async () => {
    const one = slice();
    const clock = new Clock();
    const schedule = start(undefined, undefined, clock);
    schedule.set([one]);
    await vi.advanceTimersByTimeAsync(30_000);
    schedule.clockMoved(clock.set(clock.now() + 100_000));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(records.some((record) => record.kind === 'gap' && record.reason === 'clock')).toBe(true);
    expectEverySlotOnce(one);
  });

  it('records a run that a stop cut off', async () => {
    const one = slice();
    const schedule = start(async () => refused('satellite', 'cancelled', 'cancelled', 0));
    schedule.set([one]);
    await schedule.stop();
    expect(records).toEqual([
      expect.objectContaining({ failure: expect.objectContaining({ code: 'satellite_stopped' }) }),
    ]);
  });

  it('says so when a cron expression cannot be read', async () => {
    start().set([slice({ schedule: { kind: 'cron', expression: 'never', timeZone: 'UTC' } })]);
    await vi.advanceTimersByTimeAsync(1);
    expect(records).toEqual([
      expect.objectContaining({ verdict: 'unknown', failure: expect.objectContaining({ code: 'invalid_schedule' }) }),
    ]);
  });
});
