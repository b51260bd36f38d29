import { Client } from 'pg';
import { afterEach, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const databases: TestDatabase[] = [];

afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.drop()));
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

it('gives each caller an empty database of its own', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  databases.push(one, other);
  await query(one.url, 'CREATE TABLE thing (id int)');
  await query(other.url, 'CREATE TABLE thing (id int)');
  expect(await query(other.url, 'SELECT * FROM thing')).toEqual([]);
});

it('migrates a template once, however many specs start at the same time', async () => {
  const migrate = vi.fn((url: string) => query(url, 'CREATE TABLE migrated AS SELECT 1 AS one').then(() => undefined));
  const template = { name: 'once', migrate };
  databases.push(...(await Promise.all(Array.from({ length: 4 }, () => createTestDatabase(template)))));
  for (const { url } of databases) expect(await query(url, 'SELECT * FROM migrated')).toEqual([{ one: 1 }]);
  expect(migrate).toHaveBeenCalledOnce();
});
