// PostgreSQL for a hub that was not given one: the real server from npm, in the data folder, for this hub alone.
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { StartupError } from '../startup-error.js';
import { findBinaries } from './embedded-postgres/binaries.js';
import { openCluster, SUPERUSER } from './embedded-postgres/cluster.js';
import { openDataFolder } from './embedded-postgres/data-folder.js';
import { lockFolder } from './embedded-postgres/folder-lock.js';
import {
  freePort,
  ServerRefusal,
  startServer,
  type Server,
  type ServerOptions,
  type Settings,
} from './embedded-postgres/server.js';

export interface EmbeddedPostgresOptions {
  /** The hub's data folder; the database lives in its `postgres` folder. */
  dataDir: string;
  log: (line: string) => void;
  /** Called once when the server died and could not be started again. */
  onGone?: (error: StartupError) => void;
  /** PostgreSQL settings that replace the small footprint's. */
  settings?: Settings;
}

export interface EmbeddedPostgres {
  /** Stays the same when the server had to be started again. */
  url: string;
  stop(): Promise<void>;
}

const DATABASE = 'checkstack';
const PORT_ATTEMPTS = 5;
const PREDECESSOR_PATIENCE_MS = 15_000;
const RETRY_MS = 100;
const LIVES_PER_MINUTE = 5;
const MINUTE_MS = 60_000;

/**
 * Starts the embedded PostgreSQL, making its cluster at the first start, and keeps it running: a server that dies is
 * started again at the same address. Throws a StartupError whose sentence is meant for the person who started us.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  await openDataFolder(dataDir);
  const unlock = await lockFolder(dataDir);
  let life: { end(): Promise<void> } | undefined;
  async function stop(): Promise<void> {
    await life?.end();
    await unlock();
  }
  try {
    const binaries = await findBinaries();
    const cluster = await openCluster(dataDir, binaries);
    const { log, settings = {} } = options;
    const { server, port } = await startOnFreePort({ cluster, binaries, settings, log });
    const address = `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}`;
    life = keepAlive(server, () => startPatiently({ cluster, binaries, settings, log, port }), options);
    await createDatabase(address);
    return { url: `${address}/${DATABASE}`, stop };
  } catch (error) {
    await stop();
    throw asStartupError(error);
  }
}

async function startOnFreePort(options: Omit<ServerOptions, 'port'>): Promise<{ server: Server; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { server: await startPatiently({ ...options, port }), port };
    } catch (error) {
      // Somebody took the port between our look and PostgreSQL's.
      if (!(error instanceof ServerRefusal && error.isPortTaken && attempt < PORT_ATTEMPTS)) throw error;
    }
  }
}

/** Waits for the last processes of a server that was killed. */
async function startPatiently(options: ServerOptions): Promise<Server> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      return await startServer(options);
    } catch (error) {
      const isWorthWaiting = error instanceof ServerRefusal && error.isPredecessorEnding;
      if (!isWorthWaiting || waitedMs >= PREDECESSOR_PATIENCE_MS) throw error;
    }
    await delay(RETRY_MS);
  }
}

/** Starts a server that dies again, unless it dies too often or cannot start. */
function keepAlive(
  first: Server,
  startAgain: () => Promise<Server>,
  { log, onGone }: EmbeddedPostgresOptions,
): { end(): Promise<void> } {
  let isEnding = false;
  let server: Server | undefined = first;
  let deaths: number[] = [];

  async function watch(): Promise<void> {
    while (server && !isEnding) {
      const how = await server.ended;
      server = undefined;
      if (isEnding) return;
      const now = performance.now();
      deaths = [...deaths.filter((at) => now - at < MINUTE_MS), now];
      if (deaths.length >= LIVES_PER_MINUTE) {
        throw new StartupError(`PostgreSQL died ${LIVES_PER_MINUTE} times within a minute; at last it ${how}.`);
      }
      log(`PostgreSQL ${how}; starting it again`);
      server = await startAgain();
    }
  }

  const watching = watch().catch((error: unknown) => {
    if (!isEnding) onGone?.(asStartupError(error));
  });
  return {
    async end() {
      isEnding = true;
      await server?.stop();
      await watching;
      await server?.stop();
    },
  };
}

async function createDatabase(address: string): Promise<void> {
  const client = new Client(`${address}/postgres`);
  // A connection that breaks fails the query; without a listener it would also end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function asStartupError(error: unknown): StartupError {
  if (error instanceof StartupError) return error;
  const sentence = (error as Error).message;
  const isFull = /No space left/i.test(sentence);
  return new StartupError(
    isFull
      ? 'The disk is full: PostgreSQL cannot write its data.'
      : `The embedded PostgreSQL does not start: ${sentence}.`,
    { cause: error },
  );
}
