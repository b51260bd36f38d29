import type { AuditEntry } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import * as z from 'zod';
import type { Actor } from '../actor.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import type { Changes } from './changes.js';

export interface AuditRecord {
  /** `<thing>.<verb>`: `check.update`, `session.sign-in`. */
  action: string;
  subject: { kind: string; id: string | null; name: string };
  changes?: Changes;
}

export interface AuditQuery {
  limit: number;
  after?: string | undefined;
  actorId?: string | undefined;
  subjectKind?: string | undefined;
  subjectId?: string | undefined;
  action?: string | undefined;
}

interface AuditRow {
  id: string;
  at: Date;
  actor_kind: Actor['kind'];
  actor_id: string | null;
  actor_name: string;
  action: string;
  subject_kind: string;
  subject_id: string | null;
  subject_name: string;
  changes: Changes;
  address: string | null;
}

const position = z.tuple([z.string().regex(/^\d{1,18}$/)]);

/** Who did what, when, from where. Entries are written with the change itself: both stand, or neither. */
@Injectable()
export class Audit {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async record(manager: EntityManager, actor: Actor, { action, subject, changes = {} }: AuditRecord): Promise<void> {
    await manager.query(
      `INSERT INTO audit_entries
         (actor_kind, actor_id, actor_name, address, action, subject_kind, subject_id, subject_name, changes)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        actor.kind,
        actor.id,
        actor.name,
        actor.address,
        action,
        subject.kind,
        subject.id,
        subject.name,
        JSON.stringify(changes),
      ],
    );
  }

  async list(query: AuditQuery): Promise<{ items: AuditEntry[]; next: string | null }> {
    const [before] = decodeCursor(query.after, position) ?? [null];
    const rows = await this.dataSource.query<AuditRow[]>(
      `SELECT * FROM audit_entries
       WHERE ($1::bigint IS NULL OR id < $1) AND ($2::uuid IS NULL OR actor_id = $2)
         AND ($3::text IS NULL OR subject_kind = $3) AND ($4::text IS NULL OR subject_id = $4)
         AND ($5::text IS NULL OR action = $5)
       ORDER BY id DESC LIMIT $6`,
      [
        before,
        query.actorId ?? null,
        query.subjectKind ?? null,
        query.subjectId ?? null,
        query.action ?? null,
        query.limit + 1,
      ],
    );
    const { items, next } = pageOf(rows, query.limit, (row) => [row.id]);
    return {
      items: items.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
        action: row.action,
        subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
        changes: row.changes,
        address: row.address,
      })),
      next,
    };
  }
}
