import { once } from 'node:events';
import type { Server } from 'node:http';
import { Setup } from './access/sign-in/setup.service.js';
import { endEarlierLeases } from './cluster/replica.js';
import { loadConfig } from './config.js';
import { createHub } from './create-hub.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrateDatabase } from './database/open-database.js';
import { keepHeapSmall } from './operation/heap.js';
import { stopHub } from './operation/stop-hub.js';
import { StartupError } from './startup-error.js';

/** From the first signal to the end by force, should something not stop. */
const stopPatienceMs = 30_000;
/** A terminal's Ctrl-C comes twice, from the terminal and from npm; only a later one is impatience. */
const echoMs = 1_500;

/** Starts the parts in order; whatever was started is stopped in reverse, whether by a signal or by a failure on the way. */
async function main(): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close().catch((error: unknown) => say(String(error)));
  };
  const ending = new AbortController();
  const ended = new Promise<void>((resolve) => ending.signal.addEventListener('abort', () => resolve()));
  onSignals(() => ending.abort());
  try {
    const config = loadConfig(process.env);
    let databaseUrl = config.databaseUrl;
    if (databaseUrl === undefined) {
      const onGone = (reason: StartupError) => ending.abort(reason);
      const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log: say, onGone });
      closers.push(() => postgres.stop());
      databaseUrl = postgres.url;
    }
    if (!ending.signal.aborted) await migrateDatabase(databaseUrl);
    // The embedded database is this hub's alone: the data folder's lock sees to it.
    if (!ending.signal.aborted && config.databaseUrl === undefined) await endEarlierLeases(databaseUrl);
    if (!ending.signal.aborted) {
      const hub = await createHub(config, databaseUrl);
      closers.push(() => stopHub(hub));
      const setupAddress = await hub.get(Setup).begin();
      await listen(hub, config);
      say(`Checkstack is at ${config.baseUrl}`);
      if (setupAddress !== null) say(`Create the first administrator at ${setupAddress}`);
    }
    await ended;
    await stop();
    if (ending.signal.reason instanceof StartupError) throw ending.signal.reason;
  } catch (error) {
    await stop();
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

/** The first signal begins the end; a later one, or too long a wait, forces it. */
function onSignals(end: () => void): void {
  let firstAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        setTimeout(() => process.exit(1), stopPatienceMs).unref();
        end();
      } else if (performance.now() - firstAt > echoMs) process.exit(1);
    });
  }
}

async function listen(
  hub: Awaited<ReturnType<typeof createHub>>,
  { port, host }: { port: number; host: string },
): Promise<void> {
  try {
    // Not by Nest's own `listen`, which logs the error that becomes one sentence here.
    await hub.init();
    const server: Server = hub.getHttpServer();
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartupError(`Port ${port} is taken by another program: stop it, or choose another with PORT=….`, {
        cause: error,
      });
    if (code === 'EACCES')
      throw new StartupError(`This user may not listen on port ${port}: choose one above 1023 with PORT=….`, {
        cause: error,
      });
    if (code === 'EAFNOSUPPORT' && host === '::') return listen(hub, { port, host: '0.0.0.0' });
    throw error;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

keepHeapSmall();
await main();
