import type { Satellite, SatelliteGauges } from '@checkstack/api';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { hubVersion } from '../version.js';

interface Row {
  id: string;
  name: string;
  sortName: string;
  locationId: string;
  locationName: string;
  tags: string[];
  local: boolean;
  disabled: boolean;
  online: boolean;
  release: string | null;
  hostname: string | null;
  platform: string | null;
  probeKinds: string[];
  lastSeenAt: Date | null;
  connectedAt: Date | null;
  sliceCount: number;
  refusedResults: number;
  gauges: SatelliteGauges | null;
  offlineToleranceSeconds: number;
  createdAt: Date;
  version: number;
}

const select = `
  SELECT satellites.id, satellites.name, lower(satellites.name) AS "sortName", satellites.version,
         locations.id AS "locationId", locations.name AS "locationName",
         tags, local, disabled, online, release, hostname, platform, probe_kinds AS "probeKinds",
         last_seen_at AS "lastSeenAt", connected_at AS "connectedAt", created_at AS "createdAt",
         refused_results::float8 AS "refusedResults", gauges,
         offline_tolerance_seconds AS "offlineToleranceSeconds",
         (SELECT count(*)::int FROM placements JOIN slices ON number = slice_number
          WHERE placements.satellite_id = satellites.id AND ended_at IS NULL AND retired_at IS NULL) AS "sliceCount"
  FROM satellites JOIN locations ON locations.id = location_id`;

export async function findSatellite(manager: EntityManager, id: string): Promise<Satellite | undefined> {
  const [row] = await manager.query<Row[]>(`${select} WHERE satellites.id = $1`, [id]);
  return row && satelliteOf(row);
}

/** One page by name. */
export async function listSatellites(
  manager: EntityManager,
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ items: Satellite[]; next: string | null }> {
  const [name, id] = decodeCursor(after, z.tuple([z.string(), z.uuid()])) ?? [null, null];
  const rows = await manager.query<Row[]>(
    `${select} WHERE $1::text IS NULL OR (lower(satellites.name), satellites.id) > ($1, $2::uuid)
     ORDER BY lower(satellites.name), satellites.id LIMIT $3`,
    [name, id, limit + 1],
  );
  const page = pageOf(rows, limit, (row) => [row.sortName, row.id]);
  return { items: page.items.map(satelliteOf), next: page.next };
}

function satelliteOf({ sortName: _, locationId, locationName, disabled, online, ...row }: Row): Satellite {
  return {
    ...row,
    location: { id: locationId, name: locationName },
    status: disabled ? 'disabled' : online ? 'online' : row.connectedAt === null ? 'new' : 'offline',
    outdated: row.release !== null && row.release !== hubVersion,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    connectedAt: row.connectedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
