import type { Location } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, unknownIds } from '../edits/rows.js';
import { HubProblem } from '../problems.js';
import { LocationEntity } from './location.entity.js';
import { Placements } from './placements.service.js';

@Injectable()
export class Locations {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly placements: Placements,
  ) {}

  list(): Promise<Location[]> {
    return select(this.dataSource.manager);
  }

  async find(id: string): Promise<Location | null> {
    const [location] = await select(this.dataSource.manager, id);
    return location ?? null;
  }

  async create(input: { name: string }, actor: Actor): Promise<Location> {
    return this.edits.run(async (manager) => one(manager, await this.add(manager, input.name, actor)));
  }

  async update(id: string, { name }: { name: string }, actor: Actor, version?: number): Promise<Location> {
    return this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { locationId: id });
      const before = await lockForEdit(manager, LocationEntity, id, version);
      const change = { thing: 'location' as const, id, name, before: { name: before.name }, after: { name } };
      if (await this.edits.record(manager, actor, change)) {
        await manager.update(LocationEntity, id, { name, version: () => 'version + 1' });
        await this.placements.settle(manager, touched);
      }
      return one(manager, id);
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      await this.placements.begin(manager);
      const { name } = await lockForEdit(manager, LocationEntity, id, version);
      await refuseIfUsed(manager, id);
      await manager.delete(LocationEntity, id);
      await this.edits.record(manager, actor, { thing: 'location', id, name, before: { name } });
    });
  }

  /** The ids that name no location; the others stay until the transaction ends. */
  unknownOf(manager: EntityManager, ids: string[]): Promise<string[]> {
    return unknownIds(manager, LocationEntity, ids);
  }

  /** The location of that name, made when it is new. The placement lock is held. */
  async named(manager: EntityManager, name: string, actor: Actor): Promise<string> {
    const [row] = await manager.query<{ id: string }[]>('SELECT id FROM locations WHERE lower(name) = lower($1)', [
      name,
    ]);
    return row?.id ?? this.add(manager, name, actor);
  }

  private async add(manager: EntityManager, name: string, actor: Actor): Promise<string> {
    const { id } = await manager.save(LocationEntity, { name });
    await this.edits.record(manager, actor, { thing: 'location', id, name, after: { name } });
    return id;
  }
}

async function refuseIfUsed(manager: EntityManager, id: string): Promise<void> {
  const [used] = await manager.query<[{ satellites: number; assignments: number }]>(
    `SELECT (SELECT count(*)::int FROM satellites WHERE location_id = $1) AS satellites,
            (SELECT count(*)::int FROM assignment_locations WHERE location_id = $1) AS assignments`,
    [id],
  );
  if (used.satellites > 0)
    throw new HubProblem('in_use', { detail: 'It still has satellites: move or delete them first.' });
  if (used.assignments > 0)
    throw new HubProblem('in_use', { detail: 'Checks still run from it: take it out of their locations first.' });
}

async function one(manager: EntityManager, id: string): Promise<Location> {
  const [location] = await select(manager, id);
  if (location === undefined) throw new HubProblem('not_found');
  return location;
}

function select(manager: EntityManager, id?: string): Promise<Location[]> {
  return manager.query<Location[]>(
    `SELECT locations.id, locations.name, locations.version, count(satellites.id)::int AS "satelliteCount",
            (count(satellites.id) FILTER (WHERE online AND NOT disabled))::int AS "onlineCount"
     FROM locations LEFT JOIN satellites ON location_id = locations.id
     WHERE $1::uuid IS NULL OR locations.id = $1
     GROUP BY locations.id ORDER BY lower(locations.name), locations.id`,
    [id ?? null],
  );
}
