// Who is connected, by the table: read and written for many satellites at once, answered in the order of the questions.
import type { EntityManager } from 'typeorm';

export interface AuthenticatedSatellite {
  id: string;
  /** Stands for it in results. */
  number: number;
  name: string;
  locationName: string;
  disabled: boolean;
}

/** Who holds a satellite's socket, by the table. */
export interface Connection {
  epoch: number;
  processId: string;
  replicaId: string;
}

export interface ConnectingSatellite {
  processId: string;
  replicaId: string;
  release: string;
  hostname: string;
  platform: string;
  probeKinds: string[];
  refusedKinds: string[];
  rosterRevision: number;
  /** The epoch of the connection that is replaced. */
  afterEpoch: number;
}

export interface Connecting extends ConnectingSatellite {
  id: string;
}

export interface Disconnecting {
  id: string;
  epoch: number;
  hasStopped: boolean;
}

export async function findByTokens(
  manager: EntityManager,
  hashes: readonly Buffer[],
): Promise<(AuthenticatedSatellite | null)[]> {
  const rows = await manager.query<(AuthenticatedSatellite & { hash: Buffer })[]>(
    `SELECT token_hash AS hash, satellites.id, number, satellites.name, locations.name AS "locationName", disabled
     FROM satellite_tokens
     JOIN satellites ON satellites.id = satellite_id
     JOIN locations ON locations.id = location_id
     WHERE token_hash = ANY($1) AND (expires_at IS NULL OR expires_at > now())`,
    [hashes],
  );
  const found = new Map(rows.map(({ hash, ...satellite }) => [hash.toString('hex'), satellite]));
  return hashes.map((hash) => found.get(hash.toString('hex')) ?? null);
}

export async function findConnections(
  manager: EntityManager,
  ids: readonly string[],
): Promise<({ epoch: number; holder: Connection | null } | null)[]> {
  const rows = await manager.query<{ id: string; epoch: number; processId: string | null; replicaId: string | null }[]>(
    `SELECT id, epoch::float8 AS epoch, process_id AS "processId", replica_id AS "replicaId" FROM satellites WHERE id = ANY($1)`,
    [ids],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = found.get(id);
    if (row === undefined) return null;
    const { epoch, processId, replicaId } = row;
    return { epoch, holder: processId === null || replicaId === null ? null : { epoch, processId, replicaId } };
  });
}

/** null: its epoch is over, or it was disabled or deleted. Of two that connect as one satellite after one epoch, one is connected. */
export async function writeConnected(
  manager: EntityManager,
  connecting: readonly Connecting[],
): Promise<({ id: string; epoch: number } | null)[]> {
  const [rows] = await manager.query<[{ id: string; epoch: number; processId: string }[], number]>(
    `WITH connecting AS (
       SELECT DISTINCT ON (c.id) c.* FROM satellites JOIN jsonb_to_recordset($1::jsonb) AS c (
         id uuid, "afterEpoch" bigint, "processId" uuid, "replicaId" uuid, release text, hostname text, platform text,
         "probeKinds" text[], "refusedKinds" text[], "rosterRevision" bigint
       ) ON satellites.id = c.id
       ORDER BY c.id
     ), locked AS (
       SELECT id FROM satellites WHERE id IN (SELECT id FROM connecting) ORDER BY id FOR NO KEY UPDATE
     )
     UPDATE satellites AS s
     SET epoch = epoch + 1, process_id = c."processId", replica_id = c."replicaId", release = c.release, hostname = c.hostname,
         platform = c.platform, probe_kinds = c."probeKinds", refused_kinds = c."refusedKinds", roster_applied = c."rosterRevision",
         roster_confirmed_at = CASE WHEN roster_revision = c."rosterRevision" THEN now() ELSE roster_confirmed_at END,
         connected_at = now(), last_seen_at = now(), online = true,
         online_since = CASE WHEN online THEN online_since ELSE now() END
     FROM connecting c JOIN locked ON locked.id = c.id
     WHERE s.id = c.id AND epoch = c."afterEpoch" AND NOT disabled
     RETURNING s.id, epoch::float8 AS epoch, s.process_id AS "processId"`,
    [JSON.stringify(connecting)],
  );
  const connected = new Map(rows.map((row) => [row.id, row]));
  return connecting.map(({ id, processId }) => {
    const row = connected.get(id);
    if (row?.processId !== processId) return null;
    connected.delete(id);
    return { id, epoch: row.epoch };
  });
}

/** null: the epoch is over. */
export async function writeDisconnected(
  manager: EntityManager,
  gone: readonly Disconnecting[],
): Promise<({ id: string } | null)[]> {
  const [rows] = await manager.query<[{ id: string }[], number]>(
    `WITH gone AS (
       SELECT satellites.id, g."hasStopped"
       FROM satellites JOIN jsonb_to_recordset($1::jsonb) AS g (id uuid, epoch bigint, "hasStopped" boolean)
         ON satellites.id = g.id AND satellites.epoch = g.epoch
       ORDER BY satellites.id FOR NO KEY UPDATE OF satellites
     )
     UPDATE satellites AS s SET process_id = NULL, replica_id = NULL, last_seen_at = now(),
       online = online AND NOT gone."hasStopped", online_since = CASE WHEN NOT gone."hasStopped" THEN online_since END
     FROM gone WHERE s.id = gone.id
     RETURNING s.id`,
    [JSON.stringify(gone)],
  );
  const told = new Map(rows.map((row) => [row.id, row]));
  return gone.map(({ id }) => told.get(id) ?? null);
}
