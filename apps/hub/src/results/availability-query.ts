import type { routes, RouteAnswer, RouteInput } from '@checkstack/api';
import { stateOf, type Sql } from '../health/outlook-rows.js';
import { readExcludedSpans } from '../maintenance/in-progress.js';
import { invalidField } from '../problems.js';
import { timeInStates, type Span, type StateSpan } from './availability.js';

type Query = RouteInput<typeof routes.results.availability>['query'];

/** Up to now, where more is asked for. */
export async function readAvailability(
  sql: Sql,
  query: Query,
): Promise<RouteAnswer<typeof routes.results.availability>> {
  const [{ nowMs }] = await sql.query<[{ nowMs: number }]>(
    'SELECT (extract(epoch FROM now()) * 1000)::float8 AS "nowMs"',
  );
  const span = { fromMs: Date.parse(query.from), toMs: Math.min(Date.parse(query.to), Math.floor(nowMs)) };
  if (span.toMs <= span.fromMs) throw invalidField('to', 'It must lie after `from`, which must be past.');
  const intervals = await readIntervals(sql, query, span);
  const excluded = query.maintenance === 'excluded' ? await readExcludedSpans(sql, query, span) : [];
  return {
    ...timeInStates(span, intervals, excluded),
    parts: partsOf(span, query.parts).map((part) => timeInStates(part, intervals, excluded)),
  };
}

async function readIntervals(sql: Sql, query: Query, { fromMs, toMs }: Span): Promise<StateSpan[]> {
  const [subject, parameters] = subjectOf(query);
  const rows = await sql.query<{ state: number; fromMs: number; toMs: number | null }[]>(
    `SELECT state, (extract(epoch FROM from_at) * 1000)::float8 AS "fromMs", (extract(epoch FROM to_at) * 1000)::float8 AS "toMs"
     FROM state_intervals WHERE ${subject} AND from_at < $1 AND (to_at IS NULL OR to_at > $2) ORDER BY from_at`,
    [new Date(toMs), new Date(fromMs), ...parameters],
  );
  return rows.map((row) => ({ state: stateOf(row.state), fromMs: row.fromMs, toMs: row.toMs ?? Infinity }));
}

/** A check and a system together are the check on the system. */
function subjectOf({ sliceId, checkId, systemId }: Query): [condition: string, parameters: string[]] {
  if (sliceId !== undefined) return ['subject_kind = 0 AND subject_id = $3', [sliceId]];
  if (checkId !== undefined && systemId !== undefined)
    return [
      'subject_kind = 3 AND subject_id = (SELECT id FROM assignments WHERE check_id = $3 AND system_id = $4)',
      [checkId, systemId],
    ];
  if (checkId !== undefined) return ['subject_kind = 1 AND subject_id = $3', [checkId]];
  if (systemId !== undefined) return ['subject_kind = 2 AND subject_id = $3', [systemId]];
  throw invalidField('checkId', 'Name a check, a system or a slice.');
}

function partsOf({ fromMs, toMs }: Span, count: number): Span[] {
  const edge = (part: number): number => Math.round(fromMs + ((toMs - fromMs) * part) / count);
  return Array.from({ length: count }, (_, part) => ({ fromMs: edge(part), toMs: edge(part + 1) }));
}
