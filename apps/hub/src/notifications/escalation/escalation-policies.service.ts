import { importances, type EscalationPolicy, type Named, type routes, type RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Teams } from '../../access/teams.service.js';
import { Users } from '../../access/users.service.js';
import type { Actor } from '../../actor.js';
import { Edits } from '../../edits/edits.service.js';
import { lockForEdit } from '../../edits/rows.js';
import { HubProblem, invalidField } from '../../problems.js';
import {
  columnsOf,
  namedTargetOf,
  refuseUnknownTarget,
  targetColumns,
  targetWords,
  type TargetNames,
} from '../subscriptions/target-rows.js';
import { EscalationPolicyEntity } from './escalation-policy.entity.js';

type Given = RouteInput<typeof routes.escalationPolicies.create>['body'];
type Row = Pick<EscalationPolicyEntity, 'id' | 'name' | 'leastImportance' | 'steps' | 'version'> & TargetNames;

@Injectable()
export class EscalationPolicies {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly users: Users,
    private readonly teams: Teams,
  ) {}

  list(): Promise<EscalationPolicy[]> {
    return this.read(this.dataSource.manager, null);
  }

  create(given: Given, actor: Actor): Promise<EscalationPolicy> {
    return this.edits.run(async (manager) => {
      await this.refuseUnknown(manager, given);
      const { id } = await manager.save(EscalationPolicyEntity, storedOf(given));
      const after = await this.one(manager, id);
      await this.edits.record(manager, actor, { ...about(after), after: shown(after) });
      return after;
    });
  }

  update(id: string, input: Partial<Given>, actor: Actor, version?: number): Promise<EscalationPolicy> {
    return this.edits.run(async (manager) => {
      await lockForEdit(manager, EscalationPolicyEntity, id, version);
      const before = await this.one(manager, id);
      await this.refuseUnknown(manager, input);
      const changes = storedOf(input);
      if (Object.keys(changes).length > 0) await manager.update(EscalationPolicyEntity, id, changes);
      const after = await this.one(manager, id);
      if (!(await this.edits.record(manager, actor, { ...about(after), before: shown(before), after: shown(after) })))
        return after;
      await manager.update(EscalationPolicyEntity, id, { version: () => 'version + 1' });
      await manager.query(
        `UPDATE escalations SET next_step = 0, begun_at = now(), due_at = now() + make_interval(mins => $2)
         WHERE policy_id = $1 AND due_at IS NOT NULL`,
        [id, after.steps[0]?.afterMinutes ?? 0],
      );
      return this.one(manager, id);
    });
  }

  remove(id: string, actor: Actor, version?: number): Promise<void> {
    return this.edits.run(async (manager) => {
      await lockForEdit(manager, EscalationPolicyEntity, id, version);
      const before = await this.one(manager, id);
      await manager.delete(EscalationPolicyEntity, id);
      await this.edits.record(manager, actor, { ...about(before), before: shown(before) });
    });
  }

  private async one(manager: EntityManager, id: string): Promise<EscalationPolicy> {
    const [policy] = await this.read(manager, id);
    if (!policy) throw new HubProblem('not_found');
    return policy;
  }

  /** By name; null: all. */
  private async read(manager: EntityManager, id: string | null): Promise<EscalationPolicy[]> {
    const rows = await manager.query<Row[]>(
      `SELECT p.id, p.name, p.least_importance AS "leastImportance", p.steps, p.version, ${targetColumns('p')}
       FROM escalation_policies p WHERE $1::uuid IS NULL OR p.id = $1 ORDER BY lower(p.name), p.id`,
      [id],
    );
    const steps = rows.flatMap((row) => row.steps);
    const userNames = await this.users.namesOf(
      manager,
      steps.flatMap(({ userIds }) => userIds),
    );
    const teamNames = await this.teams.namesOf(
      manager,
      steps.flatMap(({ teamIds }) => teamIds),
    );
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      target: namedTargetOf(row),
      leastImportance: importances[row.leastImportance] ?? 'info',
      steps: row.steps.map(({ afterMinutes, userIds, teamIds }) => ({
        afterMinutes,
        users: named(userIds, userNames),
        teams: named(teamIds, teamNames),
      })),
      version: row.version,
    }));
  }

  private async refuseUnknown(manager: EntityManager, { target, steps = [] }: Partial<Given>): Promise<void> {
    if (target) await refuseUnknownTarget(manager, target);
    for (const [index, { userIds, teamIds }] of steps.entries()) {
      if ((await this.users.unknownOf(manager, userIds)).length > 0)
        throw invalidField(`steps.${index}.userIds`, 'One of these users does not exist.');
      if ((await this.teams.unknownOf(manager, teamIds)).length > 0)
        throw invalidField(`steps.${index}.teamIds`, 'One of these teams does not exist.');
    }
  }
}

function storedOf({ name, target, leastImportance, steps }: Partial<Given>): Partial<EscalationPolicyEntity> {
  return {
    ...(name !== undefined && { name }),
    ...(target && columnsOf(target)),
    ...(leastImportance && { leastImportance: importances.indexOf(leastImportance) }),
    ...(steps && { steps }),
  };
}

/** Whoever was deleted is left out. */
function named(ids: readonly string[], names: ReadonlyMap<string, string>): Named[] {
  return ids.flatMap((id) => {
    const name = names.get(id);
    return name === undefined ? [] : [{ id, name }];
  });
}

function about({ id, name }: EscalationPolicy): { thing: 'escalation-policy'; id: string; name: string } {
  return { thing: 'escalation-policy', id, name };
}

/** As the audit log tells it. */
function shown({ name, target, leastImportance, steps }: EscalationPolicy): object {
  return {
    name,
    target: targetWords(target),
    leastImportance,
    steps: steps.map(
      ({ afterMinutes, users, teams }) =>
        `after ${afterMinutes} min: ${[...users, ...teams].map((recipient) => recipient.name).join(', ')}`,
    ),
  };
}
