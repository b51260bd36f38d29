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
  draining: boolean;
  disabled: boolean;
  online: boolean;
  release: string | null;
  hostname: string | null;
  platform: string | null;
  probeKinds: string[];
  refusedKinds: string[];
  neededKinds: string[];
  rosterConfirmed: boolean;
  lastSeenAt: Date | null;
  connectedAt: Date | null;
  sliceCount: number;
  refusedResults: number;
  supersededResults: number;
  rejectedCount: number;
  rejectedAt: Date | null;
  rejectedReason: string | null;
  gauges: SatelliteGauges | null;
  offlineToleranceSeconds: number;
  oldTokenEndsAt: Date | null;
  createdAt: Date;
  version: number;
}

const select = `
  SELECT satellites.id, satellites.name, lower(satellites.name) AS "sortName", satellites.version,
         locations.id AS "locationId", locations.name AS "locationName",
         tags, local, draining, disabled, online, release, hostname, platform, probe_kinds AS "probeKinds",
         last_seen_at AS "lastSeenAt", connected_at AS "connectedAt", created_at AS "createdAt",
         refused_results::float8 AS "refusedResults", doubled_results::float8 AS "supersededResults", gauges,
         refused_kinds AS "refusedKinds", roster_applied = roster_revision AS "rosterConfirmed",
         held.count AS "sliceCount", held.kinds AS "neededKinds",
         rejected.count AS "rejectedCount", rejected.at AS "rejectedAt", rejected.reason AS "rejectedReason",
         offline_tolerance_seconds AS "offlineToleranceSeconds",
         (SELECT max(expires_at) FROM satellite_tokens
          WHERE satellite_id = satellites.id AND expires_at > now()) AS "oldTokenEndsAt"
  FROM satellites JOIN locations ON locations.id = location_id
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS count,
           coalesce(array_agg(DISTINCT kind ORDER BY kind) FILTER (WHERE enabled AND NOT paused), '{}') AS kinds
    FROM placements JOIN slices ON slices.number = slice_number
    JOIN assignments ON assignments.id = assignment_id JOIN checks ON checks.id = check_id
    WHERE placements.satellite_id = satellites.id AND ended_at IS NULL AND retired_at IS NULL
  ) held
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS count, max(at) AS at, (array_agg(reason ORDER BY at DESC))[1] AS reason
    FROM rejected_results WHERE satellite_id = satellites.id
  ) rejected`;

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

function satelliteOf({ sortName: _, locationId, locationName, disabled, online, ...rest }: Row): Satellite {
  const { rejectedCount: count, rejectedAt: at, rejectedReason: reason, ...row } = rest;
  return {
    ...row,
    rejectedResults: { count, newest: at && reason !== null ? { at: at.toISOString(), reason } : null },
    location: { id: locationId, name: locationName },
    status: disabled ? 'disabled' : online ? 'online' : row.connectedAt === null ? 'new' : 'offline',
    outdated: row.release !== null && row.release !== hubVersion,
    hubRelease: hubVersion,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    connectedAt: row.connectedAt?.toISOString() ?? null,
    oldTokenEndsAt: row.oldTokenEndsAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
