import { connect, createServer, type AddressInfo } from 'node:net';
import { Client, type Pool } from 'pg';
import { DataSource } from 'typeorm';
import { afterEach, expect, inject, it } from 'vitest';
import { dataSourceOptions, migrateDatabase } from './open-database.js';
import { createTestDatabase } from './testing/test-database.js';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function emptyDatabase(): Promise<string> {
  const database = await createTestDatabase();
  undo.push(() => database.drop());
  return database.url;
}

async function run(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

function changed(url: string, change: (url: URL) => void): string {
  const other = new URL(url);
  change(other);
  return other.href;
}

function refusal(url: string): Promise<string> {
  return migrateDatabase(url).then(
    () => 'nothing',
    (error: Error) => `${error.name}: ${error.message}`,
  );
}

it('makes the tables once, even when two hubs start at the same time', async () => {
  const url = await emptyDatabase();
  await Promise.all([migrateDatabase(url), migrateDatabase(url)]);
  await migrateDatabase(url);
  expect(await run(url, 'SELECT name FROM roles ORDER BY name')).toEqual([
    { name: 'admin' },
    { name: 'editor' },
    { name: 'viewer' },
  ]);
});

it('waits for a PostgreSQL that is starting up', async () => {
  const real = new URL(await emptyDatabase());
  let refusals = 0;
  const proxy = createServer((socket) => {
    socket.on('error', () => undefined);
    if (refusals++ < 2) {
      const fields = Buffer.from('SFATAL\0C57P03\0Mthe database system is starting up\0\0');
      const head = Buffer.from([0x45, 0, 0, 0, fields.length + 4]);
      socket.once('data', () => socket.end(Buffer.concat([head, fields])));
      return;
    }
    const through = connect(Number(real.port), real.hostname);
    through.on('error', () => undefined);
    socket.pipe(through).pipe(socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  undo.push(async () => proxy.close());
  await migrateDatabase(changed(real.href, (url) => (url.port = String((proxy.address() as AddressInfo).port))));
  expect(refusals).toBeGreaterThan(2);
});

it('says that nothing answers', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  expect(await refusal(`postgres://u:hunter2@127.0.0.1:${port}/d`)).toBe(
    `StartupError: DATABASE_URL: nothing answers at the PostgreSQL at 127.0.0.1:${port}/d. Is it running, and is the port right?`,
  );
});

it('says that the host is unknown', async () => {
  expect(await refusal('postgres://u:hunter2@no-such-host.invalid/d')).toMatch(/^StartupError: .* is not known\.$/);
});

it('says that another kind of server answers', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  expect(await refusal(`postgres://u:hunter2@127.0.0.1:${port}/d`)).toMatch(/^StartupError: .* cannot be used \(/);
});

it.each([
  ['password', (url: URL) => (url.password = 'hunter2'), /refuses this user and password\.$/],
  ['user', (url: URL) => (url.username = 'nobody'), /refuses this user and password\.$/],
  ['database', (url: URL) => (url.pathname = '/nowhere'), /there is no such database .* create it first\.$/],
])('says that the %s is wrong, without the password', async (_, change, sentence) => {
  const refused = await refusal(changed(inject('postgresUrl'), change));
  expect(refused).toMatch(sentence);
  expect(refused).not.toContain('hunter2');
  expect(refused).not.toContain(new URL(inject('postgresUrl')).password);
});

it('refuses a PostgreSQL that is too old', async () => {
  const url = await emptyDatabase();
  // An old server as far as the hub can see: its own current_setting comes before the built-in one.
  await run(
    url,
    `CREATE FUNCTION public.current_setting(name text) RETURNS text LANGUAGE sql AS
     $$ SELECT CASE name WHEN 'server_version_num' THEN '140011' ELSE '14.11' END $$`,
    `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = public, pg_catalog`,
  );
  expect(await refusal(url)).toMatch(/^StartupError: Checkstack needs PostgreSQL 15 or newer; .* is 14\.11\.$/);
});

it('refuses a database that cannot hold every text', async () => {
  const administrator = inject('postgresUrl');
  const url = changed(administrator, (other) => (other.pathname = '/latin'));
  await run(administrator, `CREATE DATABASE latin ENCODING LATIN1 TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'`);
  undo.push(() => run(administrator, 'DROP DATABASE latin WITH (FORCE)'));
  expect(await refusal(url)).toMatch(/^StartupError: The database must be encoded in UTF8; .* is LATIN1\.$/);
});

it('says what a user without the right to create tables lacks', async () => {
  const url = await emptyDatabase();
  const name = `reader_${new URL(url).pathname.slice(1)}`;
  await run(url, `CREATE ROLE ${name} LOGIN PASSWORD 'reader'`);
  undo.push(() => run(inject('postgresUrl'), `DROP ROLE ${name}`));
  const asReader = changed(url, (other) => {
    other.username = name;
    other.password = 'reader';
  });
  expect(await refusal(asReader)).toBe(
    'StartupError: The database user may not create tables: grant it CREATE on the schema public.',
  );
});

it('outlives the end of a connection that is held while nothing is asked on it', async () => {
  const url = await emptyDatabase();
  const dataSource = await new DataSource(dataSourceOptions(url)).initialize();
  undo.push(() => dataSource.destroy());
  const client = await (dataSource.driver as unknown as { master: Pool }).master.connect();
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise((resolve) => client.once('end', resolve));
  await run(url, `SELECT pg_terminate_backend(${rows[0]?.pid})`);
  await ended;
  client.release(true);
  expect(await dataSource.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
