import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Notices } from '../cluster/notices.js';
import { linkLimits } from '../link/link-limits.js';
import { recordMoveGaps } from './move-gaps.js';
import { lockSatellites, place, raiseRevisions, steady, syncSlices } from './placement-sql.js';

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
  locationId: 'id IN (SELECT assignment_id FROM assignment_locations WHERE location_id = $1)',
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
                    WHERE ended_at IS NULL AND assignment_id IN (SELECT id FROM touched)) AS "satelliteIds"`,
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
    await syncSlices(manager, assignmentIds, redefined);
    const moved = await place(manager, { assignmentIds });
    await recordMoveGaps(manager, moved.moves);
    const gained = moved.satelliteIds.filter((id) => !satelliteIds.includes(id));
    await raiseRevisions(manager, gained);
    await this.tell(manager, [...satelliteIds, ...gained], checkIds);
  }

  /** Places the slices of these locations anew, after their satellites came, went, moved or were disabled. The lock is held. */
  async placeIn(manager: EntityManager, locationIds: string[]): Promise<void> {
    const { satelliteIds, checkIds, moves } = await place(manager, { locationIds });
    await recordMoveGaps(manager, moves);
    await raiseRevisions(manager, satelliteIds);
    await this.tell(manager, satelliteIds, checkIds);
  }

  /** Once in a while: satellites may have come, gone, or been steady for long enough. Only where there is a choice. */
  async review(manager: EntityManager): Promise<void> {
    const [standing] = await manager.query<[{ locationIds: string[]; text: string | null }]>(
      `SELECT ARRAY(SELECT location_id FROM satellites WHERE NOT disabled GROUP BY location_id HAVING count(*) > 1) AS "locationIds",
              string_agg(id || ' ' || online || ' ' || (online_since < now() - ${steady}), ',' ORDER BY id) AS text
       FROM satellites WHERE NOT disabled`,
    );
    const isOld = performance.now() - this.reviewed.at > reviewAnywayAfterMs;
    if (standing.locationIds.length === 0 || (standing.text === this.reviewed.standing && !isOld)) return;
    await this.lock(manager);
    await this.placeIn(manager, standing.locationIds);
    this.reviewed = { standing: standing.text, at: performance.now() };
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

  private async tell(manager: EntityManager, satelliteIds: string[], checkIds: string[]): Promise<void> {
    for (const ids of inParts(satelliteIds)) await this.notices.publish('roster', { satelliteIds: ids }, manager);
    for (const ids of inParts(checkIds)) await this.notices.publish('slices', { checkIds: ids }, manager);
  }
}

function inParts(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / idsPerNotice) }, (_, part) =>
    ids.slice(part * idsPerNotice, (part + 1) * idsPerNotice),
  );
}
