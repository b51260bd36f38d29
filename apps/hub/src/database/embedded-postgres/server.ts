// One life of the PostgreSQL server: from its start until it is stopped or dies.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { StartupError } from '../../startup-error.js';
import { launch } from './account.js';
import type { Binaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { stopLeftover } from './leftover.js';
import { readLines } from './lines.js';

export type Settings = Record<string, string | number>;

export interface ServerOptions {
  cluster: Cluster;
  binaries: Binaries;
  port: number;
  settings: Settings;
  log: (line: string) => void;
}

export interface Server {
  /** Settles when the process has ended, with how it ended. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

/** Why a server did not come up, in PostgreSQL's own last words. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';

  get isPortTaken(): boolean {
    return /could not bind|could not create any TCP/i.test(this.message);
  }

  /** The processes of a server that was killed let go of its memory within moments. */
  get isPredecessorEnding(): boolean {
    return /shared memory block .* still in use/i.test(this.message);
  }
}

const READY = 'database system is ready to accept connections';
const RECOVERING = 'automatic recovery in progress';
const REFUSED = /^FATAL|could not bind/;
/** Once it runs, FATAL lines are single sessions' affair; these are the server's. */
const PROCESS_DIED = /^PANIC|was terminated by/;
const FAST_SHUTDOWN_MS = 20_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;

/** A small server for one hub; what can lose data stays at PostgreSQL's own safe defaults. */
const smallFootprint: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '64MB',
  max_connections: 60,
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  // Worker processes cost memory each and need /dev/shm, which containers keep small.
  io_method: 'sync',
  max_parallel_workers_per_gather: 0,
  max_parallel_maintenance_workers: 0,
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The client hears of its own errors; the log is for what befalls the server.
  log_min_messages: 'log',
  log_line_prefix: '',
  log_checkpoints: 'off',
};

export async function startServer({ cluster, binaries, port, settings, log }: ServerOptions): Promise<Server> {
  await stopLeftover(cluster.folder, log);
  const all = { ...smallFootprint, ...settings, port };
  const child = await launch({
    program: binaries.postgres,
    args: ['-D', cluster.folder, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    account: cluster.account,
    paths: [cluster.folder],
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const complaints: string[] = [];
  let isReady = false;
  const ready = new Promise<void>((resolve) => {
    readLines(child.stderr, (line) => {
      if (line.includes(READY)) {
        isReady = true;
        resolve();
      }
      if (line.includes(RECOVERING)) log('PostgreSQL was not shut down properly; it is recovering its data');
      if (PROCESS_DIED.test(line)) log(line);
      if (!isReady && REFUSED.test(line)) complaints.push(line.replace(/^\w+:\s+/, ''));
    });
  });
  const ended = endOf(child);
  const early = await Promise.race([ready, ended]);
  if (early !== undefined) throw new ServerRefusal(complaints.join('; ') || early);

  return {
    ended,
    async stop() {
      child.kill('SIGINT');
      if (await endsWithin(FAST_SHUTDOWN_MS, ended)) return;
      child.kill('SIGQUIT');
      if (await endsWithin(IMMEDIATE_SHUTDOWN_MS, ended)) return;
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function endsWithin(patienceMs: number, ended: Promise<string>): Promise<boolean> {
  const patience = new AbortController();
  const timeout = delay(patienceMs, false, { signal: patience.signal });
  try {
    return await Promise.race([ended.then(() => true), timeout]);
  } finally {
    patience.abort();
  }
}

/** Resolves also when the program could not be started at all. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    // `close` rather than `exit`: the last words have been read by then.
    child.once('close', (code, signal) =>
      resolve(signal ? `was killed by ${signal}` : `ended with code ${String(code)}`),
    );
  });
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch (cause) {
    throw new StartupError(`No port can be opened on 127.0.0.1: ${(cause as Error).message}.`, { cause });
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
