import type { IncidentUpdate, routes, RouteInput, UpdateRevision } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { actorName, eventsOfPost, whatOf } from './incident.js';
import { about, IncidentEdits, momentOf } from './incident-edits.js';
import { IncidentUpdateEntity } from './incident-update.entity.js';
import { IncidentEntity } from './incident.entity.js';
import { updateOf } from './update-rows.js';

type Post = RouteInput<typeof routes.incidents.post>['body'];
type Edit = RouteInput<typeof routes.incidents.edit>['body'];
interface Which {
  id: string;
  updateId: string;
}

/** What people write about an incident: edits keep what was said, and a deletion keeps that something was. */
@Injectable()
export class IncidentUpdates {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly incidentEdits: IncidentEdits,
  ) {}

  post(id: string, { body, audience, status }: Post, actor: Actor): Promise<IncidentUpdate> {
    return this.edits.run(async (manager) => {
      await lockForEdit(manager, IncidentEntity, id, undefined);
      const author = actorName(actor);
      const at = await momentOf(manager);
      const row = await manager.save(IncidentUpdateEntity, { incidentId: id, author, audience, body, postedAt: at });
      await this.incidentEdits.change(manager, { id, input: { status }, actor, at }, (before, after) =>
        eventsOfPost(after, whatOf(before, after), author, { id: row.id, body, audience }),
      );
      const update = updateOf(await this.find(manager, { id, updateId: row.id }));
      await this.record(manager, id, actor, { after: { update: { audience, body } } });
      return update;
    });
  }

  edit({ id, updateId }: Which, input: Edit, actor: Actor, version?: number): Promise<IncidentUpdate> {
    return this.edits.run(async (manager) => {
      const before = await this.lock(manager, { id, updateId }, version);
      const { body, audience } = merged<Pick<IncidentUpdateEntity, 'body' | 'audience'>>(before, input);
      if (body === before.body && audience === before.audience) return updateOf(before);
      const at = await momentOf(manager);
      await manager.query(
        'INSERT INTO incident_revisions (update_id, version, body, audience, at, by) VALUES ($1, $2, $3, $4, $5, $6)',
        [
          updateId,
          before.version,
          before.body,
          before.audience,
          before.editedAt ?? before.postedAt,
          before.editedBy ?? before.author,
        ],
      );
      await manager.update(IncidentUpdateEntity, updateId, {
        body,
        audience,
        editedAt: at,
        editedBy: actorName(actor),
        version: () => 'version + 1',
      });
      await this.record(manager, id, actor, {
        before: { update: { audience: before.audience, body: before.body } },
        after: { update: { audience, body } },
      });
      return updateOf(await this.find(manager, { id, updateId }));
    });
  }

  withdraw({ id, updateId }: Which, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      const { audience, body } = await this.lock(manager, { id, updateId }, version);
      const deletedAt = await momentOf(manager);
      await manager.update(IncidentUpdateEntity, updateId, {
        deletedAt,
        deletedBy: actorName(actor),
        version: () => 'version + 1',
      });
      await this.record(manager, id, actor, { before: { update: { audience, body } }, after: { update: null } });
    });
  }

  /** What it says now is the first of them. */
  async revisions(which: Which): Promise<UpdateRevision[]> {
    const { manager } = this.dataSource;
    const now = await this.find(manager, which);
    const rows = await manager.query<(Omit<UpdateRevision, 'at'> & { at: Date })[]>(
      'SELECT version, body, audience, at, by FROM incident_revisions WHERE update_id = $1 ORDER BY version DESC',
      [which.updateId],
    );
    const { version, body, audience, editedAt, postedAt, editedBy, author } = now;
    return [{ version, body, audience, at: editedAt ?? postedAt, by: editedBy ?? author }, ...rows].map(
      ({ at, ...row }) => ({ ...row, at: at.toISOString() }),
    );
  }

  /** The incident's row is not locked: two who edit different updates do not wait for each other. */
  private async lock(manager: EntityManager, which: Which, version?: number): Promise<IncidentUpdateEntity> {
    const row = await lockForEdit(manager, IncidentUpdateEntity, which.updateId, version);
    if (row.incidentId !== which.id || row.deletedAt) throw new HubProblem('not_found');
    return row;
  }

  private async find(manager: EntityManager, { id, updateId }: Which): Promise<IncidentUpdateEntity> {
    const row = await manager.findOneBy(IncidentUpdateEntity, { id: updateId, incidentId: id });
    if (!row) throw new HubProblem('not_found');
    return row;
  }

  private async record(
    manager: EntityManager,
    id: string,
    actor: Actor,
    change: { before?: object; after: object },
  ): Promise<void> {
    const incident = await this.incidentEdits.read(manager, id);
    await this.edits.record(manager, actor, { ...about(incident), before: {}, ...change });
  }
}
