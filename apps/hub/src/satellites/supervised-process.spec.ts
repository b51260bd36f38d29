import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { SupervisedProcess } from './supervised-process.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-supervised-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function programOf(source: string): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(path, source);
  return path;
}

it('passes on what the child writes and gives it only its own environment', async () => {
  const lines: string[] = [];
  const program = await programOf(`
    console.log('hello ' + JSON.stringify(process.env.SECRET ?? null) + ' ' + process.env.GIVEN);
    console.error('trouble');
    setInterval(() => {}, 1000);
  `);
  vi.stubEnv('SECRET', 'hunter2');
  const child = new SupervisedProcess({ program, env: { GIVEN: 'this' }, log: (line) => lines.push(line) });
  await vi.waitFor(() => expect(lines.sort()).toEqual(['hello null this', 'trouble']), 10_000);
  await child.stop();
  vi.unstubAllEnvs();
});

it('starts it again when it dies, and says so', async () => {
  const lines: string[] = [];
  const program = await programOf(`console.log('alive'); process.exit(3);`);
  const child = new SupervisedProcess({ program, env: {}, log: (line) => lines.push(line) });
  await vi.waitFor(() => expect(lines.filter((line) => line === 'alive')).toHaveLength(2), 10_000);
  expect(lines[1]).toBe('It ended (exit code 3); it is started again in 0.5 s.');
  await child.stop();
});

it('asks it to end', async () => {
  const lines: string[] = [];
  const program = await programOf(`
    process.on('SIGTERM', () => { console.log('goodbye'); process.exit(0); });
    setInterval(() => {}, 1000); console.log('ready');
  `);
  const child = new SupervisedProcess({ program, env: {}, log: (line) => lines.push(line) });
  await vi.waitFor(() => expect(lines).toEqual(['ready']), 10_000);
  await child.stop();
  expect(lines).toEqual(['ready', 'goodbye']);
});

it('lets go of a child that only waits for its parent', async () => {
  const lines: string[] = [];
  const program = await programOf(`
    process.on('SIGTERM', () => {});
    process.stdin.on('end', () => console.log('alone')).resume();
    console.log('ready');
  `);
  const child = new SupervisedProcess({ program, env: {}, log: (line) => lines.push(line) });
  await vi.waitFor(() => expect(lines).toEqual(['ready']), 10_000);
  await child.stop();
  expect(lines).toEqual(['ready', 'alone']);
});

it('leaves no child behind when the parent is killed without a word', async () => {
  const program = await programOf(`
    process.stdin.on('end', () => process.exit(0)).resume();
    console.log(process.pid);
  `);
  const supervisor = join(import.meta.dirname, 'supervised-process.ts');
  const parent = await programOf(`
    import { SupervisedProcess } from ${JSON.stringify(await transpiled(supervisor))};
    new SupervisedProcess({ program: ${JSON.stringify(program)}, env: {}, log: (line) => console.log(line) });
  `);
  const killed = spawn(process.execPath, [parent], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = await new Promise<number>((resolve) => killed.stdout.once('data', (text) => resolve(Number(text))));
  killed.kill('SIGKILL');
  await vi.waitFor(
    () => expect(() => execFileSync('kill', ['-0', String(pid)], { stdio: 'ignore' })).toThrow(),
    10_000,
  );
});

/** The same code as a plain module, which a process of its own can load. */
async function transpiled(path: string): Promise<string> {
  const { transformFile } = await import('@swc/core');
  const { code } = await transformFile(path, { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } });
  return programOf(code);
}
