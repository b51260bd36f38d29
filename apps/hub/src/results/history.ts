import type { History, HistoryBy, routes, RouteInput } from '@checkstack/api';
import { grouped, type Sql } from '../health/outlook-rows.js';
import { invalidField } from '../problems.js';
import { placeName } from '../satellites/slice-places.js';
import { gapsWithoutRuns, type DeclaredGap } from './gap-list.js';
import { bucketOf, bucketSeconds, bucketStarts } from './history-buckets.js';
import { readPieces, type PiecesOf } from './history-pieces.js';
import { conditions, namesOf, sliceColumns, sliceJoins, type SliceNames } from './slice-rows.js';

type Query = RouteInput<typeof routes.results.history>['query'];
type Slice = SliceNames & Omit<PiecesOf['slices'][number], 'series'> & { everySeconds: number };
type Series = History['series'][number];

/** More lines than a chart can show. */
const maxSeries = 200;
/** More runs than one answer can be made of in time. */
const maxSlices = 2_000;
const maxSpanMs = 1096 * 86_400_000;
/** How often a cron schedule is taken to be due, where only an estimate is needed. */
const cronSeconds = 60;
/** Gaps beyond are the oldest. */
const maxGaps = 1000;

/** Counts and latency of a subject over time, from the tiers that tell each bucket truly. */
export async function readHistory(sql: Sql, query: Query): Promise<History> {
  const fromMs = Date.parse(query.from);
  const toMs = Date.parse(query.to);
  refuse(query, fromMs, toMs);
  const found = await readSlices(sql, query);
  const { series, slices } = seriesOf(found, query.by);
  const kept = {
    rawMs: Math.max(...found.map(({ rawFrom }) => rawFrom.getTime())),
    hoursMs: Math.max(...found.map(({ hoursFrom }) => hoursFrom.getTime())),
  };
  const runs = found.reduce((sum, { everySeconds }) => sum + (toMs - fromMs) / 1000 / everySeconds, 0);
  const seconds = bucketSeconds(fromMs, toMs, { points: query.points, kept, runs });
  const starts = bucketStarts({ fromMs, toMs, seconds });
  const lengthMs = seconds * 1000;
  const span = { fromMs: starts[0] ?? fromMs, toMs: (starts.at(-1) ?? fromMs) + lengthMs, seconds };
  const wanted = { fact: query.fact !== undefined, assertions: query.assertions === 'true' };
  const pieces = await readPieces(sql, { slices, ...span, fact: query.fact, assertions: wanted.assertions });
  const bySeries = query.totals === 'true' ? grouped(pieces, (piece) => piece.series) : undefined;
  const byBucket = grouped(pieces, (piece) => `${piece.series} ${piece.fromMs}`);
  const isFilled = (index: number, start: number): boolean => byBucket.has(`${index} ${start}`);
  return {
    from: query.from,
    to: query.to,
    bucketSeconds: seconds,
    series: series.map((one, index) => ({
      ...one,
      buckets: starts.map((start) => bucketOf(start, byBucket.get(`${index} ${start}`) ?? [], wanted)),
      ...(bySeries && { total: bucketOf(span.fromMs, bySeries.get(index) ?? [], wanted) }),
    })),
    gaps: gapsWithoutRuns(await readGaps(sql, slices, query), { starts, lengthMs, isFilled }),
  };
}

function refuse(query: Query, fromMs: number, toMs: number): void {
  if (toMs <= fromMs) throw invalidField('to', 'It must lie after `from`.');
  if (toMs - fromMs > maxSpanMs) throw invalidField('from', 'A span is at most three years long.');
  const { sliceId, checkId, systemId, locationId, environmentId } = query;
  if (!(sliceId ?? checkId ?? systemId ?? locationId ?? environmentId))
    throw invalidField('checkId', 'Name a check, a system, a slice, a location or an environment.');
}

/** Those that are scheduled; a slice that is asked for by its id, and what is merged, also when it no longer is. */
function readSlices(sql: Sql, query: Query): Promise<Slice[]> {
  const isMerged = query.by !== 'slice';
  const parameters: unknown[] = [isMerged ? maxSlices : maxSeries, query.sliceId ?? null, isMerged];
  const filters = conditions(parameters, {
    'a.check_id = ?': query.checkId,
    'a.system_id = ?': query.systemId,
    's.id = ?': query.sliceId,
    's.environment_id = ?': query.environmentId,
    'l.id = ?': query.locationId,
  });
  const since = (days: string): string => `now() - make_interval(days => a.${days})`;
  return sql.query(
    `SELECT s.number, ${since('retention_days')} AS "rawFrom", ${since('hourly_retention_days')} AS "hoursFrom",
       ${since('daily_retention_days')} AS "daysFrom", ${sliceColumns},
       coalesce((c.schedule->>'everySeconds')::float8, ${cronSeconds}) AS "everySeconds"
     FROM slices s ${sliceJoins}
     WHERE (s.retired_at IS NULL OR s.id = $2 OR $3) AND ${filters}
     ORDER BY s.retired_at NULLS FIRST, lower(c.name), lower(sy.name), lower(${placeName}), lower(e.name), s.number LIMIT $1`,
    parameters,
  );
}

type Of = Omit<Series, 'buckets'>;

function seriesOf(found: readonly Slice[], by: HistoryBy): { series: Of[]; slices: PiecesOf['slices'] } {
  const series = new Map<string, { index: number; of: Of }>();
  const slices = found.map((slice) => {
    const { id, name } = ofSlice(slice, by);
    const key = `${id ?? ''} ${name ?? ''}`;
    const own = series.get(key) ?? {
      index: series.size,
      of: { of: { by, id, name }, slice: by === 'slice' ? { id: slice.sliceId, ...namesOf(slice) } : null },
    };
    series.set(key, own);
    const { number, rawFrom, hoursFrom, daysFrom } = slice;
    return { number, series: own.index, rawFrom, hoursFrom, daysFrom };
  });
  return { series: [...series.values()].slice(0, maxSeries).map(({ of }) => of), slices };
}

function ofSlice(slice: Slice, by: HistoryBy): { id: string | null; name: string | null } {
  switch (by) {
    case 'slice':
      return { id: slice.sliceId, name: slice.place };
    case 'location':
      return { id: slice.locationId, name: slice.locationName ?? slice.place };
    case 'environment':
      return { id: slice.environmentId, name: slice.environmentName };
    case 'check':
      return { id: slice.checkId, name: slice.checkName };
    case 'system':
      return { id: slice.systemId, name: slice.systemName };
  }
}

async function readGaps(sql: Sql, slices: PiecesOf['slices'], { from, to }: Query): Promise<DeclaredGap[]> {
  return sql.query(
    `SELECT s.id AS "sliceId", asked.series, g.count, g.reason,
       (extract(epoch FROM g.from_slot) * 1000)::float8 AS "fromMs", (extract(epoch FROM g.to_slot) * 1000)::float8 AS "toMs"
     FROM unnest($1::integer[], $2::integer[]) AS asked (number, series)
     JOIN gaps g ON g.slice_number = asked.number JOIN slices s ON s.number = asked.number
     WHERE g.from_slot < $4 AND g.to_slot >= $3 ORDER BY g.from_slot DESC LIMIT $5`,
    [slices.map(({ number }) => number), slices.map(({ series }) => series), from, to, maxGaps],
  );
}
