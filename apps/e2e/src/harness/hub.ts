// The built hub as a process, with a data folder of its own.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { checkout } from './checkout.js';
import { commandLineOf, processesMentioning, Program } from './program.js';

export interface Home extends AsyncDisposable {
  dataDir: string;
  port: number;
  url: string;
  /** Starts a hub here; again after the one before has ended. */
  start(env?: Record<string, string>): Program;
  /** Its embedded database, as another hub may use it while the first one runs. */
  databaseUrl(): Promise<string>;
  /** Processes that belong to a hub here, by what they are. */
  pids(part?: 'hub' | 'satellite' | 'postgres'): number[];
}

const parts = { hub: /hub\/dist\/main\.js|tools\/start\.mjs/, satellite: /satellite/, postgres: /bin\/postgres -D/ };

/** An empty data folder and a free port; all that still runs on it is killed at the end. */
export async function makeHome(): Promise<Home> {
  const dataDir = await mkdtemp(join(tmpdir(), 'checkstack-e2e-'));
  const port = await freePort();
  const pids: Home['pids'] = (part) =>
    processesMentioning(dataDir).filter((pid) => part === undefined || parts[part].test(commandLineOf(pid)));
  return {
    dataDir,
    port,
    url: `http://127.0.0.1:${port}`,
    start: (env = {}) =>
      new Program('node', [join(checkout, 'apps/hub/dist/main.js')], {
        cwd: dataDir,
        env: { PORT: String(port), CHECKSTACK_DATA_DIR: dataDir, ...env },
      }),
    async databaseUrl() {
      const password = await readFile(join(dataDir, 'postgres/password'), 'utf8');
      const [, , , databasePort] = (await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n');
      return `postgres://checkstack:${password}@127.0.0.1:${databasePort}/checkstack`;
    },
    pids,
    async [Symbol.asyncDispose]() {
      for (const pid of pids()) kill(pid);
      await vi.waitFor(() => expect(pids()).toEqual([]), 10_000);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
