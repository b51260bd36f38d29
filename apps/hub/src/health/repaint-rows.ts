// The SQL of repainting: marks, and the intervals that are told anew.
import type { Schedule, Thresholds } from '@checkstack/api';
import type { Interval } from './intervals.js';
import { numberOf, stateOf, type Sql } from './outlook-rows.js';
import { thresholdsColumn } from './placed-slices.js';

export interface RepaintMark {
  /** The slice's number. */
  slice: number;
  fromMs: number;
  /** Until then what is made of the slice is told anew even where the slice itself was told rightly. */
  untilMs?: number;
}

export const subjectKinds = { slice: 0, check: 1, system: 2, assignment: 3 } as const;
export type SubjectKind = keyof typeof subjectKinds;

export async function writeMarks(sql: Sql, marks: readonly RepaintMark[]): Promise<void> {
  if (marks.length === 0) return;
  await sql.query(
    `INSERT INTO repaint_marks (slice_number, from_at, until_at)
     SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])`,
    [
      marks.map(({ slice }) => slice),
      marks.map(({ fromMs }) => new Date(fromMs)),
      marks.map(({ untilMs }) => (untilMs === undefined ? null : new Date(untilMs))),
    ],
  );
}

/** All marks of some slices; of each slice the earliest beginning and the latest end. */
export async function takeMarks(sql: Sql, slicesAtOnce: number): Promise<Map<number, RepaintMark>> {
  const [rows] = await sql.query<[{ slice: number; from: Date; until: Date | null }[], number]>(
    `DELETE FROM repaint_marks WHERE slice_number IN (SELECT DISTINCT slice_number FROM repaint_marks LIMIT $1)
     RETURNING slice_number AS slice, from_at AS from, until_at AS until`,
    [slicesAtOnce],
  );
  const marks = new Map<number, RepaintMark>();
  for (const { slice, from, until } of rows) {
    const known = marks.get(slice);
    const fromMs = Math.min(from.getTime(), known?.fromMs ?? Infinity);
    const untilMs = Math.max(until?.getTime() ?? fromMs, known?.untilMs ?? fromMs);
    marks.set(slice, { slice, fromMs, untilMs });
  }
  return marks;
}

export interface MarkedSlice {
  number: number;
  id: string;
  assignmentId: string;
  checkId: string;
  systemId: string;
  schedule: Schedule;
  timeoutMs: number;
  thresholds: Thresholds;
}

/** Of these slices those that still are scheduled. */
export function readMarked(sql: Sql, numbers: readonly number[]): Promise<MarkedSlice[]> {
  return sql.query<MarkedSlice[]>(
    `SELECT s.number, s.id, s.assignment_id AS "assignmentId", a.check_id AS "checkId", a.system_id AS "systemId",
       c.schedule, c.timeout_ms AS "timeoutMs", ${thresholdsColumn}
     FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
     WHERE s.number = ANY($1) AND s.retired_at IS NULL AND s.state_since IS NOT NULL ORDER BY s.number`,
    [numbers],
  );
}

/** The intervals that last until `fromMs` or beyond, by subject, in their order: what comes then may go on with the one before. */
export async function readIntervals(
  sql: Sql,
  kind: SubjectKind,
  ids: readonly string[],
  fromMs: number,
): Promise<Map<string, Interval[]>> {
  const rows = await sql.query<{ id: string; from: Date; to: Date | null; state: number; reason: string | null }[]>(
    `SELECT subject_id AS id, from_at AS from, to_at AS to, state, reason FROM state_intervals
     WHERE subject_kind = $1 AND subject_id = ANY($2) AND (to_at IS NULL OR to_at >= $3) ORDER BY from_at`,
    [subjectKinds[kind], ids, new Date(fromMs)],
  );
  const intervals = new Map<string, Interval[]>(ids.map((id) => [id, []]));
  for (const { id, from, to, state, reason } of rows)
    intervals.get(id)?.push({ fromMs: from.getTime(), toMs: to?.getTime() ?? null, state: stateOf(state), reason });
  return intervals;
}

const tables: Record<SubjectKind, string> = {
  slice: 'slices',
  check: 'checks',
  system: 'systems',
  assignment: 'assignments',
};

/** Puts intervals in the place of those that were read; the open one says since when the subject's state is what it is. */
export async function replaceIntervals(
  sql: Sql,
  { kind, id }: { kind: SubjectKind; id: string },
  before: readonly Interval[],
  after: readonly Interval[],
): Promise<void> {
  const fromMs = Math.min(...[...before, ...after].map((interval) => interval.fromMs));
  await sql.query('DELETE FROM state_intervals WHERE subject_kind = $1 AND subject_id = $2 AND from_at >= $3', [
    subjectKinds[kind],
    id,
    new Date(fromMs),
  ]);
  await sql.query(
    `INSERT INTO state_intervals (subject_kind, subject_id, from_at, to_at, state, reason)
     SELECT $1, $2, * FROM unnest($3::timestamptz[], $4::timestamptz[], $5::smallint[], $6::text[])`,
    [
      subjectKinds[kind],
      id,
      after.map((interval) => new Date(interval.fromMs)),
      after.map(({ toMs }) => toMs && new Date(toMs)),
      after.map(({ state }) => numberOf(state)),
      after.map(({ reason }) => reason),
    ],
  );
  const open = after.at(-1);
  if (open?.toMs === null && open.fromMs !== before.at(-1)?.fromMs)
    await sql.query(`UPDATE ${tables[kind]} SET state_since = $2 WHERE id = $1`, [id, new Date(open.fromMs)]);
}
