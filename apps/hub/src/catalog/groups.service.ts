import type { Group } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { GroupEntity } from './group.entity.js';
import { selectGroups } from './group-list.js';

@Injectable()
export class Groups {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
  ) {}

  list(): Promise<Group[]> {
    return selectGroups(this.dataSource.manager);
  }

  async create({ name }: { name: string }, actor: Actor): Promise<Group> {
    return this.edits.run(async (manager) => {
      const { id } = await manager.save(GroupEntity, { name });
      await this.edits.record(manager, actor, { thing: 'group', id, name, after: { name } });
      return one(manager, id);
    });
  }

  async update(id: string, { name }: { name: string }, actor: Actor, version?: number): Promise<Group> {
    return this.edits.run(async (manager) => {
      const before = await lockForEdit(manager, GroupEntity, id, version);
      const change = { thing: 'group' as const, id, name, before: { name: before.name }, after: { name } };
      if (await this.edits.record(manager, actor, change))
        await manager.update(GroupEntity, id, { name, version: () => 'version + 1' });
      return one(manager, id);
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      const { name } = await lockForEdit(manager, GroupEntity, id, version);
      await manager.delete(GroupEntity, id);
      await this.edits.record(manager, actor, { thing: 'group', id, name, before: { name } });
    });
  }
}

async function one(manager: EntityManager, id: string): Promise<Group> {
  const [group] = await selectGroups(manager, id);
  if (group === undefined) throw new HubProblem('not_found');
  return group;
}
