import type { routes, RouteInput, StateInterval } from '@checkstack/api';
import { z } from 'zod';
import { stateOf, type Sql } from '../health/outlook-rows.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { placeInEnvironment, placeJoins } from '../satellites/slice-places.js';
import { conditions } from './slice-rows.js';

type Query = RouteInput<typeof routes.results.intervals>['query'];

interface Row {
  kind: number;
  id: string;
  name: string;
  state: number;
  from: Date;
  to: Date | null;
  reason: string | null;
}

const kinds = ['slice', 'check', 'system'] as const;
const position = z.tuple([z.int().min(0).max(8.64e15), z.uuid()]);

/** State changes of one slice, check or system, or of all systems (whose reasons name the check); newest first. */
export async function listIntervals(sql: Sql, query: Query): Promise<{ items: StateInterval[]; next: string | null }> {
  const after = decodeCursor(query.after, position);
  const parameters: unknown[] = [query.limit + 1, after && new Date(after[0]), after?.[1] ?? null];
  const [kind, id] = subjectOf(query);
  const filters = conditions(parameters, {
    'i.subject_kind = ?': kind,
    'i.subject_id = ?': id,
    'coalesce(i.to_at, now()) >= ?': query.from,
    'i.from_at <= ?': query.to,
  });
  const rows = await sql.query<Row[]>(
    `SELECT i.subject_kind AS kind, i.subject_id AS id, named.name, i.state, i.from_at AS "from", i.to_at AS "to", i.reason
     FROM state_intervals i CROSS JOIN LATERAL (
       SELECT name FROM checks WHERE i.subject_kind = 1 AND id = i.subject_id
       UNION ALL SELECT name FROM systems WHERE i.subject_kind = 2 AND id = i.subject_id
       UNION ALL SELECT c.name || ' · ' || ${placeInEnvironment}
         FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
         ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id
         WHERE i.subject_kind = 0 AND s.id = i.subject_id
     ) named
     WHERE i.subject_kind = ${kind ?? 2} AND ${filters}
       AND ($2::timestamptz IS NULL OR (i.from_at, i.subject_id) < ($2, $3::uuid))
     ORDER BY i.from_at DESC, i.subject_id DESC LIMIT $1`,
    parameters,
  );
  const { items, next } = pageOf(rows, query.limit, (row) => [row.from.getTime(), row.id]);
  return { items: items.map(intervalOf), next };
}

function subjectOf({ sliceId, checkId, systemId }: Query): [number, string] | [undefined, undefined] {
  if (sliceId !== undefined) return [0, sliceId];
  if (checkId !== undefined) return [1, checkId];
  return systemId === undefined ? [undefined, undefined] : [2, systemId];
}

function intervalOf(row: Row): StateInterval {
  return {
    subject: { kind: kinds[row.kind] ?? 'slice', id: row.id },
    name: row.name,
    state: stateOf(row.state),
    from: row.from.toISOString(),
    to: row.to?.toISOString() ?? null,
    reason: row.reason,
  };
}
