import type { Environment, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { Placements } from '../satellites/placements.service.js';
import { EnvironmentEntity } from './environment.entity.js';

type Fields = RouteInput<typeof routes.environments.create>['body'];

@Injectable()
export class Environments {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly placements: Placements,
  ) {}

  list(): Promise<Environment[]> {
    return select(this.dataSource.manager);
  }

  async find(id: string): Promise<Environment | null> {
    const [environment] = await select(this.dataSource.manager, id);
    return environment ?? null;
  }

  async create(fields: Fields, actor: Actor): Promise<Environment> {
    return this.edits.run(async (manager) => {
      const { id } = await manager.save(EnvironmentEntity, fields);
      await this.edits.record(manager, actor, { thing: 'environment', id, name: fields.name, after: fields });
      return one(manager, id);
    });
  }

  async update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<Environment> {
    return this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { environmentId: id });
      const before = fieldsOf(await lockForEdit(manager, EnvironmentEntity, id, version));
      const after = merged(before, input);
      if (await this.edits.record(manager, actor, { thing: 'environment', id, name: after.name, before, after })) {
        await manager.update(EnvironmentEntity, id, { ...after, version: () => 'version + 1' });
        await this.placements.settle(manager, touched, { redefined: input.fields !== undefined });
      }
      return one(manager, id);
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { environmentId: id });
      const before = fieldsOf(await lockForEdit(manager, EnvironmentEntity, id, version));
      await manager.delete(EnvironmentEntity, id);
      await this.edits.record(manager, actor, { thing: 'environment', id, name: before.name, before });
      await this.placements.settle(manager, touched);
    });
  }
}

function fieldsOf({ name, description, fields }: EnvironmentEntity): Fields {
  return { name, description, fields };
}

async function one(manager: EntityManager, id: string): Promise<Environment> {
  const [environment] = await select(manager, id);
  if (environment === undefined) throw new HubProblem('not_found');
  return environment;
}

async function select(manager: EntityManager, id?: string): Promise<Environment[]> {
  const rows = await manager.query<(Omit<Environment, 'createdAt'> & { createdAt: Date })[]>(
    `SELECT id, name, description, fields, created_at AS "createdAt", version,
            (SELECT count(*)::int FROM system_environments WHERE environment_id = environments.id) AS "systemCount"
     FROM environments WHERE $1::uuid IS NULL OR id = $1 ORDER BY lower(name), id`,
    [id ?? null],
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}
