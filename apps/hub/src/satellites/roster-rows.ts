// What a roster is made from, read in one snapshot.
import type { Schedule } from '@checkstack/api';
import type { DataSource, EntityManager } from 'typeorm';
import type { Definition } from '../checks/definition.js';

export interface RosterRows {
  revision: number;
  location: string;
  slices: SliceRow[];
  checks: Map<string, CheckRow>;
  systemNames: Map<string, string>;
  environments: Map<string, EnvironmentRow>;
}

export interface SliceRow {
  id: string;
  checkId: string;
  systemId: string;
  environmentId: string | null;
  /** Whether a first failure is confirmed at once. */
  confirm: boolean;
  /** Since when this satellite is to run it as it is. */
  changedAt: Date;
}

export interface CheckRow extends Definition {
  id: string;
  name: string;
  schedule: Schedule;
}

export interface EnvironmentRow {
  id: string;
  name: string;
  fields: Record<string, string>;
}

/** Of each satellite, in the order of the ids; null: there is no such satellite. */
export async function readRosterRows(
  dataSource: DataSource,
  satelliteIds: readonly string[],
): Promise<(RosterRows | null)[]> {
  return dataSource.transaction('REPEATABLE READ', async (manager) => {
    const satellites = await byId<{ id: string; revision: number; location: string }>(
      manager,
      `SELECT satellites.id, roster_revision::float8 AS revision, locations.name AS location
       FROM satellites JOIN locations ON locations.id = location_id WHERE satellites.id = ANY($1)`,
      satelliteIds,
    );
    const slices = await manager.query<(SliceRow & { satelliteId: string })[]>(
      // Of a slice that came back while it was handed over, the newer placement counts.
      `SELECT DISTINCT ON (placements.satellite_id, slices.id) placements.satellite_id AS "satelliteId", slices.id,
              check_id AS "checkId", system_id AS "systemId", environment_id AS "environmentId", confirm,
              greatest(slices.changed_at, placed_at) AS "changedAt"
       FROM placements
       JOIN slices ON number = slice_number
       JOIN assignments ON assignments.id = assignment_id
       JOIN checks ON checks.id = check_id
       WHERE placements.satellite_id = ANY($1) AND (ended_at IS NULL OR held_until IS NOT NULL)
         AND retired_at IS NULL AND enabled AND NOT paused
       ORDER BY placements.satellite_id, slices.id, ended_at DESC NULLS FIRST`,
      [satelliteIds],
    );
    const checks = await byId<CheckRow>(
      manager,
      'SELECT id, name, kind, config, collectors, schedule, timeout_ms AS "timeoutMs" FROM checks WHERE id = ANY($1)',
      slices.map((slice) => slice.checkId),
    );
    const systems = await byId<{ id: string; name: string }>(
      manager,
      'SELECT id, name FROM systems WHERE id = ANY($1)',
      slices.map((slice) => slice.systemId),
    );
    const environments = await byId<EnvironmentRow>(
      manager,
      'SELECT id, name, fields FROM environments WHERE id = ANY($1)',
      slices.flatMap((slice) => slice.environmentId ?? []),
    );
    const systemNames = new Map(Array.from(systems.values(), ({ id, name }) => [id, name]));
    const slicesOf = new Map(satelliteIds.map((id): [string, SliceRow[]] => [id, []]));
    for (const { satelliteId, ...slice } of slices) slicesOf.get(satelliteId)?.push(slice);
    return satelliteIds.map((id) => {
      const satellite = satellites.get(id);
      if (satellite === undefined) return null;
      return { ...satellite, slices: slicesOf.get(id) ?? [], checks, systemNames, environments };
    });
  });
}

async function byId<Row extends { id: string }>(
  manager: EntityManager,
  sql: string,
  ids: readonly string[],
): Promise<Map<string, Row>> {
  const rows = await manager.query<Row[]>(sql, [[...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row]));
}
