import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { enrolmentCommands, reachableUrl } from './enrolment-commands.js';

const token = `cst_${'x'.repeat(43)}`;
/** Tells what it was given, as the satellite would read it. */
const program = `
import { readFileSync } from 'node:fs';
const { CHECKSTACK_HUB_URL, CHECKSTACK_TOKEN_FILE, CHECKSTACK_DATA_DIR, CHECKSTACK_TOKEN, UV_THREADPOOL_SIZE } = process.env;
console.log(JSON.stringify({ hub: CHECKSTACK_HUB_URL, token: readFileSync(CHECKSTACK_TOKEN_FILE, 'utf8'), data: CHECKSTACK_DATA_DIR, inEnvironment: CHECKSTACK_TOKEN ?? null, threads: UV_THREADPOOL_SIZE }));
`;

let folder: string;
let server: Server;
let hubUrl: string;
let served: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-enrol-'));
  served = program;
  server = createServer((request, response) => {
    if (request.url !== '/api/satellite/satellite.mjs') response.writeHead(404);
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hubUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

function commandFor(url: string): string {
  const sha256 = createHash('sha256').update(program).digest('hex');
  return enrolmentCommands(url, token, sha256)[0]!.command;
}

/** As a person pastes it: on the standard input of a shell, with nothing but Node on the PATH besides the system's tools. */
async function paste(shell: string, command: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(shell, [], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  child.stdin.end(`${command}\n`);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

it.each(['bash', 'sh'])('runs in %s: fetches the satellite, checks it, and starts it', async (shell) => {
  await promisify(execFile)(shell, ['-n', '-c', commandFor(hubUrl)]);
  const { code, output } = await paste(shell, commandFor(hubUrl));
  expect(code, output).toBe(0);
  expect(JSON.parse(output)).toEqual({ hub: hubUrl, token, data: 'data', inEnvironment: null, threads: '16' });
  expect(await readFile(join(folder, 'checkstack-satellite', 'satellite.mjs'), 'utf8')).toBe(program);
  expect((await stat(join(folder, 'checkstack-satellite', 'token'))).mode & 0o777).toBe(0o600);
  // Pasted again, it starts again.
  expect((await paste(shell, commandFor(hubUrl))).code).toBe(0);
});

it('does not run a program with another hash', async () => {
  served = `${program}console.log('evil');`;
  const { code, output } = await paste('bash', commandFor(hubUrl));
  expect(code).not.toBe(0);
  expect(output).toBe('This is not the program that the hub announced: copy the command anew.\n');
});

it('says in a sentence that the hub cannot be reached', async () => {
  server.close();
  const { code, output } = await paste('bash', commandFor(hubUrl));
  expect(code).not.toBe(0);
  expect(output).toMatch(/^The hub cannot be reached: .*ECONNREFUSED.*\n$/);
});

it.each([
  ['https://checkstack.example.org', 'elsewhere:1', 'https://checkstack.example.org'],
  ['http://localhost:3000', '192.168.1.5:3000', 'http://192.168.1.5:3000'],
  ['http://localhost:3000', '[fd00::1]:3000', 'http://[fd00::1]:3000'],
  ['http://127.0.0.1:3000', undefined, 'http://127.0.0.1:3000'],
  ['http://localhost:3000', `x';rm -rf ~;'`, 'http://localhost:3000'],
])('with the base address %s and the host %s it leads to %s', (baseUrl, host, expected) => {
  expect(reachableUrl(baseUrl, { headers: { host }, protocol: 'http' })).toBe(expected);
});
