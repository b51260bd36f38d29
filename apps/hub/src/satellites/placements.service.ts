import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { linkLimits } from '../link/link-limits.js';
import { recordMoveGaps } from './move-gaps.js';
import { endHandovers, lockSatellites, place, raiseRevisions, readStanding } from './placement-sql.js';
import { assignmentsOnEvery, noteIdle, syncSlices, type Pools } from './slice-sql.js';

/** The assignments whose slices an edit may touch, named by what is edited. */
export type EditOf =
  | { assignmentId: string }
  | { checkId: string }
  | { systemId: string }
  | { environmentId: string }
  | { locationId: string };

export interface Touched {
  assignmentIds: string[];
  checkIds: string[];
  /** Who ran their slices before the edit. */
  satelliteIds: string[];
}

const placementLock = 7_226_003;
const idsPerNotice = 100;
const reviewAnywayAfterMs = 60_000;

const conditions: Record<string, string> = {
  assignmentId: 'id = $1',
  checkId: 'check_id = $1',
  systemId: 'system_id = $1',
  environmentId: 'system_id IN (SELECT system_id FROM system_environments WHERE environment_id = $1)',
  // Those by tag run there too, and their runs carry its name.
  locationId: `id IN (
    SELECT assignment_id FROM assignment_locations WHERE location_id = $1
    UNION SELECT assignment_id FROM placements JOIN slices ON number = slice_number
      JOIN satellites ON satellites.id = placements.satellite_id
      WHERE ended_at IS NULL AND satellites.location_id = $1)`,
};

/** Which slices there are, and which satellite runs each: rows that follow every edit in its own transaction. */
@Injectable()
export class Placements {
  private reviewed: { standing: string | null; at: number } = { standing: null, at: -Infinity };

  constructor(private readonly notices: Notices) {}

  /**
   * Comes first in the transaction of every edit that slices follow from. One at a time, over all replicas: two edits
   * that each see half would place a slice twice or not at all.
   */
  async begin(manager: EntityManager, of?: EditOf): Promise<Touched> {
    await this.lock(manager);
    const [[column, id] = []] = Object.entries<string>(of ?? {});
    if (column === undefined) return { assignmentIds: [], checkIds: [], satelliteIds: [] };
    const [touched] = await manager.query<[Touched]>(
      `WITH touched AS (SELECT id, check_id FROM assignments WHERE ${conditions[column]})
       SELECT ARRAY(SELECT id FROM touched) AS "assignmentIds",
              ARRAY(SELECT DISTINCT check_id FROM touched) AS "checkIds",
              ARRAY(SELECT DISTINCT placements.satellite_id FROM placements JOIN slices ON number = slice_number
                    WHERE (ended_at IS NULL OR held_until IS NOT NULL) AND assignment_id IN (SELECT id FROM touched)) AS "satelliteIds"`,
      [id],
    );
    // Ingest locks satellites first, then what their slices belong to; so does an edit, or the two would wait for each other.
    await lockSatellites(manager, touched.satelliteIds);
    return touched;
  }

  /**
   * Comes last: slices and placements follow what was edited, and the satellites concerned get another roster.
   * `redefined`: what the slices run is another thing now.
   */
  async settle(manager: EntityManager, touched: Touched, { redefined = false } = {}): Promise<void> {
    const { assignmentIds, checkIds, satelliteIds } = touched;
    await raiseRevisions(manager, satelliteIds);
    await syncSlices(manager, assignmentIds, { redefined });
    const moved = await place(manager, { assignmentIds });
    await recordMoveGaps(manager, moved.moves);
    await noteIdle(manager, assignmentIds);
    const gained = moved.satelliteIds.filter((id) => !satelliteIds.includes(id));
    await raiseRevisions(manager, gained);
    await this.tell(manager, [...satelliteIds, ...gained], checkIds);
  }

  /**
   * Places the slices of these pools anew, after their satellites came, went, moved, were tagged, drained or disabled. The lock
   * is held. `renamed`: satellites whose rosters are others in any case.
   */
  async placeIn(manager: EntityManager, pools: Pools, renamed: readonly string[] = []): Promise<void> {
    await this.placeAnew(manager, pools, await assignmentsOnEvery(manager, pools), renamed);
  }

  /** Once in a while: satellites may have come, gone, or been steady for long enough. Only where there is a choice. */
  async review(manager: EntityManager): Promise<void> {
    const { text, isHandingOver, ...pools } = await readStanding(manager);
    const isOld = performance.now() - this.reviewed.at > reviewAnywayAfterMs;
    const isToPlace = text !== this.reviewed.standing || isOld;
    if (!isToPlace && !isHandingOver) return;
    await this.lock(manager);
    if (isHandingOver) await this.endHandovers(manager);
    if (!isToPlace) return;
    // A replica of the release before knows nothing of satellites with slices of their own.
    await this.placeAnew(manager, pools, isOld ? await assignmentsOnEvery(manager, null) : []);
    this.reviewed = { standing: text, at: performance.now() };
  }

  /** Forgets who ran what so long ago that nobody may report it any more. */
  async forgetOld(manager: EntityManager): Promise<void> {
    await manager.query(`DELETE FROM placements WHERE ended_at < now() - make_interval(secs => $1)`, [
      (2 * linkLimits.spoolMaxAgeMs) / 1000,
    ]);
  }

  /** Waits for edits under way, here and on other replicas, and keeps others out until the transaction ends. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [placementLock]);
  }

  private async placeAnew(
    manager: EntityManager,
    pools: Pools,
    onEvery: readonly string[],
    renamed: readonly string[] = [],
  ): Promise<void> {
    const changed = onEvery.length > 0 ? await syncSlices(manager, onEvery) : [];
    const { satelliteIds, assignmentIds, moves } = await place(manager, { ...pools, assignmentIds: changed });
    await recordMoveGaps(manager, moves);
    const touched = [...new Set([...satelliteIds, ...renamed])];
    await raiseRevisions(manager, touched);
    await this.tell(manager, touched, await checksOf(manager, [...assignmentIds, ...changed]));
  }

  private async endHandovers(manager: EntityManager): Promise<void> {
    const { satelliteIds, moves } = await endHandovers(manager);
    await recordMoveGaps(manager, moves);
    await raiseRevisions(manager, satelliteIds);
    await this.tell(manager, satelliteIds, []);
  }

  private async tell(manager: EntityManager, satelliteIds: string[], checkIds: string[]): Promise<void> {
    for (const ids of inParts(satelliteIds)) await this.notices.publish('roster', { satelliteIds: ids }, manager);
    for (const ids of inParts(checkIds)) await this.notices.publish('slices', { checkIds: ids }, manager);
  }
}

async function checksOf(manager: EntityManager, assignmentIds: string[]): Promise<string[]> {
  const checks = await manager.query<{ id: string }[]>(
    'SELECT DISTINCT check_id AS id FROM assignments WHERE id = ANY($1)',
    [assignmentIds],
  );
  return checks.map(({ id }) => id);
}

function inParts(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / idsPerNotice) }, (_, part) =>
    ids.slice(part * idsPerNotice, (part + 1) * idsPerNotice),
  );
}
