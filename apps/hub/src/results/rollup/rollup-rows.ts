// The SQL of rollups: what is read to make them, and how they are written.
import { attempts } from '@checkstack/link';
import type { Sql } from '../../health/outlook-rows.js';
import { factsOf, type StoredFacts } from '../run-rows.js';
import { Rollup, type RollupRow, type RunToRollUp } from './rollup.js';
import type { Tier } from './tiers.js';

/** A bucket of some slices. */
export interface Bucket {
  tier: Tier;
  fromMs: number;
  slices: readonly number[];
}

const columns = [
  'healthy',
  'degraded',
  'unhealthy',
  'unknown',
  'evaluated',
  'failed_assertions',
  'latency',
  'fact_names',
  'facts',
];

/** Makes them from what is stored now, and writes them. A slice of which nothing is stored keeps what it has. */
export async function rollUp(sql: Sql, bucket: Bucket): Promise<void> {
  const rollups = bucket.tier.name === 'hourly' ? await fromRuns(sql, bucket) : await fromHours(sql, bucket);
  if (rollups.size === 0) return;
  const parameters: unknown[] = [new Date(bucket.fromMs)];
  const values = [...rollups].map(([slice, rollup]) => {
    const row = rollup.toRow();
    const failed = row.failedAssertions && JSON.stringify(row.failedAssertions);
    const { healthy, degraded, unhealthy, unknown, evaluated, latency, factNames, facts } = row;
    const given = [slice, healthy, degraded, unhealthy, unknown, evaluated, failed, latency, factNames, facts];
    const [number, ...others] = given.map((value) => `$${parameters.push(value)}`);
    return `(${number}, $1::timestamptz, ${others.join(', ')})`;
  });
  await sql.query(
    `INSERT INTO ${bucket.tier.table} (slice_number, from_at, ${columns.join(', ')}) VALUES ${values.join(', ')}
     ON CONFLICT (slice_number, from_at) DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    parameters,
  );
}

type RunRow = Omit<RunToRollUp, 'facts'> & StoredFacts & { slice: number };

/** What confirms a run would count its slot twice. */
async function fromRuns(sql: Sql, bucket: Bucket): Promise<Map<number, Rollup>> {
  const rows = await sql.query<RunRow[]>(
    `SELECT r.slice_number AS slice, r.verdict, r.duration_ms AS "durationMs", r.failure_side IS NOT NULL AS "hasFailure",
       r.facts, f.template AS "factTemplate", r.fact_values AS "factValues", r.assertions
     FROM results r LEFT JOIN fact_templates f ON f.number = r.fact_template
     WHERE r.slice_number = ANY($1) AND r.slot >= $2 AND r.slot < $3 AND r.attempt <= ${attempts.first}`,
    spanOf(bucket),
  );
  return collected(rows, (rollup, row) =>
    rollup.addRun({ ...row, facts: factsOf(row), assertions: row.assertions ?? [] }),
  );
}

async function fromHours(sql: Sql, bucket: Bucket): Promise<Map<number, Rollup>> {
  const rows = await sql.query<(RollupRow & { slice: number })[]>(
    `SELECT slice_number AS slice, healthy, degraded, unhealthy, unknown, evaluated,
       failed_assertions AS "failedAssertions", latency, fact_names AS "factNames", facts
     FROM hourly_rollups WHERE slice_number = ANY($1) AND from_at >= $2 AND from_at < $3`,
    spanOf(bucket),
  );
  return collected(rows, (rollup, row) => rollup.addRow(row));
}

function spanOf({ tier, fromMs, slices }: Bucket): unknown[] {
  return [slices, new Date(fromMs), new Date(fromMs + tier.lengthMs)];
}

/** Others get their turn in between. */
const rowsAtOnce = 500;

async function collected<Row extends { slice: number }>(
  rows: readonly Row[],
  add: (rollup: Rollup, row: Row) => void,
): Promise<Map<number, Rollup>> {
  const rollups = new Map<number, Rollup>();
  for (const [index, row] of rows.entries()) {
    if (index % rowsAtOnce === rowsAtOnce - 1) await new Promise(setImmediate);
    let rollup = rollups.get(row.slice);
    if (!rollup) rollups.set(row.slice, (rollup = new Rollup()));
    add(rollup, row);
  }
  return rollups;
}

/** Of the slices, those whose bucket can still be made from all that it is to be made of. */
export async function withSource(sql: Sql, { tier, fromMs, slices }: Bucket): Promise<number[]> {
  const rows = await sql.query<{ number: number }[]>(
    `SELECT s.number FROM slices s JOIN assignments a ON a.id = s.assignment_id
     WHERE s.number = ANY($1) AND $2::timestamptz >= ${sourceFrom(tier)} + make_interval(secs => $3)`,
    [slices, new Date(fromMs), tier.lengthMs / 1000],
  );
  return rows.map(({ number }) => number);
}

/** From when on the tier's buckets have their source; what is older may be deleted. */
export function sourceFrom({ sourceDays, lengthMs }: Tier): string {
  return `date_bin(make_interval(secs => ${lengthMs / 1000}), now(), 'epoch') - make_interval(days => ${sourceDays})`;
}
