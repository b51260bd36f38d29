import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from './config.js';

const masterKey = 'ab'.repeat(32);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkstack-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n');
  }
}

it('needs nothing', () => {
  expect(loadConfig({})).toMatchObject({
    port: 3000,
    host: '::',
    databaseUrl: undefined,
    baseUrl: 'http://localhost:3000',
    localSatellite: true,
    trustedProxies: 0,
    logLevel: 'info',
  });
});

it('takes an empty variable for one that is not set', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: '', BASE_URL: '' }).port).toBe(3000);
});

it('reads what it is told', () => {
  const config = loadConfig({
    PORT: '8080',
    BASE_URL: 'https://status.example.org/',
    DATABASE_URL: 'postgres://u:p@db/checkstack',
    ENCRYPTION_MASTER_KEY: masterKey,
    CHECKSTACK_ADMIN_EMAIL: 'ada@example.test',
    CHECKSTACK_ADMIN_PASSWORD: 'correct horse',
    CHECKSTACK_LOCAL_SATELLITE: 'off',
    CHECKSTACK_TRUSTED_PROXIES: '1',
    CHECKSTACK_ALLOWED_TARGETS: '10.0.0.0/8, smtp.internal',
  });
  expect(config).toMatchObject({
    port: 8080,
    baseUrl: 'https://status.example.org',
    firstAdministrator: { email: 'ada@example.test', password: 'correct horse' },
    localSatellite: false,
    trustedProxies: 1,
    allowedTargets: ['10.0.0.0/8', 'smtp.internal'],
  });
});

it('reads secrets from the files that are named', async () => {
  const file = join(folder, 'key');
  await writeFile(file, `${masterKey}\n`);
  expect(loadConfig({ ENCRYPTION_MASTER_KEY_FILE: file }).encryptionMasterKey).toBe(masterKey);
  expect(problemsOf({ ENCRYPTION_MASTER_KEY_FILE: join(folder, 'none') })).toEqual([
    expect.stringMatching(/^ENCRYPTION_MASTER_KEY_FILE cannot be read/),
  ]);
});

it('tells all mistakes at once, without the secrets', () => {
  const problems = problemsOf({
    PORT: 'eighty',
    DATABASE_URL: 'mysql://u:hunter2@db',
    BASE_URL: 'status.example.org',
    ENCRYPTION_MASTER_KEY: 'hunter2',
    CHECKSTACK_LOCAL_SATELLITE: 'maybe',
    LOG_LEVEL: 'loud',
  });
  const names = [
    'PORT',
    'DATABASE_URL',
    'BASE_URL',
    'ENCRYPTION_MASTER_KEY',
    'CHECKSTACK_LOCAL_SATELLITE',
    'LOG_LEVEL',
  ];
  expect(problems.map((problem) => problem.split(/[ :]/, 1)[0])).toEqual(names);
  expect(problems.join()).not.toContain('hunter2');
});

it.each([
  [{ PORT: '70000' }, 'PORT must be at most 65535.'],
  [{ PORT: '-1' }, 'PORT'],
  [{ BASE_URL: 'ftp://x' }, 'BASE_URL must be an http:// or https:// address.'],
  [{ BASE_URL: 'https://example.org/status' }, 'BASE_URL must be an origin, without a path.'],
  [{ CHECKSTACK_ADMIN_EMAIL: 'ada@example.test' }, 'go together'],
  [{ CHECKSTACK_ADMIN_PASSWORD: 'x' }, 'go together'],
  [{ CHECKSTACK_ALLOWED_TARGETS: '10.0.0.0/99' }, 'CHECKSTACK_ALLOWED_TARGETS: not a network'],
  [{ DATABASE_URL: 'postgres://u@db/x' }, 'ENCRYPTION_MASTER_KEY must be set with an external database'],
])('refuses %j', (env, sentence) => {
  expect(problemsOf(env)).toEqual([expect.stringContaining(sentence)]);
});
