import type { Named, routes, RouteInput, System } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { Users } from '../access/users.service.js';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged, unknownIds } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { Placements } from '../satellites/placements.service.js';
import { Dependencies } from './dependencies.service.js';
import { EnvironmentEntity } from './environment.entity.js';
import { GroupEntity } from './group.entity.js';
import { SystemEntity } from './system.entity.js';
import { findSystem, listSystems, type StoredSystem } from './system-list.js';

type Fields = RouteInput<typeof routes.systems.create>['body'];

@Injectable()
export class Systems {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly placements: Placements,
    private readonly dependencies: Dependencies,
    private readonly users: Users,
  ) {}

  async list(
    query: RouteInput<typeof routes.systems.list>['query'],
  ): Promise<{ items: System[]; next: string | null }> {
    const { items, next } = await listSystems(this.dataSource.manager, query);
    return { items: await this.withContactNames(this.dataSource.manager, items), next };
  }

  async read(id: string, manager: EntityManager = this.dataSource.manager): Promise<System> {
    const stored = await findSystem(manager, id);
    const [system] = stored ? await this.withContactNames(manager, [stored]) : [];
    if (system === undefined) throw new HubProblem('not_found');
    return system;
  }

  async find(id: string): Promise<StoredSystem | null> {
    return (await findSystem(this.dataSource.manager, id)) ?? null;
  }

  async create({ groupIds, environmentIds, ...columns }: Fields, actor: Actor): Promise<System> {
    return this.edits.run(async (manager) => {
      await this.refuseUnknownUsers(manager, columns.contacts);
      const { id } = await manager.save(SystemEntity, { ...columns, tags: [...new Set(columns.tags)] });
      await link(manager, id, { groupIds, environmentIds });
      const after = await this.read(id, manager);
      await this.edits.record(manager, actor, { thing: 'system', id, name: after.name, after: shown(after) });
      return after;
    });
  }

  async update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<System> {
    return this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { systemId: id });
      await lockForEdit(manager, SystemEntity, id, version);
      const before = await this.read(id, manager);
      await this.refuseUnknownUsers(manager, input.contacts ?? []);
      const { name, description, contacts, links, tags } = merged(before, input);
      await manager.update(SystemEntity, id, { name, description, contacts, links, tags: [...new Set(tags)] });
      await link(manager, id, input);
      const after = await this.read(id, manager);
      const change = { name: after.name, before: shown(before), after: shown(after) };
      if (await this.edits.record(manager, actor, { thing: 'system', id, ...change })) {
        await manager.update(SystemEntity, id, { updatedAt: () => 'now()', version: () => 'version + 1' });
        if (input.name !== undefined || input.environmentIds !== undefined)
          await this.placements.settle(manager, touched);
      }
      return this.read(id, manager);
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { systemId: id });
      await lockForEdit(manager, SystemEntity, id, version);
      const before = await this.read(id, manager);
      await this.dependencies.removeOf(manager, id, actor);
      await manager.delete(SystemEntity, id);
      await this.edits.record(manager, actor, { thing: 'system', id, name: before.name, before: shown(before) });
      await this.placements.settle(manager, touched);
    });
  }

  unknownOf(manager: EntityManager, ids: string[]): Promise<string[]> {
    return unknownIds(manager, SystemEntity, ids);
  }

  private async withContactNames(manager: EntityManager, systems: readonly StoredSystem[]): Promise<System[]> {
    const names = await this.users.namesOf(manager, systems.flatMap(userIdsIn));
    return systems.map((system) => ({
      ...system,
      contactUsers: userIdsIn(system).flatMap((id) => {
        const name = names.get(id);
        return name === undefined ? [] : [{ id, name }];
      }),
    }));
  }

  private async refuseUnknownUsers(manager: EntityManager, contacts: Fields['contacts']): Promise<void> {
    const [unknown] = await this.users.unknownOf(manager, userIdsIn({ contacts }));
    if (unknown === undefined) return;
    const index = contacts.findIndex((contact) => 'userId' in contact && contact.userId === unknown);
    throw invalidField(`contacts.${index}.userId`, 'There is no such user.');
  }
}

function userIdsIn({ contacts }: Pick<System, 'contacts'>): string[] {
  return contacts.flatMap((contact) => ('userId' in contact ? [contact.userId] : []));
}

/** As the audit log tells it. */
function shown({ name, description, contacts, links, tags, groups, environments }: System): object {
  const names = (things: Named[]): string[] => things.map((thing) => thing.name);
  return { name, description, contacts, links, tags, groups: names(groups), environments: names(environments) };
}

/** Puts a system into these groups and environments; the absent ones of the two stay as they are. */
async function link(
  manager: EntityManager,
  id: string,
  { groupIds, environmentIds }: Pick<Partial<Fields>, 'groupIds' | 'environmentIds'>,
): Promise<void> {
  if (groupIds) {
    if ((await unknownIds(manager, GroupEntity, groupIds)).length > 0)
      throw invalidField('groupIds', 'One of these groups does not exist.');
    await replace(manager, 'system_groups', 'group_id', id, groupIds);
  }
  if (environmentIds) {
    if ((await unknownIds(manager, EnvironmentEntity, environmentIds)).length > 0)
      throw invalidField('environmentIds', 'One of these environments does not exist.');
    await replace(manager, 'system_environments', 'environment_id', id, environmentIds);
  }
}

async function replace(
  manager: EntityManager,
  table: string,
  column: string,
  systemId: string,
  ids: string[],
): Promise<void> {
  await manager.query(`DELETE FROM ${table} WHERE system_id = $1 AND ${column} <> ALL($2)`, [systemId, ids]);
  await manager.query(
    `INSERT INTO ${table} (system_id, ${column}) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`,
    [systemId, ids],
  );
}
