import {
  announcementSeverities,
  type Announcement,
  type routes,
  type RouteAnswer,
  type RouteInput,
} from '@checkstack/api';
import { z } from 'zod';
import type { Sql } from '../health/outlook-rows.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';

type Routes = typeof routes.announcements;

interface Row extends Omit<Announcement, 'from' | 'until' | 'createdAt' | 'updatedAt'> {
  fromAt: Date;
  untilAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  position: string;
}

const status = `CASE WHEN from_at > now() THEN 'scheduled' WHEN until_at <= now() THEN 'over' ELSE 'shown' END`;
const columns = `id, message, severity, audience, place, dismissible, version, ${status} AS status,
  from_at AS "fromAt", from_at::text AS position, until_at AS "untilAt", created_by AS "createdBy",
  created_at AS "createdAt", updated_at AS "updatedAt"`;

export async function findAnnouncement(sql: Sql, id: string): Promise<Announcement | undefined> {
  const [row] = await sql.query<Row[]>(`SELECT ${columns} FROM announcements WHERE id = $1`, [id]);
  return row && announcementOf(row);
}

export async function listAnnouncements(
  sql: Sql,
  query: RouteInput<Routes['list']>['query'],
): Promise<RouteAnswer<Routes['list']>> {
  const [position, id] = decodeCursor(query.after, z.tuple([z.string().max(40), z.uuid()])) ?? [null, null];
  const rows = await sql.query<Row[]>(
    `SELECT ${columns} FROM announcements
     WHERE ($1::timestamptz IS NULL OR (from_at, id) < ($1, $2::uuid)) AND ($3::text IS NULL OR ${status} = $3)
     ORDER BY from_at DESC, id DESC LIMIT $4`,
    [position, id, query.status ?? null, query.limit + 1],
  );
  const page = pageOf(rows, query.limit, (row) => [row.position, row.id]);
  return { items: page.items.map(announcementOf), next: page.next };
}

/** More at once nobody reads. */
const mostShown = 20;

/** What is announced now to a user, to whoever else is signed in (null), or to everybody (undefined). */
export async function readCurrent(
  sql: Sql,
  userId: string | null | undefined,
): Promise<RouteAnswer<Routes['current']>> {
  const audiences = userId === undefined ? ['public'] : ['public', 'signed-in'];
  const rows = await sql.query<Row[]>(
    `SELECT ${columns} FROM announcements
     WHERE audience = ANY($1) AND from_at <= now() AND (until_at IS NULL OR until_at > now())
       AND NOT (dismissible AND EXISTS (
         SELECT FROM announcement_dismissals WHERE announcement_id = announcements.id AND user_id = $2))
     ORDER BY array_position($3::text[], severity) DESC, from_at DESC, id LIMIT ${mostShown}`,
    [audiences, userId ?? null, [...announcementSeverities]],
  );
  const [{ next }] = await sql.query<[{ next: Date | null }]>(
    `SELECT least(min(from_at) FILTER (WHERE from_at > now()), min(until_at) FILTER (WHERE until_at > now())) AS next
     FROM announcements WHERE audience = ANY($1) AND (until_at IS NULL OR until_at > now())`,
    [audiences],
  );
  return { items: rows.map(announcementOf), nextChangeAt: next?.toISOString() ?? null };
}

function announcementOf({ fromAt, untilAt, createdAt, updatedAt, position: _, ...row }: Row): Announcement {
  return {
    ...row,
    from: fromAt.toISOString(),
    until: untilAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}
