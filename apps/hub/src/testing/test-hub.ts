// The whole hub over real HTTP on a database of its own, for specs: `await using hub = await startTestHub();`
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Client as DatabaseClient } from 'pg';
import { DataSource } from 'typeorm';
import { Sessions } from '../access/sessions.service.js';
import type { Config } from '../config.js';
import { createHub } from '../create-hub.js';
import { migrateDatabase } from '../database/open-database.js';
import { createTestDatabase } from '../database/testing/test-database.js';
import { Client } from './client.js';

export type RoleName = 'admin' | 'editor' | 'viewer';

export interface TestReplica extends AsyncDisposable {
  url: string;
  app: NestExpressApplication;
  /** Nobody: sends neither cookie nor key. */
  anonymous: Client;
  /** A new user of that role, signed in. */
  signIn(role: RoleName): Promise<Client>;
}

export interface TestHub extends TestReplica {
  admin: Client;
  database: DatabaseClient;
  databaseUrl: string;
  config: Config;
  /** Another hub on the same database; ends with this one, or before. */
  replica(): Promise<TestReplica>;
}

export async function startTestHub(settings: Partial<Config> = {}): Promise<TestHub> {
  const testDatabase = await createTestDatabase({ name: 'hub', migrate: migrateDatabase });
  const database = new DatabaseClient(testDatabase.url);
  await database.connect();
  const config: Config = { ...testConfig(), ...settings };
  const first = await startReplica(config, testDatabase.url);
  const others: TestReplica[] = [];
  return {
    ...first,
    admin: await first.signIn('admin'),
    database,
    databaseUrl: testDatabase.url,
    config,
    async replica() {
      const replica = await startReplica(config, testDatabase.url);
      others.push(replica);
      return replica;
    },
    async [Symbol.asyncDispose]() {
      for (const replica of [...others, first]) await replica[Symbol.asyncDispose]();
      await database.end();
      await testDatabase.drop();
    },
  };
}

async function startReplica(shared: Config, databaseUrl: string): Promise<TestReplica> {
  const config = { ...shared };
  const app = await createHub(config, databaseUrl);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  if (config.baseUrl === unknownBaseUrl) config.baseUrl = url;
  let closing: Promise<void> | undefined;
  return {
    url,
    app,
    anonymous: new Client(url),
    signIn: async (role) => new Client(url, { cookie: await openSession(app, role) }),
    [Symbol.asyncDispose]: () => (closing ??= app.close()),
  };
}

/** Signs a new user in without the price of a password hash. */
async function openSession(app: NestExpressApplication, role: RoleName): Promise<string> {
  const dataSource = app.get(DataSource);
  const [user] = await dataSource.query<{ id: string }[]>(
    `INSERT INTO users (email, name, role_id) SELECT $1, $2, id FROM roles WHERE name = $2 RETURNING id`,
    [`${role}-${randomBytes(4).toString('hex')}@example.test`, role],
  );
  if (!user) throw new Error(`There is no role ${role}.`);
  const { cookie } = await app
    .get(Sessions)
    .open(dataSource.manager, user.id, { address: '127.0.0.1', userAgent: 'test' });
  return cookie.split(';', 1)[0] ?? '';
}

/** Replaced by the address of the port that was free. */
const unknownBaseUrl = 'http://127.0.0.1';

function testConfig(): Config {
  return {
    port: 0,
    host: '127.0.0.1',
    dataDir: join(tmpdir(), 'checkstack-test-unused'),
    databaseUrl: undefined,
    databaseDirectUrl: undefined,
    baseUrl: unknownBaseUrl,
    encryptionMasterKey: randomBytes(32).toString('hex'),
    firstAdministrator: undefined,
    localSatellite: false,
    satelliteEnvironment: {},
    trustedProxies: 0,
    allowedTargets: ['127.0.0.0/8'],
    logLevel: 'error',
  };
}
