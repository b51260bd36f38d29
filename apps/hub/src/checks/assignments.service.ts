import type { Assignment, routes, RouteInput, Thresholds } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../actor.js';
import { Systems } from '../catalog/systems.service.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { Locations } from '../satellites/locations.service.js';
import { Placements } from '../satellites/placements.service.js';
import { AssignmentEntity } from './assignment.entity.js';
import { findAssignment, listAssignments } from './assignment-list.js';
import { Checks } from './checks.service.js';
import { risingRetention } from './retention.js';

type Create = RouteInput<typeof routes.assignments.create>['body'];
type Fields = Omit<Create, 'checkId' | 'systemId'>;

@Injectable()
export class Assignments {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
    private readonly checks: Checks,
    private readonly systems: Systems,
    private readonly locations: Locations,
    private readonly placements: Placements,
  ) {}

  list(
    query: RouteInput<typeof routes.assignments.list>['query'],
  ): Promise<{ items: Assignment[]; next: string | null }> {
    return listAssignments(this.dataSource.manager, query);
  }

  async create({ checkId, systemId, ...input }: Create, actor: Actor): Promise<Assignment> {
    return this.edits.run(async (manager) => {
      await this.placements.begin(manager);
      if ((await this.checks.unknownOf(manager, [checkId])).length > 0)
        throw invalidField('checkId', 'There is no such check.');
      if ((await this.systems.unknownOf(manager, [systemId])).length > 0)
        throw invalidField('systemId', 'There is no such system.');
      if (await manager.existsBy(AssignmentEntity, { checkId, systemId }))
        throw new HubProblem('already_exists', {
          detail: 'The check is attached to this system already.',
          fields: [{ path: 'systemId', message: 'The check is attached to this system already.' }],
        });
      const environments = await this.chosen(manager, input.environments, systemId);
      const { locationIds, satelliteTags, thresholds, ...columns } = { ...input, environments };
      const { id } = await manager.save(AssignmentEntity, {
        checkId,
        systemId,
        ...columns,
        ...thresholdColumns(thresholds),
        ...risingRetention(columns),
      });
      await this.locate(manager, id, { locationIds, satelliteTags });
      const after = await located(manager, id);
      await this.edits.record(manager, actor, { thing: 'assignment', id, name: nameOf(after), after: shown(after) });
      await this.placements.settle(manager, { assignmentIds: [id], checkIds: [checkId], satelliteIds: [] });
      return read(manager, id);
    });
  }

  async update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<Assignment> {
    return this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { assignmentId: id });
      await lockForEdit(manager, AssignmentEntity, id, version);
      const before = await read(manager, id);
      const { locationIds, satelliteTags, ...columns } = input;
      if (columns.environments)
        columns.environments = await this.chosen(manager, columns.environments, before.systemId);
      const { enabled, thresholds, quorum, satellites, environments, confirm } = merged(before, columns);
      await manager.update(AssignmentEntity, id, {
        enabled,
        ...thresholdColumns(thresholds),
        quorum,
        satellites,
        environments,
        confirm,
        ...risingRetention(columns, before),
      });
      await this.locate(manager, id, { locationIds, satelliteTags });
      const after = await located(manager, id);
      const change = { name: nameOf(after), before: shown(before), after: shown(after) };
      if (await this.edits.record(manager, actor, { thing: 'assignment', id, ...change })) {
        await manager.update(AssignmentEntity, id, { version: () => 'version + 1' });
        await this.placements.settle(manager, touched, { redefined: after.enabled && !before.enabled });
      }
      return read(manager, id);
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      const touched = await this.placements.begin(manager, { assignmentId: id });
      await lockForEdit(manager, AssignmentEntity, id, version);
      const before = await read(manager, id);
      await manager.delete(AssignmentEntity, id);
      await this.edits.record(manager, actor, { thing: 'assignment', id, name: nameOf(before), before: shown(before) });
      await this.placements.settle(manager, touched);
    });
  }

  /** Where it runs from now on; what is left out stays. */
  private async locate(
    manager: EntityManager,
    id: string,
    { locationIds, satelliteTags }: { [Field in 'locationIds' | 'satelliteTags']: string[] | undefined },
  ): Promise<void> {
    if (locationIds) await this.setLocations(manager, id, locationIds);
    if (!satelliteTags) return;
    await manager.query('DELETE FROM assignment_tags WHERE assignment_id = $1 AND tag <> ALL($2)', [id, satelliteTags]);
    await manager.query(
      'INSERT INTO assignment_tags (assignment_id, tag) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING',
      [id, satelliteTags],
    );
  }

  private async setLocations(manager: EntityManager, id: string, locationIds: string[]): Promise<void> {
    if ((await this.locations.unknownOf(manager, locationIds)).length > 0)
      throw invalidField('locationIds', 'One of these locations does not exist.');
    await manager.query('DELETE FROM assignment_locations WHERE assignment_id = $1 AND location_id <> ALL($2)', [
      id,
      locationIds,
    ]);
    await manager.query(
      `INSERT INTO assignment_locations (assignment_id, location_id) SELECT $1, unnest($2::uuid[]) ON CONFLICT DO NOTHING`,
      [id, locationIds],
    );
  }

  private async chosen(
    manager: EntityManager,
    environments: Fields['environments'],
    systemId: string,
  ): Promise<Fields['environments']> {
    if (environments.mode !== 'chosen') return environments;
    const { environmentIds } = await this.systems.read(systemId, manager);
    const ids = [...new Set(environments.ids)].sort();
    if (ids.some((id) => !environmentIds.includes(id)))
      throw invalidField('environments.ids', 'Choose among the environments of the system.');
    return { mode: 'chosen', ids };
  }
}

/** The release before knows only runs in a row: the window stands apart. */
function thresholdColumns({ window, ...thresholds }: Thresholds): Pick<AssignmentEntity, 'thresholds' | 'window'> {
  return { thresholds, window: window ?? null };
}

/** As the audit log tells it. */
function shown(assignment: Assignment): object {
  const { enabled, thresholds, quorum, satelliteTags, satellites, environments, confirm } = assignment;
  const { retentionDays, hourlyRetentionDays, dailyRetentionDays } = assignment;
  const locations = assignment.locations.map(({ name }) => name);
  const kept = { retentionDays, hourlyRetentionDays, dailyRetentionDays };
  return { enabled, thresholds, quorum, locations, satelliteTags, satellites, environments, confirm, ...kept };
}

function nameOf({ check, system }: Assignment): string {
  return `${check.name} on ${system.name}`;
}

/** Refused when it runs nowhere. */
async function located(manager: EntityManager, id: string): Promise<Assignment> {
  const assignment = await read(manager, id);
  if (assignment.locations.length + assignment.satelliteTags.length === 0)
    throw invalidField('locationIds', 'Choose at least one location or tag.');
  return assignment;
}

async function read(manager: EntityManager, id: string): Promise<Assignment> {
  const assignment = await findAssignment(manager, id);
  if (assignment === undefined) throw new HubProblem('not_found');
  return assignment;
}
