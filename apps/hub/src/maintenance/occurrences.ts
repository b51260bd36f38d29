// The maintenances of a series: made ahead for a bounded time, from where they were made before.
import type { Sql } from '../health/outlook-rows.js';
import { inheritTargets } from './coverage.js';
import { nextReminder } from './plan.js';
import { beginsAfter, type Recurrence } from './recurrence.js';

const aheadMs = 90 * 86_400_000;
const mostAhead = 60;

export interface SeriesToMake {
  id: string;
  rule: string;
  timeZone: string;
  fromAt: Date;
  toAt: Date;
  madeUntil: Date;
  reminderMinutes: number[];
}

export function recurrenceOf({ rule, timeZone, fromAt, toAt }: Omit<SeriesToMake, 'madeUntil'>): Recurrence {
  return { rule, timeZone, fromMs: fromAt.getTime(), toMs: toAt.getTime() };
}

/** When those begin that there are to be: all of the next months, at most so many, and the next one however far it is. */
export function wantedBegins(recurrence: Recurrence, afterMs: number, nowMs: number): number[] {
  return beginsAfter(recurrence, afterMs, mostAhead).filter((ms, index) => index === 0 || ms <= nowMs + aheadMs);
}

/** Series that go on, all or one, locked until the transaction ends. */
export function readSeriesToMake(sql: Sql, id?: string): Promise<SeriesToMake[]> {
  return sql.query<SeriesToMake[]>(
    `SELECT id, rule, time_zone AS "timeZone", from_at AS "fromAt", to_at AS "toAt", made_until AS "madeUntil",
       reminder_minutes AS "reminderMinutes"
     FROM maintenance_series WHERE ended_at IS NULL AND ($1::uuid IS NULL OR id = $1) ORDER BY id FOR NO KEY UPDATE`,
    [id ?? null],
  );
}

/** Makes what follows on what was made. Answers the new ones, the next one first. */
export async function makeOccurrences(sql: Sql, series: SeriesToMake, nowMs: number): Promise<string[]> {
  const [{ ahead }] = await sql.query<[{ ahead: number }]>(
    "SELECT count(*)::int AS ahead FROM maintenances WHERE series_id = $1 AND status = 'scheduled'",
    [series.id],
  );
  const afterMs = series.madeUntil.getTime();
  const begins = wantedBegins(recurrenceOf(series), afterMs, nowMs).filter(
    (ms, index) => ms <= nowMs + aheadMs || (index === 0 && ahead === 0),
  );
  return insertOccurrences(sql, series, begins.slice(0, Math.max(0, mostAhead - ahead)), nowMs);
}

/** Those that are there already stay as they are. */
export async function insertOccurrences(
  sql: Sql,
  series: SeriesToMake,
  begins: readonly number[],
  nowMs: number,
): Promise<string[]> {
  const last = begins.at(-1);
  if (last === undefined) return [];
  const rows = await sql.query<{ id: string }[]>(
    `INSERT INTO maintenances (series_id, occurrence_at, from_at, to_at, next_reminder_at, title, description,
       suppress_notifications, exclude_from_availability, reminder_minutes, created_by)
     SELECT s.id, o.at, o.at, o.at + make_interval(secs => extract(epoch FROM s.to_at - s.from_at)::float8), o.reminder, s.title, s.description,
       s.suppress_notifications, s.exclude_from_availability, s.reminder_minutes, s.created_by
     FROM maintenance_series s, unnest($2::timestamptz[], $3::timestamptz[]) AS o (at, reminder)
     WHERE s.id = $1 ORDER BY o.at ON CONFLICT (series_id, occurrence_at) DO NOTHING RETURNING id`,
    [series.id, begins.map((ms) => new Date(ms)), begins.map((ms) => nextReminder(ms, series.reminderMinutes, nowMs))],
  );
  const ids = rows.map(({ id }) => id);
  await inheritTargets(sql, series.id, ids);
  await sql.query('UPDATE maintenance_series SET made_until = greatest(made_until, $2) WHERE id = $1', [
    series.id,
    new Date(last),
  ]);
  return ids;
}
