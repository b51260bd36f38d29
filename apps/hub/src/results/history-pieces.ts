// The SQL of history: each bucket from the coarsest tier that tells it truly.
import { attempts } from '@checkstack/link';
import { grouped, stateOf, type Sql } from '../health/outlook-rows.js';
import type { Piece } from './history-buckets.js';
import { unpackFacts, type FactTemplate } from './packed-facts.js';
import { FactSummary } from './rollup/fact-summary.js';
import { cutExpectation, type FailedAssertion } from './rollup/rollup.js';
import { dayMs, hourMs } from './rollup/tiers.js';

export interface PiecesOf {
  /** Slices by number, to which series each belongs, and since when its runs, hours and days are kept. */
  slices: { number: number; series: number; rawFrom: Date; hoursFrom: Date; daysFrom: Date }[];
  /** Unix milliseconds, on multiples of the buckets' length. */
  fromMs: number;
  toMs: number;
  seconds: number;
  fact: string | undefined;
  assertions: boolean;
}

type Slices = PiecesOf['slices'];

interface Span {
  fromMs: number;
  toMs: number;
}

export async function readPieces(sql: Sql, asked: PiecesOf): Promise<Piece[]> {
  const { fromMs, toMs } = asked;
  const lengthMs = asked.seconds * 1000;
  const progress = await sql.query<{ name: string; until: Date }[]>('SELECT name, until FROM rollup_progress');
  const rolledUpTo = (name: string): number => progress.find((row) => row.name === name)?.until.getTime() ?? 0;
  const hoursEnd = lengthMs >= hourMs ? within(rolledUpTo('hourly'), asked) : fromMs;
  const daysEnd = lengthMs >= dayMs ? Math.min(hoursEnd, within(rolledUpTo('daily'), asked)) : fromMs;
  return [
    ...(await readRolledUp(sql, 'daily_rollups', 'daysFrom', { ...asked, toMs: daysEnd })),
    ...(await readRolledUp(sql, 'hourly_rollups', 'hoursFrom', { ...asked, fromMs: daysEnd, toMs: hoursEnd })),
    ...(await readRaw(sql, { ...asked, fromMs: hoursEnd, toMs })),
  ];
}

function within(ms: number, { fromMs, toMs }: Span): number {
  return Math.min(toMs, Math.max(fromMs, ms));
}

type RolledUpRow = Omit<Piece, 'durations' | 'failed'> & { failed: FailedAssertion[][] | null };

async function readRolledUp(
  sql: Sql,
  table: string,
  kept: 'daysFrom' | 'hoursFrom',
  { slices, fromMs, toMs, seconds, fact, assertions }: PiecesOf,
): Promise<Piece[]> {
  if (fromMs >= toMs) return [];
  const rows = await sql.query<RolledUpRow[]>(
    `SELECT s.series, ${millisecondsOf("date_bin(make_interval(secs => $6), h.from_at, 'epoch')")} AS "fromMs",
       sum(healthy)::float8 AS healthy, sum(degraded)::float8 AS degraded,
       sum(unhealthy)::float8 AS unhealthy, sum(unknown)::float8 AS unknown, sum(evaluated)::float8 AS evaluated,
       string_agg(latency, '') AS latency,
       ${fact === undefined ? 'NULL' : `string_agg(facts[array_position(fact_names, $7)], '')`} AS fact,
       ${assertions ? 'jsonb_agg(failed_assertions) FILTER (WHERE failed_assertions IS NOT NULL)' : 'NULL'} AS failed
     FROM ${sliceTable} JOIN ${table} h ON h.slice_number = s.number
       AND h.from_at >= $4 AND h.from_at < $5 AND h.from_at > s.kept_from
     GROUP BY 1, 2`,
    [...columnsOf(slices, kept), new Date(fromMs), new Date(toMs), seconds, ...(fact === undefined ? [] : [fact])],
  );
  return rows.map((row) => ({ ...row, durations: null, failed: row.failed?.flat() ?? null }));
}

/** Runs of one verdict. */
interface RawRow extends Pick<Piece, 'series' | 'fromMs' | 'durations'> {
  verdict: number;
  runs: number;
  wereEvaluated: boolean;
  failed: StoredAssertion[][][] | null;
}
type StoredAssertion = { collector: number; assertion: number; expected: string };

/** Of slice `s`, what confirms a run left out: it would count its slot twice. */
const countedRuns = `results WHERE slice_number = s.number AND slot >= $4 AND slot < $5 AND slot > s.kept_from
  AND attempt <= ${attempts.first}`;
const runBucket = "date_bin(make_interval(secs => $6), slot, 'epoch') AS at";

/** There may be very many runs: each slice's are grouped first, by as little as can be. */
async function readRaw(sql: Sql, { slices, fromMs, toMs, seconds, fact, assertions }: PiecesOf): Promise<Piece[]> {
  if (fromMs >= toMs) return [];
  const parameters = [...columnsOf(slices, 'rawFrom'), new Date(fromMs), new Date(toMs), seconds];
  const rows = await sql.query<RawRow[]>(
    `SELECT s.series, ${millisecondsOf('at')} AS "fromMs", verdict, "wereEvaluated", sum(runs)::float8 AS runs,
       string_agg(durations, '') AS durations, ${assertions ? 'jsonb_agg(failed) FILTER (WHERE failed IS NOT NULL)' : 'NULL'} AS failed
     FROM ${sliceTable} CROSS JOIN LATERAL (
       SELECT ${runBucket}, verdict, count(*) AS runs, string_agg(float4send(duration_ms), '') AS durations,
         failure_side IS NULL OR facts IS NOT NULL OR fact_template IS NOT NULL OR assertions IS NOT NULL AS "wereEvaluated"
         ${assertions ? ', jsonb_agg(assertions) FILTER (WHERE assertions IS NOT NULL) AS failed' : ''}
       FROM ${countedRuns} GROUP BY at, verdict, "wereEvaluated"
     ) r GROUP BY s.series, at, verdict, "wereEvaluated"`,
    parameters,
  );
  const facts = fact === undefined ? [] : await readRawFacts(sql, fact, parameters);
  return [...rows.map(pieceOf), ...facts];
}

function pieceOf({ verdict, runs, wereEvaluated, failed, durations, ...row }: RawRow): Piece {
  const state = stateOf(verdict);
  return {
    ...nothing,
    ...row,
    [state]: runs,
    evaluated: wereEvaluated ? runs : 0,
    durations: state === 'unknown' ? null : durations,
    failed: failed && failedOf(failed.flat(2)),
    fact: null,
  };
}

function failedOf(assertions: readonly StoredAssertion[]): FailedAssertion[] {
  return assertions.map(({ collector, assertion, expected }) => [collector, assertion, cutExpectation(expected), 1]);
}

interface FactRow {
  series: number;
  fromMs: number;
  template: FactTemplate | null;
  runs: number;
  packed: Buffer | null;
  values: (number | string | boolean)[] | null;
}

async function readRawFacts(sql: Sql, fact: string, parameters: unknown[]): Promise<Piece[]> {
  const rows = await sql.query<FactRow[]>(
    `SELECT s.series, ${millisecondsOf('at')} AS "fromMs", f.template, runs::float8 AS runs, packed, values
     FROM ${sliceTable} CROSS JOIN LATERAL (
       SELECT ${runBucket}, fact_template, count(*) AS runs,
         string_agg(fact_values, '') AS packed, jsonb_agg(facts -> $7) FILTER (WHERE facts ? $7) AS values
       FROM ${countedRuns} AND (facts ? $7 OR fact_template IS NOT NULL) GROUP BY at, fact_template
     ) r LEFT JOIN fact_templates f ON f.number = r.fact_template`,
    [...parameters, fact],
  );
  return [...grouped(rows, ({ series, fromMs }) => `${series} ${fromMs}`).values()].map((own) => {
    const summary = new FactSummary();
    for (const { template, runs, packed, values } of own) {
      const unpacked = template === null || packed === null ? [] : unpackFacts(template, packed, runs);
      for (const value of [...(values ?? []), ...unpacked.map((facts) => facts[fact])])
        if (value !== undefined) summary.add(value);
    }
    return { ...nothing, series: own[0]?.series ?? 0, fromMs: own[0]?.fromMs ?? 0, fact: summary.encode() };
  });
}

const nothing = {
  ...{ healthy: 0, degraded: 0, unhealthy: 0, unknown: 0, evaluated: 0 },
  ...{ latency: null, durations: null, failed: null },
};

const sliceTable = 'unnest($1::integer[], $2::integer[], $3::timestamptz[]) AS s (number, series, kept_from)';

function columnsOf(slices: Slices, kept: 'rawFrom' | 'hoursFrom' | 'daysFrom'): [number[], number[], Date[]] {
  return [slices.map(({ number }) => number), slices.map(({ series }) => series), slices.map((slice) => slice[kept])];
}

function millisecondsOf(instant: string): string {
  return `(extract(epoch FROM ${instant}) * 1000)::float8`;
}
