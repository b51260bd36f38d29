import { randomUUID } from 'node:crypto';
import type { LinkRecord, Outcome, Slice } from '@checkstack/link';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from './clock.js';
import { gridOf } from './grid.js';
import { refused } from './refused.js';
import { Schedule } from './schedule.js';

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
    confirm: true,
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
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        (intervalMs, from, to) => {
          const grid = gridOf(slice({ schedule: { kind: 'interval', intervalMs } }));
          const slots: number[] = [];
          for (let slot = grid.next(from); slot < to; slot = grid.next(slot)) slots.push(slot);
          const expected = { first: slots[0], last: slots.at(-1), count: slots.length };
          expect(grid.between(from, to)).toEqual(slots.length === 0 ? null : expected);
        },
      ),
    );
  });

  it('counts the slots of a cron schedule after a long absence without looking at each', () => {
    const grid = gridOf(slice({ schedule: { kind: 'cron', expression: '* * * * *', timeZone: 'UTC' } }));
    const from = Date.parse('2026-01-01T00:00:00Z');
    const week = grid.between(from, from + 7 * 86_400_000);
    expect(week).toEqual({ first: from + 60_000, last: from + 7 * 86_400_000 - 60_000, count: 7 * 1_440 - 1 });
    expect(grid.between(from, from + 60_001)).toEqual({ first: from + 60_000, last: from + 60_000, count: 1 });
    expect(grid.between(from, from + 60_000)).toBeNull();
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
    run: (slice: Slice, signal: AbortSignal) => Promise<Outcome> = async () => healthy,
    settled?: Map<string, number>,
    clock = new Clock(),
  ): Schedule {
    const record = async (made: LinkRecord): Promise<void> => void records.push(made);
    const schedule = new Schedule({ clock, run, record, log: () => undefined }, settled);
    open.push(schedule);
    return schedule;
  }

  const reasons = (): string[] =>
    records.map((record) => (record.kind === 'gap' ? record.reason : (record.failure?.code ?? record.verdict)));

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
    start().set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(records.filter((record) => record.kind === 'result' && record.attempt === 1)).toHaveLength(1);
    expect(told(one).size).toBe(6);
    expectEverySlotOnce(one);
  });

  it('runs a changed slice again at once', async () => {
    const one = slice();
    const schedule = start();
    schedule.set([one], { isFirst: true });
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
    start(slow).set([one], { isFirst: true });
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
    start(undefined, new Map([[one.id, last]])).set([one]);
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
    start().set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(30_000);
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.setSystemTime(Date.now() + 7_200_000);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(told(one).size).toBe(9);
    expectEverySlotOnce(one);
  });

  it('declares the slots as a gap that the hub’s time skipped, and runs at the next', async () => {
    const one = slice();
    const clock = new Clock();
    const schedule = start(undefined, undefined, clock);
    schedule.set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(30_000);
    schedule.clockMoved(clock.set(clock.now() + 100_000));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(reasons()).toContain('clock');
    expectEverySlotOnce(one);
  });

  it('runs no slot twice when the hub’s time is a little behind', async () => {
    const one = slice();
    const clock = new Clock();
    const slow = async (): Promise<Outcome> => {
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return healthy;
    };
    const schedule = start(slow, undefined, clock);
    schedule.set([one], { isFirst: true });
    const due = gridOf(one).next(clock.now());
    await vi.advanceTimersByTimeAsync(due - clock.now() + 20);
    schedule.clockMoved(clock.set(clock.now() - 100));
    await vi.advanceTimersByTimeAsync(40_000);
    expectEverySlotOnce(one);
  });

  it('counts anew when the time before was far ahead of the hub’s', async () => {
    const one = slice();
    const clock = new Clock();
    const schedule = start(undefined, undefined, clock);
    schedule.set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(30_000);
    schedule.clockMoved(clock.set(clock.now() - 3_600_000));
    records = [];
    await vi.advanceTimersByTimeAsync(30_000);
    expect(told(one).size).toBe(3);
    expectEverySlotOnce(one);
  });

  it('does not run everything at once after the machine stood still', async () => {
    const slices = Array.from({ length: 50 }, () => slice({ schedule: { kind: 'interval', intervalMs: 60_000 } }));
    let runs = 0;
    const clock = new Clock();
    start(async () => (runs++, healthy), undefined, clock).set(slices, { isFirst: true });
    await vi.advanceTimersByTimeAsync(60_000);
    runs = 0;
    records = [];
    // Timers stand still, the monotonic clock does not.
    clock.offsetMs += 600_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toBeLessThan(15);
    expect(new Set(reasons())).toEqual(new Set(['satellite_suspended', 'healthy']));
    await vi.advanceTimersByTimeAsync(120_000);
    for (const one of slices) expectEverySlotOnce(one);
  });

  it('keeps the slot that is due when the roster changes at that moment', async () => {
    const one = slice();
    const clock = new Clock();
    const schedule = start(undefined, undefined, clock);
    schedule.set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(20_000);
    await vi.advanceTimersByTimeAsync(gridOf(one).next(clock.now()) - clock.now() - 2);
    // The slot comes due, its timer has not fired yet.
    clock.offsetMs += 5;
    schedule.set([{ ...one, definitionDigest: '11'.repeat(32) }]);
    await vi.advanceTimersByTimeAsync(30_000);
    expectEverySlotOnce(one);
  });

  it('leaves what another satellite ran in between to it, when a slice comes back', async () => {
    const one = slice();
    const schedule = start();
    schedule.set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(25_000);
    schedule.set([]);
    expect(schedule.recorded.size).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    schedule.set([{ ...one, changedAtMs: Date.now() - 15_000 }]);
    await vi.advanceTimersByTimeAsync(0);
    // From the moment it was placed here, its slots are this satellite's.
    expect(records.filter(({ kind }) => kind === 'gap')).toEqual([
      expect.objectContaining({ reason: 'not_yet_held', count: expect.any(Number) }),
    ]);
    const [gap] = records.filter((record) => record.kind === 'gap');
    expect(gap?.fromSlotMs).toBeGreaterThan(Date.now() - 15_000);
  });

  it('declares what came due before a crash and has no record, even if nothing was recorded yet', async () => {
    const one = slice({ changedAtMs: Date.now() - 35_000 });
    start().set([one]);
    await vi.advanceTimersByTimeAsync(20_000);
    const gap = records.find((record) => record.kind === 'gap');
    expect(gap).toMatchObject({ reason: 'not_yet_held' });
    expectEverySlotOnce(one);
  });

  it('knows nothing of a past in which it held no roster', async () => {
    start().set([slice({ changedAtMs: 0 })], { isFirst: true });
    await vi.advanceTimersByTimeAsync(1);
    expect(reasons()).toEqual(['healthy']);
  });

  it('does not pass over a run that is still under way when it says up to where it recorded', async () => {
    const one = slice();
    const under: ((outcome: Outcome) => void)[] = [];
    const schedule = start(() => new Promise((resolve) => under.push(resolve)));
    schedule.set([one], { isFirst: true });
    const due = gridOf(one).next(Date.now());
    await vi.advanceTimersByTimeAsync(due - Date.now() + 25_000);
    schedule.set([{ ...one, definitionDigest: '11'.repeat(32) }]);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(schedule.recorded.get(one.id)).toBeLessThan(due);
    for (const end of under) end(healthy);
    await vi.advanceTimersByTimeAsync(0);
    expectEverySlotOnce(one);
  });

  it('lets runs end that are about to, when it is stopped', async () => {
    const one = slice();
    const run = async (): Promise<Outcome> => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return healthy;
    };
    const schedule = start(run);
    schedule.set([one], { isFirst: true });
    const stopped = schedule.stop(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    await stopped;
    expect(reasons()).toEqual(['healthy']);
  });

  it('gives a slot its record even when the result cannot be kept', async () => {
    const one = slice();
    const kept: LinkRecord[] = [];
    const record = async (made: LinkRecord): Promise<void> => {
      if (made.kind === 'result' && made.verdict === 'healthy') throw new Error('facts.x: has no value');
      kept.push(made);
    };
    const schedule = new Schedule({ clock: new Clock(), run: async () => healthy, record, log: () => undefined });
    open.push(schedule);
    schedule.set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(1);
    expect(kept).toEqual([expect.objectContaining({ failure: expect.objectContaining({ code: 'result_not_kept' }) })]);
  });

  it('records a run that a stop cut off', async () => {
    const one = slice();
    const cut = (_: Slice, signal: AbortSignal): Promise<Outcome> =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(refused('satellite', 'cancelled', 'cancelled', 0)));
      });
    const schedule = start(cut);
    schedule.set([one], { isFirst: true });
    const stopped = schedule.stop();
    await vi.advanceTimersByTimeAsync(1);
    await stopped;
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
