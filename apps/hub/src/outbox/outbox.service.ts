import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../cluster/notices.js';

/** Something that others may want to be told of. */
export interface NewEvent {
  /** `incident`, `maintenance`, `announcement`, `satellite`, `platform`; states are written by health. */
  type: string;
  subject: { kind: string; id: string };
  /** All that a message about it needs: nothing else is read to tell of it. */
  payload: object;
}

/** As it stands in the table. */
export interface OutboxEvent {
  /** Rising within one subject. */
  id: string;
  at: Date;
  type: string;
  subjectKind: string;
  subjectId: string;
  payload: Record<string, unknown>;
}

/** What happened, written in the transaction that makes it so, and routed once. */
@Injectable()
export class Outbox {
  constructor(private readonly notices: Notices) {}

  /** The subject's row is locked by the caller: its events get their ids in the order in which they happened. */
  async write(manager: EntityManager, events: readonly NewEvent[]): Promise<void> {
    if (events.length === 0) return;
    await manager.query(
      `INSERT INTO events (type, subject_kind, subject_id, payload)
       SELECT type, kind, id, payload FROM unnest($1::text[], $2::text[], $3::uuid[], $4::jsonb[]) WITH ORDINALITY
         AS e (type, kind, id, payload, number) ORDER BY number`,
      [
        events.map(({ type }) => type),
        events.map(({ subject }) => subject.kind),
        events.map(({ subject }) => subject.id),
        events.map(({ payload }) => JSON.stringify(payload)),
      ],
    );
    await this.notices.publish('outbox', {}, manager);
  }
}
