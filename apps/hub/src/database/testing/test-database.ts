// A database of its own for each spec, copied in milliseconds from one that was migrated once per run.
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** What a new database looks like; `migrate` runs once per test run for each name. */
export interface Template {
  /** Lower-case letters. */
  name: string;
  migrate: (url: string) => Promise<void>;
}

const TEMPLATE_LOCK = 7_081;

/** Makes a database as the template's `migrate` leaves it; without a template, an empty one. */
export async function createTestDatabase(template?: Template): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdministrator(async (client) => {
    const source = template ? await ensureTemplate(client, template) : 'template1';
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${source}`);
  });
  return {
    url: urlOf(name),
    drop: () => asAdministrator((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`)),
  };
}

/** Spec files run in parallel: the first to come migrates the template, the others wait for it. */
async function ensureTemplate(client: Client, { name, migrate }: Template): Promise<string> {
  const template = `template_${name}`;
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
  if (rowCount === 0) {
    const draft = `${template}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft}`);
    await migrate(urlOf(draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
  }
  await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  return template;
}

async function asAdministrator(work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client(urlOf('postgres'));
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl'));
  url.pathname = database;
  return url.href;
}
