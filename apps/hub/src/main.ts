import { Setup } from './access/sign-in/setup.service.js';
import { loadConfig } from './config.js';
import { createHub } from './create-hub.js';
import { startEmbeddedPostgres } from './database/embedded-postgres.js';
import { migrateDatabase } from './database/open-database.js';
import { StartupError } from './startup-error.js';

/** Starts the parts in order; whatever was started is stopped in reverse, whether by a signal or by a failure on the way. */
async function main(): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close().catch((error: unknown) => say(String(error)));
  };
  let fail: (reason: StartupError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => (fail = reject));
  // It is awaited only once everything runs.
  failed.catch(() => undefined);
  // A terminal's Ctrl-C comes twice, from the terminal and from npm: the second must not cut the stopping short.
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  try {
    const config = loadConfig(process.env);
    let databaseUrl = config.databaseUrl;
    if (databaseUrl === undefined) {
      const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, log: say, onGone: fail });
      closers.push(() => postgres.stop());
      databaseUrl = postgres.url;
    }
    await migrateDatabase(databaseUrl);
    const hub = await createHub(config, databaseUrl);
    closers.push(() => hub.close());
    const setupAddress = await hub.get(Setup).begin();
    await listen(hub, config);
    say(`Checkstack is at ${config.baseUrl}`);
    if (setupAddress !== null) say(`Create the first administrator at ${setupAddress}`);
    await Promise.race([stopped, failed]);
    await stop();
  } catch (error) {
    await stop();
    if (!(error instanceof StartupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

async function listen(
  hub: Awaited<ReturnType<typeof createHub>>,
  { port, host }: { port: number; host: string },
): Promise<void> {
  try {
    await hub.listen(port, host);
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

await main();
