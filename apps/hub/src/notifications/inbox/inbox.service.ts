import { importances, type Notification, type routes, type RouteAnswer, type RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import * as z from 'zod';
import type { Actor } from '../../actor.js';
import { Notices } from '../../cluster/notices.js';
import { HubProblem } from '../../problems.js';
import { decodeCursor, pageOf } from '../../rest/cursor.js';
import { ownerOf } from '../owner.js';
import type { Why } from '../telling.js';
import { whyWords } from '../why.js';

interface Row extends Pick<Notification, 'id' | 'family' | 'alertId' | 'count' | 'entries'> {
  importance: number;
  message: Pick<Notification, 'title' | 'body' | 'fields' | 'subjects' | 'action'>;
  why: Why[];
  firstAt: Date;
  at: Date;
  readAt: Date | null;
  /** With all of its digits. */
  position: string;
}

const columns = `id, family, alert_id AS "alertId", count, entries, importance, message, why, first_at AS "firstAt", at,
  read_at AS "readAt", at::text AS position`;

/** What the user who is signed in was told. */
@Injectable()
export class Inbox {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notices: Notices,
  ) {}

  async list(
    { limit, after, unread, family }: RouteInput<typeof routes.notifications.list>['query'],
    actor: Actor,
  ): Promise<RouteAnswer<typeof routes.notifications.list>> {
    const [at, id] = decodeCursor(after, z.tuple([z.string().regex(/^[\d\-:. +]{1,40}$/), z.uuid()])) ?? [];
    const rows = await this.dataSource.query<Row[]>(
      `SELECT ${columns} FROM notifications
       WHERE user_id = $1 AND ($2::boolean IS NULL OR (read_at IS NULL) = $2) AND ($3::text IS NULL OR family = $3)
         AND ($4::timestamptz IS NULL OR (at, id) < ($4, $5::uuid))
       ORDER BY at DESC, id DESC LIMIT $6`,
      [ownerOf(actor), unread ?? null, family ?? null, at ?? null, id ?? null, limit + 1],
    );
    const page = pageOf(rows, limit, (row) => [row.position, row.id]);
    return { items: page.items.map(notificationOf), next: page.next };
  }

  async read(id: string, actor: Actor): Promise<Notification> {
    const [row] = await this.dataSource.query<Row[]>(
      `SELECT ${columns} FROM notifications WHERE id = $1 AND user_id = $2`,
      [id, ownerOf(actor)],
    );
    if (!row) throw new HubProblem('not_found');
    return notificationOf(row);
  }

  async unread(actor: Actor): Promise<number> {
    const counts = await this.unreadOf([ownerOf(actor)]);
    return [...counts.values()][0]?.unread ?? 0;
  }

  /** By user; those without any unread are not among them. */
  async unreadOf(userIds: readonly string[]): Promise<Map<string, { unread: number; latest: string | null }>> {
    const rows = await this.dataSource.query<{ userId: string; unread: number; latest: string }[]>(
      `SELECT user_id AS "userId", count(*)::int AS unread,
         (array_agg(message->>'title' ORDER BY at DESC))[1] AS latest
       FROM notifications WHERE user_id = ANY($1) AND read_at IS NULL GROUP BY user_id`,
      [userIds],
    );
    return new Map(rows.map(({ userId, ...rest }) => [userId, rest]));
  }

  async mark(id: string, read: boolean, actor: Actor): Promise<void> {
    await this.change(
      `UPDATE notifications SET read_at = CASE WHEN $3 THEN COALESCE(read_at, now()) END WHERE user_id = $1 AND id = $2`,
      [ownerOf(actor), id, read],
      actor,
    );
  }

  /** What came later stays unread: nobody has seen it. */
  async markAll(until: string, actor: Actor): Promise<void> {
    const statement = 'UPDATE notifications SET read_at = now() WHERE user_id = $1 AND at <= $2 AND read_at IS NULL';
    await this.change(statement, [ownerOf(actor), until], actor, { mayBeNone: true });
  }

  private async change(statement: string, values: unknown[], actor: Actor, { mayBeNone = false } = {}): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [, count] = await manager.query<[unknown[], number]>(statement, values);
      if (count === 0 && !mayBeNone) throw new HubProblem('not_found');
      if (count > 0) await this.notices.publish('inbox', { userIds: [ownerOf(actor)] }, manager);
    });
  }
}

function notificationOf({ message, why, importance, position: _, ...row }: Row): Notification {
  return {
    ...row,
    ...message,
    importance: importances[importance] ?? 'info',
    why: [...new Set(why.map(whyWords))].toSorted(),
    firstAt: row.firstAt.toISOString(),
    at: row.at.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  };
}
