import type {
  ActorName,
  Audience,
  IncidentUpdate,
  routes,
  RouteAnswer,
  RouteInput,
  UpdateRevision,
} from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { may, type Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { MaintenanceEvents } from './maintenance-events.js';
import { MaintenanceUpdateEntity } from './maintenance-update.entity.js';
import { MaintenanceEntity } from './maintenance.entity.js';

type Post = RouteInput<typeof routes.maintenances.post>['body'];
type Edit = RouteInput<typeof routes.maintenances.edit>['body'];
interface Which {
  id: string;
  updateId: string;
}

/** What people write about a maintenance: edits keep what was said, and a deletion keeps that something was. */
@Injectable()
export class MaintenanceUpdates {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly events: MaintenanceEvents,
  ) {}

  async list(
    id: string,
    { after, limit }: RouteInput<typeof routes.maintenances.updates>['query'],
    actor: Actor,
  ): Promise<RouteAnswer<typeof routes.maintenances.updates>> {
    const { manager } = this.dataSource;
    if (!(await manager.existsBy(MaintenanceEntity, { id }))) throw new HubProblem('not_found');
    const [postedAt, updateId] = decodeCursor(after, z.tuple([z.string().max(40), z.uuid()])) ?? [null, null];
    const rows = await manager.query<(MaintenanceUpdateEntity & { position: string })[]>(
      `SELECT id, author, audience, body, version, posted_at AS "postedAt", posted_at::text AS position, edited_at AS "editedAt",
         deleted_at AS "deletedAt", deleted_by AS "deletedBy"
       FROM maintenance_updates WHERE maintenance_id = $1 AND audience = ANY($2)
         AND ($3::timestamptz IS NULL OR (posted_at, id) < ($3, $4::uuid))
       ORDER BY posted_at DESC, id DESC LIMIT $5`,
      [id, audiencesOf(actor), postedAt, updateId, limit + 1],
    );
    const page = pageOf(rows, limit, (row) => [row.position, row.id]);
    return { items: page.items.map(updateOf), next: page.next };
  }

  post(id: string, { body, audience }: Post, actor: Actor): Promise<IncidentUpdate> {
    return this.edits.run(async (manager) => {
      const { title } = await lockForEdit(manager, MaintenanceEntity, id, undefined);
      const postedAt = await momentOf(manager);
      const author = nameOf(actor);
      const row = await manager.save(MaintenanceUpdateEntity, { maintenanceId: id, author, audience, body, postedAt });
      const update = { id: row.id, body, author: author.name };
      await this.events.tell(manager, id, 'updated', { at: postedAt.toISOString(), audience, update });
      await this.record(manager, { id, title }, actor, { after: { update: { audience, body } } });
      return updateOf(await find(manager, { id, updateId: row.id }));
    });
  }

  edit(which: Which, input: Edit, actor: Actor, version?: number): Promise<IncidentUpdate> {
    return this.edits.run(async (manager) => {
      const before = await lock(manager, which, version);
      const { body, audience } = merged<Pick<MaintenanceUpdateEntity, 'body' | 'audience'>>(before, input);
      if (body === before.body && audience === before.audience) return updateOf(before);
      await manager.query(
        'INSERT INTO maintenance_revisions (update_id, version, body, audience, at, by) VALUES ($1, $2, $3, $4, $5, $6)',
        [
          before.id,
          before.version,
          before.body,
          before.audience,
          before.editedAt ?? before.postedAt,
          before.editedBy ?? before.author,
        ],
      );
      await manager.update(MaintenanceUpdateEntity, before.id, {
        body,
        audience,
        editedAt: await momentOf(manager),
        editedBy: nameOf(actor),
        version: () => 'version + 1',
      });
      await this.record(manager, await titleOf(manager, which.id), actor, {
        before: { update: { audience: before.audience, body: before.body } },
        after: { update: { audience, body } },
      });
      return updateOf(await find(manager, which));
    });
  }

  withdraw(which: Which, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      const { id, audience, body } = await lock(manager, which, version);
      await manager.update(MaintenanceUpdateEntity, id, {
        deletedAt: await momentOf(manager),
        deletedBy: nameOf(actor),
        version: () => 'version + 1',
      });
      const change = { before: { update: { audience, body } }, after: { update: null } };
      await this.record(manager, await titleOf(manager, which.id), actor, change);
    });
  }

  /** What it says now is the first of them. */
  async revisions(which: Which): Promise<UpdateRevision[]> {
    const { manager } = this.dataSource;
    const { version, body, audience, editedAt, postedAt, editedBy, author } = await find(manager, which);
    const rows = await manager.query<(Omit<UpdateRevision, 'at'> & { at: Date })[]>(
      'SELECT version, body, audience, at, by FROM maintenance_revisions WHERE update_id = $1 ORDER BY version DESC',
      [which.updateId],
    );
    return [{ version, body, audience, at: editedAt ?? postedAt, by: editedBy ?? author }, ...rows].map(
      ({ at, ...row }) => ({ ...row, at: at.toISOString() }),
    );
  }

  private async record(
    manager: EntityManager,
    { id, title }: { id: string; title: string },
    actor: Actor,
    change: { before?: object; after: object },
  ): Promise<void> {
    await this.edits.record(manager, actor, { thing: 'maintenance', id, name: title, before: {}, ...change });
  }
}

function audiencesOf(actor: Actor): Audience[] {
  const audiences: Audience[] = ['public', 'signed-in'];
  return may(actor, 'maintenance.maintenance.manage') ? [...audiences, 'internal'] : audiences;
}

function nameOf({ kind, id, name }: Actor): ActorName {
  return { kind, id, name };
}

async function momentOf(manager: EntityManager): Promise<Date> {
  const [{ now }] = await manager.query<[{ now: Date }]>('SELECT clock_timestamp() AS now');
  return now;
}

async function titleOf(manager: EntityManager, id: string): Promise<{ id: string; title: string }> {
  const row = await manager.findOneBy(MaintenanceEntity, { id });
  if (!row) throw new HubProblem('not_found');
  return row;
}

async function lock(manager: EntityManager, which: Which, version?: number): Promise<MaintenanceUpdateEntity> {
  const row = await lockForEdit(manager, MaintenanceUpdateEntity, which.updateId, version);
  if (row.maintenanceId !== which.id || row.deletedAt) throw new HubProblem('not_found');
  return row;
}

async function find(manager: EntityManager, { id, updateId }: Which): Promise<MaintenanceUpdateEntity> {
  const row = await manager.findOneBy(MaintenanceUpdateEntity, { id: updateId, maintenanceId: id });
  if (!row) throw new HubProblem('not_found');
  return row;
}

function updateOf(row: MaintenanceUpdateEntity): IncidentUpdate {
  return {
    id: row.id,
    author: row.author,
    audience: row.audience,
    body: row.deletedAt ? null : row.body,
    postedAt: row.postedAt.toISOString(),
    editedAt: row.editedAt?.toISOString() ?? null,
    deletedAt: row.deletedAt?.toISOString() ?? null,
    deletedBy: row.deletedBy,
    version: row.version,
  };
}
