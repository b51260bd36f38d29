import type { Dashboard, State } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { grouped, stateOf } from '../health/outlook-rows.js';
import { readInProgress, shownMaintenance } from '../maintenance/in-progress.js';
import { Results } from '../results/results.service.js';
import { stateNow } from '../results/slice-rows.js';
import { placeInEnvironment, placeJoins, placeName } from '../satellites/slice-places.js';

interface AttentionRow {
  systemId: string;
  systemName: string;
  systemState: number;
  systemSince: Date | null;
  systemReason: string | null;
  /** Null, as all that follows, where the system is not well because of others only. */
  assignmentId: string | null;
  checkId: string;
  checkName: string;
  checkState: number;
  checkSince: Date | null;
  checkReason: string | null;
}

interface LocationRow {
  assignmentId: string;
  name: string;
  state: number;
  reason: string | null;
}

const shownSystems = 50;
const shownChanges = 20;
/** Worst first: unhealthy, degraded, unknown. */
const worstFirst = (state: string): string => `array_position(ARRAY[2, 1, 3, 0]::smallint[], ${state})`;

/** What needs attention, over everything. */
@Injectable()
export class DashboardService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly results: Results,
  ) {}

  async read(): Promise<Dashboard> {
    const [counts] = await this.dataSource.query<[{ checks: number; total: number; online: number }]>(
      `SELECT (SELECT count(*)::int FROM checks) AS checks, count(*)::int AS total, count(*) FILTER (WHERE online)::int AS online
       FROM satellites WHERE NOT disabled`,
    );
    return {
      systems: await this.systemCounts(),
      checks: counts.checks,
      satellites: { total: counts.total, online: counts.online },
      attention: await this.attention(),
      offlineSatellites: await this.offlineSatellites(),
      recent: (await this.results.intervals({ limit: shownChanges })).items,
    };
  }

  private async systemCounts(): Promise<Record<State, number>> {
    const rows = await this.dataSource.query<{ state: number; count: number }[]>(
      'SELECT state, count(*)::int AS count FROM systems GROUP BY state',
    );
    const counts = { healthy: 0, degraded: 0, unhealthy: 0, unknown: 0 };
    for (const { state, count } of rows) counts[stateOf(state)] = count;
    return counts;
  }

  /** Systems that are not healthy, with the checks that are behind it. */
  private async attention(): Promise<Dashboard['attention']> {
    const rows = await this.dataSource.query<AttentionRow[]>(
      `WITH bad AS (
         SELECT sy.* FROM systems sy
         WHERE sy.state <> 0 AND (sy.inherited_state <> 0 OR EXISTS (
           SELECT FROM assignments a JOIN checks c ON c.id = a.check_id
           WHERE a.system_id = sy.id AND a.enabled AND NOT c.paused AND a.state <> 0
         ))
         ORDER BY ${worstFirst('sy.state')}, sy.state_since DESC NULLS LAST, sy.id LIMIT ${shownSystems}
       )
       SELECT bad.id AS "systemId", bad.name AS "systemName", bad.state AS "systemState",
         bad.state_since AS "systemSince", bad.state_reason AS "systemReason",
         a.id AS "assignmentId", c.id AS "checkId", c.name AS "checkName",
         a.state AS "checkState", a.state_since AS "checkSince", a.state_reason AS "checkReason"
       FROM bad LEFT JOIN (assignments a JOIN checks c ON c.id = a.check_id AND NOT c.paused)
         ON a.system_id = bad.id AND a.enabled AND a.state <> 0
       ORDER BY ${worstFirst('bad.state')}, bad.state_since DESC NULLS LAST, bad.id, ${worstFirst('a.state')}, lower(c.name)`,
    );
    const locations = await this.dataSource.query<LocationRow[]>(
      `SELECT s.assignment_id AS "assignmentId", ${placeInEnvironment} AS name,
         s.state, s.state_reason AS reason
       FROM slices s ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id
       WHERE s.assignment_id = ANY($1) AND s.retired_at IS NULL ORDER BY ${worstFirst('s.state')}, lower(${placeName})`,
      [rows.map(({ assignmentId }) => assignmentId)],
    );
    const maintenances = await readInProgress(this.dataSource, [...new Set(rows.map(({ systemId }) => systemId))]);
    const placesOf = grouped(locations, ({ assignmentId }) => assignmentId);
    return [...grouped(rows, ({ systemId }) => systemId).values()].map((ofSystem) => {
      const [system] = ofSystem as [AttentionRow];
      return {
        system: { id: system.systemId, name: system.systemName },
        state: stateNow(system.systemState, system.systemSince, system.systemReason),
        maintenance: shownMaintenance(maintenances.get(system.systemId)),
        checks: ofSystem.flatMap((row) =>
          row.assignmentId === null
            ? []
            : {
                id: row.checkId,
                name: row.checkName,
                state: stateNow(row.checkState, row.checkSince, row.checkReason),
                locations: (placesOf.get(row.assignmentId) ?? []).map(({ name, state, reason }) => ({
                  name,
                  state: stateOf(state),
                  reason,
                })),
              },
        ),
      };
    });
  }

  private async offlineSatellites(): Promise<Dashboard['offlineSatellites']> {
    const rows = await this.dataSource.query<{ id: string; name: string; location: string; lastSeenAt: Date | null }[]>(
      `SELECT t.id, t.name, l.name AS location, t.last_seen_at AS "lastSeenAt"
       FROM satellites t JOIN locations l ON l.id = t.location_id
       WHERE NOT t.online AND NOT t.disabled AND t.connected_at IS NOT NULL ORDER BY t.last_seen_at DESC`,
    );
    return rows.map((row) => ({ ...row, lastSeenAt: row.lastSeenAt?.toISOString() ?? null }));
  }
}
