import type { Delivery, DeliveryAttempt, DeliveryDetail, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Actor } from '../actor.js';
import { Audit } from '../audit/audit.service.js';
import { Notices } from '../cluster/notices.js';
import { containing } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { patience, type MessageContent } from './deliveries.service.js';

interface Row extends Omit<
  Delivery,
  'title' | 'family' | 'importance' | 'createdAt' | 'dueAt' | 'giveUpAt' | 'endedAt'
> {
  number: string;
  message: MessageContent;
  createdAt: Date;
  dueAt: Date;
  giveUpAt: Date;
  endedAt: Date | null;
}

interface AttemptRow extends Omit<DeliveryAttempt, 'startedAt' | 'answer'> {
  startedAt: Date;
  status: number | null;
  answer: string | null;
}

const shownAttempts = 100;

/** What left and what could not, for people to read and to set right. */
@Injectable()
export class DeliveryLog {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly notices: Notices,
  ) {}

  async list(
    query: RouteInput<typeof routes.deliveries.list>['query'],
  ): Promise<{ items: Delivery[]; next: string | null }> {
    const [before] = decodeCursor(query.after, z.tuple([z.string().regex(/^\d{1,18}$/)])) ?? [null];
    const rows = await readRows(
      this.dataSource.manager,
      `($1::bigint IS NULL OR d.number < $1) AND ($2::text IS NULL OR d.state = $2)
         AND ($3::uuid IS NULL OR d.channel_id = $3) AND ($4::uuid IS NULL OR d.integration_id = $4)
         AND ($5::text IS NULL OR d.message->>'title' ILIKE $5 OR u.name ILIKE $5 OR t.name ILIKE $5)
       ORDER BY d.number DESC LIMIT $6`,
      [
        before,
        query.state ?? null,
        query.channelId ?? null,
        query.integrationId ?? null,
        query.search === undefined ? null : containing(query.search),
        query.limit + 1,
      ],
    );
    const page = pageOf(rows, query.limit, (row) => [row.number]);
    return { items: page.items.map(deliveryOf), next: page.next };
  }

  async read(id: string): Promise<DeliveryDetail> {
    const row = await one(this.dataSource.manager, id);
    const attempts = await this.dataSource.query<AttemptRow[]>(
      `SELECT number, started_at AS "startedAt", outcome, duration_ms AS "durationMs", status, answer, code, error
       FROM delivery_attempts WHERE delivery_id = $1 ORDER BY number DESC LIMIT ${shownAttempts}`,
      [id],
    );
    return {
      ...deliveryOf(row),
      body: row.message.body,
      fields: row.message.fields,
      log: attempts.reverse().map(({ status, answer, startedAt, ...attempt }) => ({
        ...attempt,
        startedAt: startedAt.toISOString(),
        answer: status === null ? null : { status, text: answer ?? '' },
      })),
    };
  }

  /** As if it were new: it has its whole time again. */
  retry(id: string, actor: Actor): Promise<Delivery> {
    return this.moved(
      id,
      actor,
      'retry',
      `state = 'waiting', due_at = now(), ended_at = NULL, lost = 0,
      give_up_at = now() + interval '${patience}'`,
      ['waiting', 'dead', 'cancelled'],
    );
  }

  cancel(id: string, actor: Actor): Promise<Delivery> {
    return this.moved(id, actor, 'cancel', `state = 'cancelled', ended_at = now()`, ['waiting']);
  }

  retryDead(
    { channelId, integrationId }: RouteInput<typeof routes.deliveries.retryDead>['body'],
    actor: Actor,
  ): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const [, count] = await manager.query<[unknown[], number]>(
        `UPDATE deliveries SET state = 'waiting', due_at = now(), ended_at = NULL, lost = 0,
           give_up_at = now() + interval '${patience}'
         WHERE state = 'dead' AND (channel_id IS NOT NULL OR integration_id IS NOT NULL)
           AND ($1::uuid IS NULL OR channel_id = $1) AND ($2::uuid IS NULL OR integration_id = $2)`,
        [channelId ?? null, integrationId ?? null],
      );
      if (count === 0) return 0;
      await this.audit.record(manager, actor, {
        action: 'delivery.retry-dead',
        subject: { kind: 'delivery', id: channelId ?? integrationId ?? null, name: `${count} deliveries` },
      });
      await this.notices.publish('deliveries', {}, manager);
      return count;
    });
  }

  private moved(id: string, actor: Actor, verb: string, set: string, from: string[]): Promise<Delivery> {
    return this.dataSource.transaction(async (manager) => {
      const [, count] = await manager.query<[unknown[], number]>(
        `UPDATE deliveries SET ${set} WHERE id = $1 AND state = ANY($2)`,
        [id, from],
      );
      const row = await one(manager, id);
      if (count === 0)
        throw new HubProblem('invalid_request', { detail: `It is ${row.state}: there is nothing to ${verb}.` });
      await this.audit.record(manager, actor, {
        action: `delivery.${verb}`,
        subject: { kind: 'delivery', id, name: row.message.title },
      });
      await this.notices.publish('changed', { thing: 'delivery', id }, manager);
      await this.notices.publish('deliveries', {}, manager);
      return deliveryOf(row);
    });
  }
}

async function one(manager: EntityManager, id: string): Promise<Row> {
  const [row] = await readRows(manager, 'd.id = $1', [id]);
  if (!row) throw new HubProblem('not_found');
  return row;
}

function readRows(manager: EntityManager, where: string, parameters: unknown[]): Promise<Row[]> {
  return manager.query<Row[]>(
    `SELECT d.id, d.number, d.state, d.message, d.attempts, d.last_error AS "lastError", d.created_at AS "createdAt",
       d.due_at AS "dueAt", d.give_up_at AS "giveUpAt", d.ended_at AS "endedAt",
       jsonb_build_object('kind', CASE WHEN d.event IS NULL THEN 'channel' ELSE 'integration' END,
         'id', COALESCE(d.channel_id, d.integration_id), 'name', d.lane_name) AS by,
       CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('kind', 'user', 'id', u.id, 'name', u.name)
         WHEN t.id IS NOT NULL THEN jsonb_build_object('kind', 'team', 'id', t.id, 'name', t.name) END AS recipient,
       CASE WHEN s.id IS NOT NULL THEN jsonb_build_object('id', s.id, 'name', s.name) END AS subscription
     FROM deliveries d LEFT JOIN destinations p ON p.id = d.destination_id
     LEFT JOIN users u ON u.id = p.user_id LEFT JOIN teams t ON t.id = p.team_id
     LEFT JOIN integration_subscriptions s ON s.id = d.subscription_id
     WHERE ${where}`,
    parameters,
  );
}

function deliveryOf({ number: _, message, createdAt, dueAt, giveUpAt, endedAt, ...row }: Row): Delivery {
  const isWaiting = row.state === 'waiting';
  return {
    ...row,
    title: message.title,
    family: message.family,
    importance: message.importance,
    createdAt: createdAt.toISOString(),
    dueAt: isWaiting ? dueAt.toISOString() : null,
    giveUpAt: isWaiting ? giveUpAt.toISOString() : null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
