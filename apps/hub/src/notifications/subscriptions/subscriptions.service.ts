import { importances, type routes, type RouteInput, type Subscription } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Teams } from '../../access/teams.service.js';
import type { Actor } from '../../actor.js';
import { Edits } from '../../edits/edits.service.js';
import { lockForEdit } from '../../edits/rows.js';
import { HubProblem, invalidField } from '../../problems.js';
import { ownerOf } from '../owner.js';
import { SubscriptionEntity } from './subscription.entity.js';
import { readSubscriptions, subscriptionOf } from './subscription-rows.js';
import { columnsOf, refuseUnknownTarget, targetWords } from './target-rows.js';

type Given = RouteInput<typeof routes.subscriptions.create>['body'];

@Injectable()
export class Subscriptions {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly teams: Teams,
  ) {}

  async list(teamId: string | undefined, actor: Actor): Promise<Subscription[]> {
    const { manager } = this.dataSource;
    if (teamId !== undefined) {
      await this.teams.refuseStranger(manager, teamId, actor);
      return (await readSubscriptions(manager, 's.team_id = $1', [teamId])).map(subscriptionOf);
    }
    const own = 's.user_id = $1 OR s.team_id IN (SELECT team_id FROM team_members WHERE user_id = $1)';
    return (await readSubscriptions(manager, own, [ownerOf(actor)])).map(subscriptionOf);
  }

  create({ teamId, target, leastImportance, ...rest }: Given, actor: Actor): Promise<Subscription> {
    return this.edits.run(async (manager) => {
      const userId = teamId === null ? ownerOf(actor) : null;
      if (teamId !== null && !(await this.teams.exists(manager, teamId)))
        throw invalidField('teamId', 'There is no such team.');
      await this.refuse(manager, { userId, teamId }, actor);
      await refuseUnknownTarget(manager, target);
      const { id } = await manager.save(SubscriptionEntity, {
        userId,
        teamId,
        ...columnsOf(target),
        ...rest,
        leastImportance: importances.indexOf(leastImportance),
      });
      const after = await one(manager, id);
      await this.edits.record(manager, actor, { ...about(after), after: shown(after) });
      return after;
    });
  }

  update(
    id: string,
    { leastImportance, ...rest }: RouteInput<typeof routes.subscriptions.update>['body'],
    actor: Actor,
    version?: number,
  ): Promise<Subscription> {
    return this.edits.run(async (manager) => {
      const row = await lockForEdit(manager, SubscriptionEntity, id, version);
      await this.refuse(manager, row, actor);
      const before = await one(manager, id);
      const changes = {
        ...rest,
        ...(leastImportance !== undefined && { leastImportance: importances.indexOf(leastImportance) }),
      };
      if (Object.keys(changes).length > 0) await manager.update(SubscriptionEntity, id, changes);
      const after = await one(manager, id);
      if (!(await this.edits.record(manager, actor, { ...about(after), before: shown(before), after: shown(after) })))
        return after;
      await manager.update(SubscriptionEntity, id, { version: () => 'version + 1' });
      return one(manager, id);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      await this.refuse(manager, await lockForEdit(manager, SubscriptionEntity, id, version), actor);
      const before = await one(manager, id);
      await manager.delete(SubscriptionEntity, id);
      await this.edits.record(manager, actor, { ...about(before), before: shown(before) });
    });
  }

  /** Others' are as if they were not there; a team's are changed by its managers. */
  private async refuse(
    manager: EntityManager,
    { userId, teamId }: Pick<SubscriptionEntity, 'userId' | 'teamId'>,
    actor: Actor,
  ): Promise<void> {
    if (teamId !== null) return this.teams.refuseOthers(manager, teamId, actor);
    if (userId !== ownerOf(actor)) throw new HubProblem('not_found');
  }
}

async function one(manager: EntityManager, id: string): Promise<Subscription> {
  const [row] = await readSubscriptions(manager, 's.id = $1', [id]);
  if (!row) throw new HubProblem('not_found');
  return subscriptionOf(row);
}

function about({ id, recipient, target }: Subscription): { thing: 'subscription'; id: string; name: string } {
  return { thing: 'subscription', id, name: `${recipient.name}: ${targetWords(target)}` };
}

/** As the audit log tells it. */
function shown({ families, leastImportance, reminderMinutes }: Subscription): object {
  return { families, leastImportance, reminderMinutes };
}
