import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Config } from '../config.js';
import { dataSourceOptions, migrateDatabase } from '../database/open-database.js';
import { createTestDatabase, type TestDatabase } from '../database/testing/test-database.js';
import { openCipher } from './master-key.js';

let database: TestDatabase;
let dataSource: DataSource;
let dataDir: string;
let warnings: string[];

beforeEach(async () => {
  database = await createTestDatabase({ name: 'hub', migrate: migrateDatabase });
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  dataDir = await mkdtemp(join(tmpdir(), 'checkstack-key-'));
  warnings = [];
});
afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
  await rm(dataDir, { recursive: true });
});

function open(encryptionMasterKey?: string) {
  return openCipher({ dataDir, encryptionMasterKey } as Config, dataSource, (line) => warnings.push(line));
}

it('makes a key that only its owner can read, says so once, and uses it again', async () => {
  const first = await open();
  const file = join(dataDir, 'encryption-master-key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  expect(warnings).toEqual([expect.stringContaining(file)]);
  const second = await open();
  expect(second.open(first.seal('plain', 'here'), 'here')).toBe('plain');
  expect(warnings).toHaveLength(1);
});

it('prefers the key of the environment, and writes none then', async () => {
  await open('ab'.repeat(32));
  await expect(stat(join(dataDir, 'encryption-master-key'))).rejects.toThrow('ENOENT');
});

it('stops in one sentence when the key is lost', async () => {
  await open();
  await rm(join(dataDir, 'encryption-master-key'));
  await expect(open()).rejects.toThrow(/^The key of this database's secrets is lost: put .* back/);
});

it('stops in one sentence when the key is another one', async () => {
  await open('ab'.repeat(32));
  await expect(open('cd'.repeat(32))).rejects.toThrow(
    /^ENCRYPTION_MASTER_KEY is not the key .* its id is \w{8}, the key \w{8} is needed\.$/,
  );
  await writeFile(join(dataDir, 'encryption-master-key'), 'cd'.repeat(32));
  await expect(open()).rejects.toThrow(/^The key in .*encryption-master-key is not the key/);
});

it('stops in one sentence when the key file is no key', async () => {
  const file = join(dataDir, 'encryption-master-key');
  await writeFile(file, 'oops');
  await expect(open()).rejects.toThrow(`${file} must hold 64 hexadecimal digits.`);
});

it('stops in one sentence when the key cannot be written', async () => {
  await chmod(dataDir, 0o500);
  const file = join(dataDir, 'encryption-master-key', 'under-a-file');
  await writeFile(join(dataDir, 'encryption-master-key'), '').catch(() => undefined);
  dataDir = file;
  await expect(open()).rejects.toThrow(/encryption-master-key/);
  dataDir = join(file, '../..');
});

it('lets one of two hubs with different keys win a new database', async () => {
  const answers = await Promise.allSettled([
    open(randomBytes(32).toString('hex')),
    open(randomBytes(32).toString('hex')),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
