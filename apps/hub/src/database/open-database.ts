import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { StartupError } from '../startup-error.js';
import { migrations } from './migrations/index.js';

/** Settings of every session: a frozen hub must not hold the others' locks. */
const sessionOptions =
  '-c idle_in_transaction_session_timeout=5000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3 -c timezone=UTC';

const migrationLock = 7_226_001;

/** The server is starting up, shutting down or recovering. */
const cannotConnectNow = '57P03';
const startingPatienceMs = 30_000;
const startingLookMs = 250;

/** The server may end a connection while nobody asks it anything: the next query tells; unheard, it would end the process. */
class CalmClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}

export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    synchronize: false,
    migrations,
    migrationsTransactionMode: 'each',
    poolSize: 16,
    applicationName: 'checkstack-hub',
    extra: { Client: CalmClient, options: sessionOptions, connectionTimeoutMillis: 5_000, keepAlive: true },
  };
}

/** Tries the database, refuses an unfit one in one sentence, and brings its tables up to date, one hub at a time. */
export async function migrateDatabase(url: string): Promise<void> {
  const dataSource = await connectPatiently(url);
  try {
    const [row] = await dataSource.query<{ version: number; name: string; encoding: string }[]>(
      "SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name, current_setting('server_encoding') AS encoding",
    );
    if (row === undefined || row.version < 150_000) {
      throw new StartupError(`Checkstack needs PostgreSQL 15 or newer; ${whereOf(url)} is ${row?.name ?? 'unknown'}.`);
    }
    if (row.encoding !== 'UTF8')
      throw new StartupError(`The database must be encoded in UTF8; ${whereOf(url)} is ${row.encoding}.`);
    await underLock(dataSource, () => dataSource.runMigrations());
  } catch (error) {
    if (!isLostConnection(error)) throw error;
    throw new StartupError(`The database went away while the hub was starting (${whereOf(url)}): start it again.`, {
      cause: error,
    });
  } finally {
    await dataSource.destroy().catch(() => undefined);
  }
}

/** A PostgreSQL that is just starting or stopping is waited for; everything else is told at once. */
async function connectPatiently(url: string): Promise<DataSource> {
  const giveUpAt = performance.now() + startingPatienceMs;
  for (;;) {
    const dataSource = new DataSource(dataSourceOptions(url));
    try {
      return await dataSource.initialize();
    } catch (error) {
      const isStarting = (error as { code?: string }).code === cannotConnectNow;
      if (!isStarting || performance.now() > giveUpAt)
        throw new StartupError(connectSentence(url, error), { cause: error });
      await delay(startingLookMs);
    }
  }
}

/** Connection exceptions, operator intervention, and a socket that ended. */
function isLostConnection(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return /^(08|57P|ECONN|EPIPE)/.test(code) || /connection terminated/i.test(message);
}

/** Runs `work` while this session holds the advisory lock; the lock goes with the session. */
async function underLock(dataSource: DataSource, work: () => Promise<unknown>): Promise<void> {
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await work();
    await holder.query('SELECT pg_advisory_unlock($1)', [migrationLock]);
  } catch (error) {
    if ((error as { code?: string }).code === '42501') {
      throw new StartupError('The database user may not create tables: grant it CREATE on the schema public.', {
        cause: error,
      });
    }
    throw error;
  } finally {
    await holder.release();
  }
}

function whereOf(url: string): string {
  const { hostname, port, pathname } = new URL(url);
  return `the PostgreSQL at ${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
}

/** One sentence for what stood in the way. Never holds the password. */
function connectSentence(url: string, error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  const where = whereOf(url);
  if (code === 'ECONNREFUSED')
    return `DATABASE_URL: nothing answers at ${where}. Is it running, and is the port right?`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `DATABASE_URL: the host of ${where} is not known.`;
  if (code === '28P01' || code === '28000') return `DATABASE_URL: ${where} refuses this user and password.`;
  if (code === '3D000') return `DATABASE_URL: there is no such database at ${where}: create it first.`;
  if (code === '42501') return `DATABASE_URL: this user may not connect to ${where}.`;
  if (/timeout/i.test(message)) return `DATABASE_URL: ${where} does not answer.`;
  return `DATABASE_URL: ${where} cannot be used (${message}).`;
}
