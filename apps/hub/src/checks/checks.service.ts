import { randomUUID } from 'node:crypto';
import type { Check, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged, unknownIds } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { Placements } from '../satellites/placements.service.js';
import { CheckEntity } from './check.entity.js';
import { findCheck, listChecks } from './check-list.js';
import type { StoredDefinition } from './definition.js';
import { bindingOf, Definitions, redactDefinition } from './definitions.service.js';
import { refuseBadSchedule } from './schedule.js';

type Fields = RouteInput<typeof routes.checks.create>['body'];

/** What a slice is made of: a change of these reaches satellites. */
const carried = ['name', 'config', 'collectors', 'schedule', 'timeoutMs', 'paused'] as const satisfies (keyof Fields)[];

@Injectable()
export class Checks {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly definitions: Definitions,
    private readonly placements: Placements,
  ) {}

  list(query: RouteInput<typeof routes.checks.list>['query']): Promise<{ items: Check[]; next: string | null }> {
    return listChecks(this.dataSource.manager, query);
  }

  async read(id: string, manager: EntityManager = this.dataSource.manager): Promise<Check> {
    const check = await findCheck(manager, id);
    if (check === undefined) throw new HubProblem('not_found');
    return check;
  }

  async create(input: Fields, actor: Actor): Promise<Check> {
    refuseBadSchedule(input.schedule);
    const id = randomUUID();
    const fields = { ...input, tags: [...new Set(input.tags)], ...this.definitions.enter(input, null, bindingOf(id)) };
    return this.edits.run(async (manager) => {
      await manager.save(CheckEntity, { id, ...fields });
      await this.edits.record(manager, actor, { thing: 'check', id, name: fields.name, after: fields });
      return this.read(id, manager);
    });
  }

  async update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<Check> {
    if (input.schedule) refuseBadSchedule(input.schedule);
    return this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { checkId: id });
      const before = fieldsOf(await lockForEdit(manager, CheckEntity, id, version));
      if (input.kind !== undefined && input.kind !== before.kind)
        throw invalidField('kind', 'The kind of a check stays: make a new check for another kind.');
      const after = merged(before, { ...input, tags: input.tags && [...new Set(input.tags)] });
      if (input.config !== undefined || input.collectors !== undefined) {
        const entered = merged(redactDefinition(before), { config: input.config, collectors: input.collectors });
        const stored = { definition: before, binding: bindingOf(id) };
        Object.assign(
          after,
          this.definitions.enter({ ...entered, timeoutMs: after.timeoutMs }, stored, stored.binding),
        );
      }
      if (await this.edits.record(manager, actor, { thing: 'check', id, name: after.name, before, after })) {
        await manager.save(CheckEntity, { id, ...after });
        await manager.update(CheckEntity, id, { updatedAt: () => 'now()', version: () => 'version + 1' });
        if (carried.some((field) => input[field] !== undefined))
          await this.placements.settle(manager, touched, { redefined: true });
      }
      return this.read(id, manager);
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { checkId: id });
      const before = fieldsOf(await lockForEdit(manager, CheckEntity, id, version));
      await manager.delete(CheckEntity, id);
      await this.edits.record(manager, actor, { thing: 'check', id, name: before.name, before });
      await this.placements.settle(manager, touched);
    });
  }

  unknownOf(manager: EntityManager, ids: string[]): Promise<string[]> {
    return unknownIds(manager, CheckEntity, ids);
  }

  /** What the check runs and its name, secrets sealed; null: there is no such check. */
  async findDefinition(id: string): Promise<(StoredDefinition & { name: string }) | null> {
    const check = await this.dataSource.manager.findOneBy(CheckEntity, { id });
    return check && { name: check.name, definition: fieldsOf(check), binding: bindingOf(id) };
  }
}

function fieldsOf(check: CheckEntity): Fields {
  const { name, kind, config, collectors, schedule, timeoutMs, paused, tags } = check;
  return { name, kind, config, collectors, schedule, timeoutMs, paused, tags };
}
