import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findBinaries, repairLinks } from './embedded-postgres/binaries.js';
import { openCluster } from './embedded-postgres/cluster.js';
import { freePort, startServer } from './embedded-postgres/server.js';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';

const isRoot = process.getuid?.() === 0;
const sentence = { name: 'StartupError', exitCode: 1 };

let base: string;
let running: EmbeddedPostgres | undefined;

beforeAll(async () => {
  // Private to us, as a checkout in a home folder is.
  base = await mkdtemp(join(tmpdir(), 'checkstack-embedded-'));
});
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
afterAll(async () => {
  await rm(base, { recursive: true });
});

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  running = await startEmbeddedPostgres({ dataDir: join(base, 'data'), log: () => undefined, ...options });
  return running;
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const serverPid = async () =>
  Number((await readFile(join(base, 'data/postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);

describe('the embedded database', () => {
  it('is made at the first start, in UTF-8 without any locale set, and keeps its data', async () => {
    const first = await start();
    expect(await query(first.url, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(first.url, `SELECT upper('ä') AS upper, current_database() AS name`)).toEqual([
      { upper: 'Ä', name: 'checkstack' },
    ]);
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    await first.stop();

    const second = await start();
    expect(await query(second.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }]);
  });

  it('lets nobody in without the password, which only its owner can read', async () => {
    const { url } = await start();
    await expect(query(url.replace(/:[^:@]+@/, ':guess@'), 'SELECT 1')).rejects.toThrow(/password authentication/);
    const { mode } = await stat(join(base, 'data/postgres/password'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('refuses a second hub on the same data folder in one sentence', async () => {
    await start();
    await expect(startEmbeddedPostgres({ dataDir: join(base, 'data'), log: () => undefined })).rejects.toMatchObject({
      ...sentence,
      message: `Another Checkstack hub (process ${process.pid}) is already running on the data folder ${join(base, 'data')}.`,
    });
  });

  it('is started again at the same address when it is killed', async () => {
    const onGone = vi.fn();
    const { url } = await start({ onGone });
    const killed = await serverPid();
    process.kill(killed, 'SIGKILL');
    await vi.waitFor(async () => expect(await serverPid()).not.toBe(killed), 10_000);
    await vi.waitFor(async () => expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]), 10_000);
    expect(onGone).not.toHaveBeenCalled();
  });

  it('says so when it was killed and cannot be started again', async () => {
    const gone = new Promise<Error>((resolve) => void start({ onGone: resolve }).then(kill));
    async function kill() {
      await writeFile(join(base, 'data/postgres/data/postgresql.conf'), 'nonsense');
      process.kill(await serverPid(), 'SIGKILL');
    }
    expect(await gone).toMatchObject({ ...sentence, message: expect.stringContaining('does not start') });
    await writeFile(join(base, 'data/postgres/data/postgresql.conf'), '');
  });

  it('stops the server that a killed hub left behind', async () => {
    await (await start()).stop();
    const binaries = await findBinaries();
    const cluster = await openCluster(join(base, 'data'), binaries);
    const leftover = await startServer({
      cluster,
      binaries,
      port: await freePort(),
      settings: {},
      log: () => undefined,
    });
    const { url } = await start();
    expect(await leftover.ended).toBe('ended with code 0');
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not taken in by a process that now has the number of a server killed earlier', async () => {
    await (await start()).stop();
    const stranger = spawn('sleep', ['60']);
    await once(stranger, 'spawn');
    await writeFile(
      join(base, 'data/postgres/data/postmaster.pid'),
      `${stranger.pid}\n/elsewhere\n1\n5432\n\n\n  1 1\n`,
    );
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    stranger.kill();
  });

  it('refuses a data folder of another major version in one sentence', async () => {
    const dataDir = join(base, 'old');
    await mkdir(join(dataDir, 'postgres/data'), { recursive: true });
    await writeFile(join(dataDir, 'postgres/data/PG_VERSION'), '15\n');
    await expect(start({ dataDir })).rejects.toMatchObject({
      ...sentence,
      message: expect.stringContaining('was made by PostgreSQL 15, which PostgreSQL 18 cannot open'),
    });
  });

  it('says in one sentence that the data folder cannot be written', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(start({ dataDir: join(base, 'file') })).rejects.toMatchObject({
      ...sentence,
      message: `The data folder ${join(base, 'file')} cannot be written: a file is in its place.`,
    });
    if (!isRoot) {
      await expect(start({ dataDir: '/checkstack' })).rejects.toThrow(/permission is denied/);
    }
  });

  it('leaves nothing half made when making it fails', async () => {
    const dataDir = join(base, 'interrupted');
    await mkdir(join(dataDir, 'postgres.new/data'), { recursive: true });
    await writeFile(join(dataDir, 'postgres.new/data/half'), '');
    const { url } = await start({ dataDir });
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('the library links', () => {
  it('are made when npm was told to run no install scripts, and left alone when they exist', async () => {
    const root = join(base, 'package');
    await mkdir(join(root, 'native/lib'), { recursive: true });
    await writeFile(join(root, 'native/lib/libpq.so.5.18'), 'library');
    await symlink('libpq.so.5.18', join(root, 'native/lib/libpq.so'));
    await writeFile(
      join(root, 'native/pg-symlinks.json'),
      JSON.stringify(
        ['libpq.so', 'libpq.so.5'].map((name) => ({
          source: 'native/lib/libpq.so.5.18',
          target: `native/lib/${name}`,
        })),
      ),
    );
    await repairLinks(root);
    expect(await readFile(join(root, 'native/lib/libpq.so.5'), 'utf8')).toBe('library');
  });
});
