import { setMaxListeners } from 'node:events';
import type { Job, Outcome, Slice } from '@checkstack/link';
import { sampleJob, sampleSlice } from '@checkstack/link/testing';
import { defineProbe, fact, type ProbeDefinition } from '@checkstack/plugin-sdk';
import * as z from 'zod';
import { describe, expect, it, vi } from 'vitest';
import { Clock } from './clock.js';
import { loadPolicy, type Policy } from './policy.js';
import { Runner } from './runner.js';

const never = new AbortController().signal;
setMaxListeners(0, never);

function probe(kind: string, run: ProbeDefinition['run'], lane: 'light' | 'process' = 'light'): ProbeDefinition {
  return defineProbe({
    kind,
    lane,
    title: kind,
    description: '',
    config: z.strictObject({ password: z.string().meta({ secret: true }).optional() }),
    collectors: { reading: { title: 'Reading', facts: { value: fact.number('Value') } } },
    failures: {},
    run,
  });
}

const quick = probe('quick', async () => ({ reading: { value: 7 } }));

function runnerOf(probes: ProbeDefinition[], policy: Policy = loadPolicy(undefined)): Runner {
  return new Runner(new Map(probes.map((one) => [one.kind, one])), policy, new Clock());
}

function job(overrides: Partial<Job> = {}): Job {
  const collectors = [{ name: 'reading', configJson: '{}', assertionsJson: '[]' }];
  return sampleJob({ kind: 'quick', configJson: '{}', collectors, ...overrides });
}

const slice = (overrides: Partial<Job> = {}): Slice => sampleSlice({ job: job(overrides) });

async function codeOf(runner: Runner, one: Slice): Promise<Outcome['failure']> {
  return (await runner.run(one, never)).failure;
}

describe('a runner', () => {
  it('runs a slice and reports what it read', async () => {
    const outcome = await runnerOf([quick]).run(slice(), never);
    expect(outcome).toMatchObject({ verdict: 'healthy', failure: null, facts: { 'reading.value': 7 } });
  });

  it('reports a kind that it does not know as its own trouble', async () => {
    expect(await codeOf(runnerOf([quick]), slice({ kind: 'telepathy' }))).toEqual({
      side: 'satellite',
      code: 'unknown_kind',
      message: 'This satellite cannot run telepathy checks: update it.',
    });
  });

  it('refuses what its owner’s policy forbids, and names the rule', async () => {
    const policy = { ...loadPolicy(undefined), refuseProbe: () => 'probes.deny names quick' };
    expect(await codeOf(runnerOf([quick], policy), slice())).toMatchObject({
      side: 'config',
      code: 'refused_by_policy',
      message: expect.stringContaining('probes.deny names quick'),
    });
  });

  it('says beforehand which of its kinds the policy forbids', () => {
    const policy = {
      ...loadPolicy(undefined),
      refuseProbe: ({ kind }: { kind: string }) => (kind === 'quick' ? 'it is denied' : null),
    };
    const runner = runnerOf([quick, probe('slow', async () => ({ reading: { value: 1 } }))], policy);
    expect([runner.kinds, runner.refusedKinds]).toEqual([['quick', 'slow'], ['quick']]);
  });

  it.each([
    ['config', { configJson: '{"password":"planted-secret"' }],
    ['collector', { collectors: [{ name: 'reading', configJson: 'planted-secret', assertionsJson: '[]' }] }],
    ['assertions', { collectors: [{ name: 'reading', configJson: '{}', assertionsJson: '[planted-secret' }] }],
  ])('reports a %s that is not JSON, without quoting it', async (_, broken) => {
    const failure = await codeOf(runnerOf([quick]), slice(broken));
    expect(failure).toMatchObject({ side: 'config', code: 'invalid_config' });
    expect(failure?.message).not.toContain('planted');
  });

  it.each(['null', '[]', '7', '{"password":1}', '{"unknown":true}'])(
    'reports a config that does not fit its probe: %s',
    async (configJson) => {
      expect(await codeOf(runnerOf([quick]), slice({ configJson }))).toMatchObject({ side: 'config' });
    },
  );

  it('prepares a slice anew when its definition changes', async () => {
    const runner = runnerOf([quick]);
    const one = slice();
    expect(await codeOf(runner, one)).toBeNull();
    const other = { ...one, definitionDigest: 'ab'.repeat(32), job: job({ configJson: 'broken' }) };
    expect(await codeOf(runner, other)).toMatchObject({ code: 'invalid_config' });
  });

  it('outlives a probe that throws, and one that never ends', async () => {
    const runner = runnerOf([
      probe('throws', () => {
        throw new Error('at once');
      }),
      probe('hangs', () => new Promise(() => undefined)),
    ]);
    expect(await codeOf(runner, slice({ kind: 'throws' }))).toMatchObject({ code: 'probe_crashed' });
    expect(await codeOf(runner, slice({ kind: 'hangs', timeoutMs: 100 }))).toMatchObject({ code: 'timeout' });
    expect(runner.running).toBe(0);
  });

  it('keeps processes in a lane of their own, so that they never delay the others', async () => {
    const ends: (() => void)[] = [];
    const waits = probe(
      'process',
      () => new Promise((resolve) => ends.push(() => resolve({ reading: { value: 1 } }))),
      'process',
    );
    const runner = runnerOf([quick, waits]);
    const processes = Array.from({ length: 20 }, () => runner.run(slice({ kind: 'process' }), never));
    await expect.poll(() => ends.length).toBe(8);
    expect(runner.running).toBe(8);
    expect(await codeOf(runner, slice())).toBeNull();
    for (let ended = 0; ended < 20; ended++) {
      await expect.poll(() => ends.length).toBeGreaterThan(ended);
      ends[ended]?.();
    }
    expect((await Promise.all(processes)).every(({ verdict }) => verdict === 'healthy')).toBe(true);
    expect(runner.running).toBe(0);
    expect(runner.takeStarted()).toBe(21);
  });

  it('holds no quick probe up behind hundreds that hang', async () => {
    const runner = runnerOf([quick, probe('hangs', () => new Promise(() => undefined))]);
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const hanging = Array.from({ length: 1_000 }, () => runner.run(slice({ kind: 'hangs' }), stop.signal));
    expect(await codeOf(runner, slice())).toBeNull();
    stop.abort();
    const ended = await Promise.all(hanging);
    expect(ended.every(({ failure }) => failure?.code === 'cancelled')).toBe(true);
  });

  it.each([-3_600_000, 3_600_000])('measures what a run took by no clock that jumps: %i ms', async (jumpMs) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const runner = runnerOf([
      probe('jumps', async () => {
        vi.setSystemTime(Date.now() + jumpMs);
        await new Promise(setImmediate);
        return { reading: { value: 1 } };
      }),
    ]);
    const first = await runner.run(slice({ kind: 'jumps' }), never);
    const next = await runner.run(slice({ kind: 'jumps' }), never);
    vi.useRealTimers();
    for (const { durationMs } of [first, next]) {
      expect(durationMs).toBeGreaterThan(0);
      expect(durationMs).toBeLessThan(60_000);
    }
    expect(next.startedAtMs - first.startedAtMs).toBeGreaterThanOrEqual(0);
    expect(next.startedAtMs - first.startedAtMs).toBeLessThan(60_000);
  });

  it('tells the log of a single run line by line, without its secrets', async () => {
    const talks = probe('talks', async (config, context) => {
      context.log(`signing in with ${String((config as { password: string }).password)}`);
      return { reading: { value: 1 } };
    });
    const lines: string[] = [];
    const configJson = '{"password":"planted-secret"}';
    await runnerOf([talks]).runOnce(job({ kind: 'talks', configJson }), never, ({ text }) => lines.push(text));
    expect(lines).toEqual(['signing in with ***']);
  });
});
