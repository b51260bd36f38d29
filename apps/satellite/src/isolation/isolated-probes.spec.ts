// Probes with every bad habit, through the real runner and the real bundle.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Job, Outcome, Slice } from '@checkstack/link';
import { sampleJob, sampleSlice } from '@checkstack/link/testing';
import { NetworkPolicy } from '@checkstack/plugin-sdk/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../clock.js';
import { loadPolicy } from '../policy.js';
import { Runner } from '../runner.js';
import { probes } from '../testing/hostile-probes.js';
import { Programs } from '../testing/program.js';
import { IsolatedProbes, maxProcesses, type IsolationOptions } from './isolated-probes.js';

const kinds = new Map(probes.map((probe) => [probe.kind, probe]));
const never = new AbortController().signal;
const collectors = [{ name: 'reading', configJson: '{}', assertionsJson: '[]' }];
const strays: string[] = [];
let folder: string;
let programs: Programs;
let isolated: IsolatedProbes;

beforeAll(async () => {
  programs = await Programs.bundle('hostile-probes.ts');
  folder = await programs.newFolder();
});
afterAll(() => programs.remove());
afterEach(() => {
  isolated.close();
  strays.length = 0;
});

function runnerOf(options: Partial<IsolationOptions> = {}, network = new NetworkPolicy()): Runner {
  const env = { PATH: process.env['PATH'] ?? '' };
  const onStray = (kind: string, text: string): void => void strays.push(`${kind}: ${text}`);
  isolated = new IsolatedProbes({ program: programs.path, env, onStray, maxHeapMiB: 64, ...options });
  return new Runner(kinds, { ...loadPolicy(undefined), network }, new Clock(), isolated);
}

function slice(kind: string, config: object = {}, given: Partial<Job> = {}): Slice {
  return sampleSlice({ job: sampleJob({ kind, configJson: JSON.stringify(config), collectors, ...given }) });
}

async function run(runner: Runner, kind: string, config: object = {}, given: Partial<Job> = {}): Promise<Outcome> {
  return runner.run(slice(kind, config, given), never);
}

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('an isolated probe', () => {
  it('reads, logs and dials as any other, in a process of its own, without its secrets', async () => {
    const server = createServer((socket) => socket.on('data', (data) => socket.end(`welcome, ${String(data)}`)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const runner = runnerOf();
    const lines: string[] = [];
    const job = slice('gentle', { port, password: 'planted-secret' }).job;
    job.collectors = [{ ...collectors[0]!, assertionsJson: JSON.stringify([{ fact: 'said', operator: 'is_empty' }]) }];
    const outcome = await runner.runOnce(job, never, ({ text }) => lines.push(text));
    server.close();
    expect(outcome).toMatchObject({ verdict: 'unhealthy', facts: { 'reading.said': 'welcome, ***' } });
    expect(outcome.assertions).toMatchObject([{ actual: '"welcome, ***"' }]);
    expect(outcome.facts['reading.pid']).not.toBe(process.pid);
    expect(lines.at(-1)).toBe('signing in with ***');
  });

  it('is bound by the policy of the satellite’s owner', async () => {
    const runner = runnerOf({}, new NetworkPolicy({ deny: ['127.0.0.0/8'] }));
    expect((await run(runner, 'gentle')).failure).toEqual({
      side: 'config',
      code: 'refused_by_policy',
      message: 'The satellite may not reach 127.0.0.1: the rule "deny 127.0.0.0/8".',
    });
    expect((await run(runner, 'gentle', { host: '169.254.169.254' })).failure?.message).toContain('built-in rule');
  });

  it('has a configuration that does not fit it reported like any other', async () => {
    expect((await run(runnerOf(), 'gentle', { port: 'x' })).failure).toMatchObject({ code: 'invalid_config' });
  });

  it('is told nothing of the satellite’s environment but what it needs', async () => {
    process.env['CHECKSTACK_TOKEN'] = 'planted-token';
    const { facts } = await run(runnerOf(), 'knows');
    delete process.env['CHECKSTACK_TOKEN'];
    expect(
      Object.keys(JSON.parse(String(facts['reading.said']))).filter((name) => !/^NODE_CHANNEL/.test(name)),
    ).toEqual(['PATH']);
  });

  it('has its process used again, for its own kind only', async () => {
    const runner = runnerOf();
    const first = await run(runner, 'knows');
    expect((await run(runner, 'knows')).facts['reading.pid']).toBe(first.facts['reading.pid']);
    expect((await run(runner, 'throws-later')).facts['reading.pid']).not.toBe(first.facts['reading.pid']);
    expect(isolated.size).toBe(2);
  });

  it('costs nothing before it is needed, and no longer than it is', async () => {
    const runner = runnerOf({ idleMs: 50 });
    await run(runner, 'light');
    expect(isolated.size).toBe(0);
    const { facts } = await run(runner, 'knows');
    await expect.poll(() => isGone(Number(facts['reading.pid']))).toBe(true);
    expect(isolated.size).toBe(0);
  });

  it('has never more processes than there may be, whatever hangs', async () => {
    const runner = runnerOf();
    const hanging = Array.from({ length: maxProcesses + 3 }, () => run(runner, 'ignores', {}, { timeoutMs: 300 }));
    await expect.poll(() => isolated.size).toBe(maxProcesses);
    // Light probes are in nobody's way.
    expect((await run(runner, 'light')).verdict).toBe('healthy');
    for (const { failure } of await Promise.all(hanging)) expect(failure?.code).toBe('timeout');
    expect((await run(runner, 'knows')).verdict).toBe('healthy');
    expect(runner.running).toBe(0);
  });
});

describe('a probe that does not end', () => {
  it.each([
    ['spins', 'its process was killed'],
    ['stands', 'its process was killed'],
    ['ignores', 'left behind'],
  ])('is cut off and reported: it %s', async (kind, words) => {
    const runner = runnerOf();
    // Its process is up, and the time-out alone decides.
    const outcome = await run(runner, kind, {}, { timeoutMs: 300 });
    expect(outcome).toMatchObject({ verdict: 'unhealthy', failure: { side: 'target', code: 'timeout' } });
    expect(outcome.failure?.message).toContain('did not end within 0.3 s');
    expect(outcome.failure?.message).toContain(words);
    expect(outcome.durationMs).toBeGreaterThanOrEqual(300);
    await expect.poll(() => isolated.size).toBe(0);
  });

  it('is cut off with what it started itself', async () => {
    await run(runnerOf(), 'stands', {}, { timeoutMs: 300 });
    const left = (): boolean => execFileSync('ps', ['-eo', 'args']).toString().includes('sleep 60.25');
    await expect.poll(left).toBe(false);
  });

  it('is cut off when its run is cancelled', async () => {
    const runner = runnerOf();
    const cancel = new AbortController();
    const outcome = runner.run(slice('spins', {}, { timeoutMs: 60_000 }), cancel.signal);
    await expect.poll(() => runner.running).toBe(1);
    cancel.abort();
    expect((await outcome).failure).toMatchObject({ side: 'satellite', code: 'cancelled' });
  });
});

describe('a probe that wants all memory', () => {
  it.each(['grows', 'doubles', 'buffers'])('is ended, and it is said so: it %s', async (kind) => {
    const { failure, verdict } = await run(runnerOf(), kind, {}, { timeoutMs: 60_000 });
    expect(failure).toMatchObject({ side: 'satellite', code: 'probe_out_of_memory' });
    expect(failure?.message).toContain('more memory than it may have (64 MiB)');
    expect(verdict).toBe('unknown');
  });
});

describe('a probe that dies', () => {
  it.each([
    ['throws', /^The probe has an error of its own: Error: planted-reason$/],
    ['exits', /^The probe’s process is gone: it ended itself with exit code 3\.$/],
    ['disconnects', /^The probe’s process is gone: it (was )?ended /],
  ])('is reported as its own trouble: it %s', async (kind, message) => {
    expect(await run(runnerOf(), kind)).toMatchObject({
      verdict: 'unknown',
      failure: { side: 'satellite', code: 'probe_crashed', message: expect.stringMatching(message) },
    });
  });

  it('after its run is told of, without its secrets, and goes on', async () => {
    const runner = runnerOf();
    const first = await run(runner, 'throws-later', { password: 'planted-secret' });
    expect(first.verdict).toBe('healthy');
    await expect.poll(() => strays).toEqual(['throws-later: Error: planted-reason ***']);
    expect((await run(runner, 'throws-later')).facts['reading.pid']).toBe(first.facts['reading.pid']);
  });

  it('is believed only what makes sense', async () => {
    expect(await run(runnerOf(), 'lies')).toMatchObject({ verdict: 'healthy', facts: { 'reading.value': 7 } });
  });

  it.each([
    ['is not there', async () => undefined],
    ['is broken', (path: string) => writeFile(path, 'throw new Error("planted-reason")')],
    ['is another one', (path: string) => writeFile(path, 'setTimeout(() => {}, 50)')],
  ])('before it began, because its program %s, has a record', async (_, prepare) => {
    const broken = join(folder, 'broken.mjs');
    await prepare(broken);
    const outcome = await run(runnerOf({ program: broken }), 'knows');
    expect(outcome).toMatchObject({ verdict: 'unknown', failure: { side: 'satellite', code: 'process_not_started' } });
    expect(outcome.failure?.message).toMatch(/^The process of the knows probe could not be started: it (was )?ended /);
    await rm(broken, { force: true });
  });
});

it('leaves no process behind when the satellite is killed, not even one that spins', async () => {
  const parent = join(folder, 'parent.mjs');
  const run = {
    kind: 'run',
    id: 1,
    probe: 'spins',
    request: { config: {}, collectors: [] },
    timeoutMs: 60_000,
    rules: {},
  };
  await writeFile(
    parent,
    `import { fork } from 'node:child_process';
    const args = ['isolated-probe', '1e9'];
    const child = fork(${JSON.stringify(programs.path)}, args, { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child.on('message', ({ kind }) => {
      if (kind === 'ready') child.send(${JSON.stringify(run)});
      if (kind === 'log') console.log(child.pid);
    });`,
  );
  const satellite = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [told] = (await once(satellite.stdout, 'data')) as [Buffer];
  const pid = Number(told);
  satellite.kill('SIGKILL');
  try {
    // Whoever takes orphans over may be slow to notice the end of one.
    await expect.poll(() => isGone(pid), { timeout: 10_000 }).toBe(true);
  } finally {
    if (!isGone(pid)) process.kill(pid, 'SIGKILL');
  }
});
