import type { Role as RoleAnswer } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { HubProblem, invalidField } from '../problems.js';
import { Role } from './role.entity.js';
import { coversAll, rulesOf } from './rules.js';

@Injectable()
export class Roles {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async list(): Promise<RoleAnswer[]> {
    const roles = await this.dataSource.manager.find(Role, { order: { name: 'ASC' } });
    return roles.map(({ id, name, builtIn, rules }) => ({ id, name, builtIn, rules: rulesOf(rules) }));
  }

  /** The role that a body names, if the actor may give it. */
  async given(manager: EntityManager, roleId: string, actor: Actor): Promise<Role> {
    const role = await manager.findOneBy(Role, { id: roleId });
    if (!role) throw invalidField('roleId', 'There is no such role.');
    refuseBeyond(actor, role);
    return role;
  }
}

/** Refuses to touch or give what has more rights than the actor. */
export function refuseBeyond(actor: Actor, role: Role): void {
  if (!coversAll(actor, rulesOf(role.rules)))
    throw new HubProblem('not_allowed', { detail: `The role ${role.name} has rights that you do not have.` });
}
