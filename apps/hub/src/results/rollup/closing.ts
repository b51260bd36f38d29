// When an hour is over, and what happens to results that arrive afterwards. A closed hour is rolled up from what was
// committed before it was closed; so whoever stores results holds the lock that closing waits for, and knows which
// hours are closed: in those it leaves marks.
import type { PoolClient, QueryResult } from 'pg';
import type { DataSource } from 'typeorm';
import type { Sql } from '../../health/outlook-rows.js';
import type { PlannedRow } from '../group-plan.js';
import { hourMs } from './tiers.js';

const closingLock = 7_226_005;
/** Ingest waits as long as closing does. */
const closeWithinMs = 2_000;
/** Results usually come within. */
const graceMinutes = 5;

/** Begins a transaction that stores results; answers until when (Unix milliseconds) hours are closed. */
export async function beginBeforeClosing(client: PoolClient, lockTimeoutMs: number): Promise<number> {
  // One round trip; a statement for each, for what is closed must be read when the lock is held.
  const results = (await client.query(
    `BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}; SELECT pg_advisory_xact_lock_shared(${closingLock});
     SELECT (extract(epoch FROM until) * 1000)::float8 AS ms FROM rollup_progress WHERE name = 'closed'`,
  )) as unknown as QueryResult<{ ms: number }>[];
  return results.at(-1)?.rows[0]?.ms ?? 0;
}

/** What is to be rolled up again because of these rows. */
export async function markLate(sql: Sql, rows: readonly PlannedRow[], closedMs: number): Promise<void> {
  const slicesByHour = new Map<number, Set<number>>();
  for (const { slice, run } of rows) {
    if (run.slotMs >= closedMs) continue;
    const hour = Math.floor(run.slotMs / hourMs) * hourMs;
    const slices = slicesByHour.get(hour) ?? new Set();
    slicesByHour.set(hour, slices.add(slice.number));
  }
  for (const [hour, slices] of slicesByHour) await mark(sql, 'hourly', { fromMs: hour, slices });
}

export async function mark(
  sql: Sql,
  tier: string,
  { fromMs, slices }: { fromMs: number; slices: Iterable<number> },
): Promise<void> {
  await sql.query('INSERT INTO rollup_marks (tier, from_at, slice_numbers) VALUES ($1, $2, $3)', [
    tier,
    new Date(fromMs),
    [...slices],
  ]);
}

/** Closes the hours that are over. */
export async function closeHours(dataSource: DataSource): Promise<void> {
  const due = `date_trunc('hour', now() - interval '${graceMinutes} minutes')`;
  const rows = await dataSource.query<unknown[]>(
    `SELECT FROM rollup_progress WHERE name = 'closed' AND until < ${due}`,
  );
  if (rows.length === 0) return;
  await dataSource.transaction(async (sql) => {
    await sql.query(`SET LOCAL lock_timeout = ${closeWithinMs}`);
    await sql.query(`SELECT pg_advisory_xact_lock(${closingLock})`);
    await sql.query(`UPDATE rollup_progress SET until = ${due} WHERE name = 'closed' AND until < ${due}`);
  });
}
