import { randomUUID } from 'node:crypto';
import type { LinkRecord, Outcome, Result, Slice } from '@checkstack/link';
import { sampleJob, sampleOutcome, sampleSlice } from '@checkstack/link/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clock } from './clock.js';
import { gridOf } from './grid.js';
import { Schedule } from './schedule.js';

const intervalMs = 60_000;
const healthy = sampleOutcome();
const down = failing('target', 'connect_refused');
const degraded = sampleOutcome({ verdict: 'degraded' });
const unknown = sampleOutcome({
  verdict: 'unknown',
  failure: { side: 'satellite', code: 'runner_failed', message: 'no' },
});

function failing(side: 'target' | 'network', code: string): Outcome {
  return sampleOutcome({ verdict: 'unhealthy', failure: { side, code, message: 'It is down.' } });
}

let records: LinkRecord[];
/** What the next runs of a slice come to, the last one for good. */
let outcomes: Map<string, Outcome[]>;
let clock: Clock;
let schedule: Schedule;
let runMs: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: 1_700_000_000_000 });
  records = [];
  outcomes = new Map();
  runMs = 0;
  clock = new Clock();
  const run = async ({ id }: Slice): Promise<Outcome> => {
    const own = outcomes.get(id) ?? [healthy];
    const outcome = (own.length > 1 ? own.shift() : own[0]) as Outcome;
    if (runMs > 0) await new Promise((resolve) => setTimeout(resolve, runMs));
    return { ...outcome, durationMs: runMs };
  };
  schedule = new Schedule({ clock, run, record: async (made) => void records.push(made), log: () => undefined });
});
afterEach(async () => {
  const stopped = schedule.stop();
  await vi.runAllTimersAsync();
  await stopped;
  vi.useRealTimers();
});

/** Held for an hour, so that confirm runs are saved up. */
async function hold(slices: Slice[], hours = 1): Promise<void> {
  schedule.set(slices, { isFirst: true });
  await vi.advanceTimersByTimeAsync(hours * 3_600_000);
  records = [];
}

function sliceOf(overrides: Partial<Slice> = {}): Slice {
  return sampleSlice({ id: randomUUID(), schedule: { kind: 'interval', intervalMs }, changedAtMs: 0, ...overrides });
}

function onHost(host: string): Slice {
  return sliceOf({ job: sampleJob({ configJson: JSON.stringify({ url: `http://${host}/` }) }) });
}

const runs = (one?: Slice): Result[] =>
  records.filter((record): record is Result => record.kind === 'result' && (!one || record.slice === one.id));
const confirms = (one?: Slice): Result[] => runs(one).filter(({ attempt }) => attempt > 1);
const untilDue = (one: Slice): number => Math.ceil(gridOf(one).next(clock.now()) - clock.now());

describe('a failing run', () => {
  it.each([
    ['unhealthy', down],
    ['degraded', degraded],
  ])('that is %s is confirmed a second later, in the same slot', async (_verdict, outcome) => {
    const one = sliceOf();
    await hold([one]);
    outcomes.set(one.id, [outcome]);
    await vi.advanceTimersByTimeAsync(untilDue(one) + 50);
    const [first] = runs(one);
    expect(runs(one)).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs(one)).toMatchObject([
      { attempt: 0, slotMs: first?.slotMs },
      { attempt: 2, slotMs: first?.slotMs, verdict: outcome.verdict },
    ]);
  });

  it('is confirmed too when it is the first of a slice', async () => {
    // Not due within the next seconds.
    const one = sliceOf({ id: '00000000-0000-4000-8000-000000000000' });
    outcomes.set(one.id, [down]);
    schedule.set([one], { isFirst: true });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(runs(one)).toMatchObject([{ attempt: 1 }, { attempt: 2, slotMs: runs(one)[0]?.slotMs }]);
  });

  it('is confirmed once until the slice was healthy again', async () => {
    const one = sliceOf();
    await hold([one], 3);
    outcomes.set(one.id, [down]);
    await vi.advanceTimersByTimeAsync(10 * intervalMs);
    expect(confirms(one)).toHaveLength(1);
    outcomes.set(one.id, [unknown]);
    await vi.advanceTimersByTimeAsync(intervalMs);
    outcomes.set(one.id, [down]);
    await vi.advanceTimersByTimeAsync(intervalMs);
    expect(confirms(one)).toHaveLength(1);
    outcomes.set(one.id, [healthy, down]);
    await vi.advanceTimersByTimeAsync(3 * intervalMs);
    expect(confirms(one)).toHaveLength(2);
  });

  it('is confirmed anew when the slice is another one now', async () => {
    const one = sliceOf();
    await hold([one]);
    outcomes.set(one.id, [down]);
    await vi.advanceTimersByTimeAsync(2 * intervalMs);
    schedule.set([{ ...one, definitionDigest: '11'.repeat(32) }]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(confirms(one)).toHaveLength(2);
  });

  it('is not confirmed when nothing was tried, when it is switched off, or when the next run comes as soon', async () => {
    const blind = sliceOf();
    const off = sliceOf({ confirm: false });
    const quick = sliceOf({ schedule: { kind: 'interval', intervalMs: 1_500 } });
    await hold([blind, off, quick]);
    outcomes.set(blind.id, [unknown]).set(off.id, [down]).set(quick.id, [down]);
    await vi.advanceTimersByTimeAsync(3 * intervalMs);
    expect(confirms()).toEqual([]);
  });

  it('is not confirmed when the slice was taken away or changed meanwhile, or the satellite stops', async () => {
    const [gone, changed] = [sliceOf(), sliceOf()];
    await hold([gone, changed]);
    for (const one of [gone, changed]) {
      await vi.advanceTimersByTimeAsync(untilDue(one) - 1);
      outcomes.set(one.id, [down, healthy]);
      await vi.advanceTimersByTimeAsync(100);
      expect(runs(one).at(-1)?.verdict).toBe('unhealthy');
      schedule.set(one === gone ? [changed] : [{ ...changed, definitionDigest: '11'.repeat(32) }]);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    outcomes.set(changed.id, [down]);
    await vi.advanceTimersByTimeAsync(untilDue(changed) + 100);
    const stopped = schedule.stop();
    await vi.advanceTimersByTimeAsync(2_000);
    await stopped;
    expect(confirms()).toEqual([]);
  });
});

describe('confirm runs', () => {
  it('cost no slot on the grid, however long they take', async () => {
    const one = sliceOf({ schedule: { kind: 'interval', intervalMs: 10_000 } });
    await hold([one]);
    outcomes.set(one.id, [down]);
    await vi.advanceTimersByTimeAsync(untilDue(one) + 100);
    runMs = 9_500;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(confirms(one)).toHaveLength(1);
    const slots = runs(one).filter(({ attempt }) => attempt === 0);
    expect(slots.length).toBeGreaterThanOrEqual(6);
    for (const [index, { slotMs, failure }] of slots.entries()) {
      expect(failure?.code).toBe('connect_refused');
      if (index > 0) expect(slotMs).toBe((slots[index - 1]?.slotMs ?? 0) + 10_000);
    }
    expect(records.filter(({ kind }) => kind === 'gap')).toEqual([]);
  });

  it('are a tenth of the runs at most', async () => {
    const slices = Array.from({ length: 10 }, (_, index) => onHost(`host-${index % 2}`));
    for (const { id } of slices) outcomes.set(id, [healthy]);
    await hold(slices);
    // Each run turns over what was before.
    for (const { id } of slices)
      outcomes.set(
        id,
        Array.from({ length: 500 }, (_, turn) => (turn % 2 ? down : healthy)),
      );
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    const scheduled = runs().filter(({ attempt }) => attempt === 0).length;
    expect(confirms().length).toBeLessThanOrEqual(scheduled / 10 + 10);
    expect(confirms().length).toBeGreaterThan(scheduled / 20);
  });

  it('are allowed from the start: one', async () => {
    const [one, two] = [sliceOf(), sliceOf()];
    outcomes.set(one.id, [down]).set(two.id, [down]);
    schedule.set([one, two], { isFirst: true });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(confirms()).toHaveLength(1);
  });
});

describe('a confirm run that the hub asks for', () => {
  it('is made at once, in a slot of its own', async () => {
    const one = sliceOf();
    await hold([one]);
    await vi.advanceTimersByTimeAsync(untilDue(one) + 20_000);
    records = [];
    schedule.confirm(one.id);
    schedule.confirm(one.id);
    await vi.advanceTimersByTimeAsync(1);
    expect(runs(one)).toMatchObject([{ attempt: 3, slotMs: Math.floor(clock.now()) - 1 }]);
  });

  it('is not made when the next run comes as soon', async () => {
    const one = sliceOf();
    await hold([one]);
    await vi.advanceTimersByTimeAsync(untilDue(one) - 500);
    schedule.confirm(one.id);
    await vi.advanceTimersByTimeAsync(intervalMs);
    expect(confirms()).toEqual([]);
  });

  it('is not followed by another one, and is nothing to a slice that fails already, is switched off, or not held', async () => {
    const [well, ill, off] = [sliceOf(), sliceOf(), sliceOf({ confirm: false })];
    await hold([well, ill, off]);
    outcomes.set(ill.id, [down]).set(well.id, [down]);
    await vi.advanceTimersByTimeAsync(untilDue(ill) + 2_000);
    records = [];
    outcomes.set(well.id, [healthy]);
    await vi.advanceTimersByTimeAsync(untilDue(well) + 5_000);
    records = [];
    outcomes.set(well.id, [down]);
    for (const { id } of [well, ill, off, sliceOf()]) schedule.confirm(id);
    await vi.advanceTimersByTimeAsync(1);
    expect(confirms()).toMatchObject([{ slice: well.id, attempt: 3 }]);
    await vi.advanceTimersByTimeAsync(2 * intervalMs);
    expect(confirms()).toMatchObject([{ slice: well.id, attempt: 3 }]);
  });
});

describe('slices that fail together', () => {
  const hosts = (count: number): Slice[] =>
    Array.from({ length: count }, (_, index) => onHost(`host-${index}.example`));

  it('are put down to the satellite’s network: unhealthy all the same, said once, and not confirmed any more', async () => {
    const slices = hosts(20);
    await hold(slices);
    for (const { id } of slices) outcomes.set(id, [down]);
    await vi.advanceTimersByTimeAsync(2 * intervalMs);
    const failed = runs().filter(({ verdict }) => verdict === 'unhealthy');
    expect(failed.length).toBeGreaterThanOrEqual(40);
    expect(failed.slice(0, 9).map(({ failure }) => failure?.side)).toContain('target');
    expect(new Set(failed.slice(25).map(({ failure }) => failure?.side))).toEqual(new Set(['network']));
    expect(confirms().length).toBeLessThanOrEqual(10);
    expect(schedule.warnings).toEqual([
      expect.stringMatching(
        /^20 of 20 checks began to fail within \d\d s: the network of this satellite may be at fault\.$/,
      ),
    ]);
    for (const { id } of slices) schedule.confirm(id);
    const before = confirms().length;
    await vi.advanceTimersByTimeAsync(100);
    expect(confirms()).toHaveLength(before);
  });

  it('are so no longer when most of them are well again', async () => {
    const slices = hosts(8);
    await hold(slices);
    for (const { id } of slices) outcomes.set(id, [down]);
    await vi.advanceTimersByTimeAsync(2 * intervalMs);
    expect(schedule.warnings).toHaveLength(1);
    const [still, ...others] = slices;
    for (const { id } of others) outcomes.set(id, [healthy]);
    await vi.advanceTimersByTimeAsync(2 * intervalMs);
    expect(schedule.warnings).toEqual([]);
    expect(runs(still).at(-1)).toMatchObject({ verdict: 'unhealthy', failure: { side: 'target' } });
  });

  it('are forgotten when they are taken away', async () => {
    const slices = hosts(12);
    await hold(slices);
    for (const { id } of slices.slice(0, 8)) outcomes.set(id, [down]);
    await vi.advanceTimersByTimeAsync(2 * intervalMs);
    expect(schedule.warnings).toHaveLength(1);
    schedule.set(slices.slice(7));
    expect(schedule.warnings).toEqual([]);
  });

  it.each([
    ['fewer than half of all', () => hosts(20), 9, down],
    ['fewer than five', () => hosts(4), 4, down],
    ['on two hosts', () => Array.from({ length: 8 }, (_, index) => onHost(`host-${index % 2}.example`)), 8, down],
    ['with answers', () => hosts(8), 8, failing('target', 'tls_expired')],
    ['by assertions', () => hosts(8), 8, degraded],
  ])('are not put down to it when they are %s', async (_case, make, count, outcome) => {
    const slices = make();
    await hold(slices);
    for (const { id } of slices.slice(0, count)) outcomes.set(id, [outcome]);
    await vi.advanceTimersByTimeAsync(2 * intervalMs);
    expect(schedule.warnings).toEqual([]);
    expect(new Set(runs().map(({ failure }) => failure?.side))).not.toContain('network');
    expect(confirms().length).toBeGreaterThanOrEqual(Math.min(count, 4));
  });

  it('are not put down to it when they never were well here', async () => {
    const slices = hosts(8);
    for (const { id } of slices) outcomes.set(id, [down]);
    schedule.set(slices, { isFirst: true });
    await vi.advanceTimersByTimeAsync(3 * intervalMs);
    expect(schedule.warnings).toEqual([]);
  });
});
