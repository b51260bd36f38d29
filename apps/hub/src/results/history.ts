import type { Gap, History, HistoryBucket, routes, RouteInput } from '@checkstack/api';
import { attempts } from '@checkstack/link';
import { grouped, type Sql } from '../health/outlook-rows.js';
import { invalidField } from '../problems.js';
import { bucketSeconds, filledBuckets } from './history-buckets.js';
import { placeName } from '../satellites/slice-places.js';
import { conditions, namesOf, sliceColumns, sliceJoins, type SliceNames } from './slice-rows.js';

type Query = RouteInput<typeof routes.results.history>['query'];

interface BucketRow extends Omit<HistoryBucket, 'from'> {
  number: number;
  fromMs: number;
}

/** More lines than a chart can show. */
const maxSeries = 200;
const maxSpanMs = 31 * 86_400_000;
/** Gaps beyond are the oldest. */
const maxGaps = 1000;

/** Counts and latency of each slice of a subject over time. */
export async function readHistory(sql: Sql, query: Query): Promise<History> {
  const fromMs = Date.parse(query.from);
  const toMs = Date.parse(query.to);
  if (toMs <= fromMs) throw invalidField('to', 'It must lie after `from`.');
  if (toMs - fromMs > maxSpanMs) throw invalidField('from', 'A span is at most 31 days long.');
  if (!query.sliceId && !query.checkId && !query.systemId)
    throw invalidField('checkId', 'Name a check, a system or a slice.');
  const seconds = bucketSeconds(fromMs, toMs, query.points);
  const slices = await readSlices(sql, query);
  const numbers = slices.map(({ number }) => number);
  const buckets = await readBuckets(sql, { numbers, from: query.from, to: query.to, seconds });
  const bySlice = grouped(buckets, ({ number }) => number);
  return {
    from: query.from,
    to: query.to,
    bucketSeconds: seconds,
    series: slices.map((slice) => ({
      slice: { id: slice.sliceId, ...namesOf(slice) },
      buckets: filledBuckets(
        new Map((bySlice.get(slice.number) ?? []).map(({ fromMs: at, number: _, ...bucket }) => [at, bucket])),
        { fromMs, toMs, seconds },
      ),
    })),
    gaps: await readGaps(sql, numbers, query),
  };
}

/** Those that are scheduled; a slice that is asked for by its id also when it no longer is. */
function readSlices(sql: Sql, query: Query): Promise<(SliceNames & { number: number })[]> {
  const parameters: unknown[] = [maxSeries, query.sliceId ?? null];
  const filters = conditions(parameters, {
    'a.check_id = ?': query.checkId,
    'a.system_id = ?': query.systemId,
    's.id = ?': query.sliceId,
  });
  return sql.query(
    `SELECT s.number, ${sliceColumns} FROM slices s ${sliceJoins}
     WHERE (s.retired_at IS NULL OR s.id = $2) AND ${filters}
     ORDER BY lower(c.name), lower(sy.name), lower(${placeName}), lower(e.name), s.number LIMIT $1`,
    parameters,
  );
}

function readBuckets(
  sql: Sql,
  span: { numbers: number[]; from: string; to: string; seconds: number },
): Promise<BucketRow[]> {
  return sql.query(
    `SELECT s.number, r.* FROM slices s JOIN assignments a ON a.id = s.assignment_id CROSS JOIN LATERAL (
       SELECT (extract(epoch FROM date_bin(make_interval(secs => $4), slot, 'epoch')) * 1000)::float8 AS "fromMs",
         count(*) FILTER (WHERE verdict = 0)::int AS healthy, count(*) FILTER (WHERE verdict = 1)::int AS degraded,
         count(*) FILTER (WHERE verdict = 2)::int AS unhealthy, count(*) FILTER (WHERE verdict = 3)::int AS unknown,
         avg(duration_ms) FILTER (WHERE verdict < 3) AS "meanMs",
         min(duration_ms) FILTER (WHERE verdict < 3) AS "minMs", max(duration_ms) FILTER (WHERE verdict < 3) AS "maxMs"
       FROM results WHERE slice_number = s.number AND slot >= $2 AND slot < $3 AND attempt <= $5
         AND slot > now() - make_interval(days => a.retention_days)
       GROUP BY 1
     ) r WHERE s.number = ANY($1)`,
    // What confirms a run would count its slot twice.
    [span.numbers, span.from, span.to, span.seconds, attempts.first],
  );
}

async function readGaps(sql: Sql, numbers: number[], { from, to }: Query): Promise<Gap[]> {
  const rows = await sql.query<{ sliceId: string; from: Date; to: Date; count: number; reason: string }[]>(
    `SELECT s.id AS "sliceId", g.from_slot AS "from", g.to_slot AS "to", g.count, g.reason
     FROM gaps g JOIN slices s ON s.number = g.slice_number
     WHERE g.slice_number = ANY($1) AND g.from_slot < $3 AND g.to_slot >= $2 ORDER BY g.from_slot DESC LIMIT $4`,
    [numbers, from, to, maxGaps],
  );
  return rows.map((row) => ({ ...row, from: row.from.toISOString(), to: row.to.toISOString() }));
}
