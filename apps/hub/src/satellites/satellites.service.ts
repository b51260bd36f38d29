import type { Satellite, SatelliteGap, SatelliteGauges, SatelliteTag } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { hashToken } from '../access/token.js';
import { Notices } from '../cluster/notices.js';
import { HubProblem, invalidField } from '../problems.js';
import { readSatelliteGaps } from './satellite-gaps.js';
import { findSatellite, listSatellites } from './satellite-list.js';

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

const maxSpanMs = 31 * 86_400_000;

/** The satellites as the link knows them: who they are, whose socket counts, what they report. */
@Injectable()
export class Satellites {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly notices: Notices,
  ) {}

  list(query: { after?: string | undefined; limit: number }): Promise<{ items: Satellite[]; next: string | null }> {
    return listSatellites(this.dataSource.manager, query);
  }

  /** Each with the enabled satellites that have it. */
  async tags(): Promise<SatelliteTag[]> {
    return this.dataSource.query(
      `SELECT tag, (count(*) FILTER (WHERE NOT disabled))::int AS "satelliteCount",
              (count(*) FILTER (WHERE online AND NOT disabled))::int AS "onlineCount"
       FROM satellites CROSS JOIN LATERAL unnest(tags) AS tag GROUP BY tag ORDER BY lower(tag), tag`,
    );
  }

  async read(id: string): Promise<Satellite> {
    const satellite = await findSatellite(this.dataSource.manager, id);
    if (satellite === undefined) throw new HubProblem('not_found');
    return satellite;
  }

  async gaps(
    id: string,
    { from, to }: { from: string; to: string },
  ): Promise<{ items: SatelliteGap[]; more: boolean }> {
    const spanMs = Date.parse(to) - Date.parse(from);
    if (spanMs <= 0) throw invalidField('to', 'It must lie after `from`.');
    if (spanMs > maxSpanMs) throw invalidField('from', 'A span is at most 31 days long.');
    const gaps = await readSatelliteGaps(this.dataSource.manager, id, { from, to });
    if (gaps === null) throw new HubProblem('not_found');
    return gaps;
  }

  /** What a list of satellites shows of these as it changes; those that are gone are left out. */
  async statuses(ids: string[]): Promise<Pick<Satellite, 'id' | 'status' | 'rosterConfirmed' | 'gauges'>[]> {
    return this.dataSource.query(
      `SELECT id, gauges, roster_applied = roster_revision AS "rosterConfirmed", CASE WHEN disabled THEN 'disabled' WHEN online THEN 'online'
         WHEN connected_at IS NULL THEN 'new' ELSE 'offline' END AS status
       FROM satellites WHERE id = ANY($1)`,
      [ids],
    );
  }

  /** null: the token is unknown, revoked, or its overlap is over. */
  async authenticate(token: string): Promise<AuthenticatedSatellite | null> {
    const [satellite] = await this.dataSource.query<AuthenticatedSatellite[]>(
      `SELECT satellites.id, number, satellites.name, locations.name AS "locationName", disabled
       FROM satellite_tokens
       JOIN satellites ON satellites.id = satellite_id
       JOIN locations ON locations.id = location_id
       WHERE token_hash = $1 AND (expires_at IS NULL OR expires_at > now())`,
      [hashToken(token)],
    );
    return satellite ?? null;
  }

  /** The epoch to connect after, and who holds the satellite's socket now; null: there is no such satellite. */
  async connection(id: string): Promise<{ epoch: number; holder: Connection | null } | null> {
    const [row] = await this.dataSource.query<{ epoch: number; processId: string | null; replicaId: string | null }[]>(
      `SELECT epoch::float8 AS epoch, process_id AS "processId", replica_id AS "replicaId" FROM satellites WHERE id = $1`,
      [id],
    );
    if (row === undefined) return null;
    const { epoch, processId, replicaId } = row;
    return { epoch, holder: processId === null || replicaId === null ? null : { epoch, processId, replicaId } };
  }

  /** The socket counts from now on, under the epoch that is answered. null: somebody else connected meanwhile, or it was disabled or deleted. */
  async connected(id: string, satellite: ConnectingSatellite): Promise<{ epoch: number } | null> {
    const [[row]] = await this.dataSource.query<[{ epoch: number }[], number]>(
      `UPDATE satellites
       SET epoch = epoch + 1, process_id = $3, replica_id = $4, release = $5, hostname = $6, platform = $7, probe_kinds = $8,
           refused_kinds = $9, roster_applied = $10,
           roster_confirmed_at = CASE WHEN roster_revision = $10 THEN now() ELSE roster_confirmed_at END,
           connected_at = now(), last_seen_at = now(), online = true,
           online_since = CASE WHEN online THEN online_since ELSE now() END
       WHERE id = $1 AND epoch = $2 AND NOT disabled
       RETURNING epoch::float8 AS epoch`,
      [
        id,
        satellite.afterEpoch,
        satellite.processId,
        satellite.replicaId,
        satellite.release,
        satellite.hostname,
        satellite.platform,
        satellite.probeKinds,
        satellite.refusedKinds,
        satellite.rosterRevision,
      ],
    );
    if (row === undefined) return null;
    await this.notices.publish('satellite', { id });
    return row;
  }

  /**
   * The socket of this epoch is gone. One that said it stops is offline at once; of others that is judged after their
   * tolerance.
   */
  async disconnected(id: string, epoch: number, { hasStopped }: { hasStopped: boolean }): Promise<void> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE satellites SET process_id = NULL, replica_id = NULL, last_seen_at = now(),
         online = online AND NOT $3, online_since = CASE WHEN NOT $3 THEN online_since END
       WHERE id = $1 AND epoch = $2`,
      [id, epoch, hasStopped],
    );
    if (count > 0) await this.notices.publish('satellite', { id });
  }

  /** A hub process tells whose sockets it holds: of others whose rows name it, the end could not be written when it came. */
  async heldBy(replicaId: string, satelliteIds: string[]): Promise<void> {
    const [lost] = await this.dataSource.query<[{ id: string }[], number]>(
      `UPDATE satellites SET process_id = NULL, replica_id = NULL WHERE replica_id = $1 AND id <> ALL($2) RETURNING id`,
      [replicaId, satelliteIds],
    );
    for (const { id } of lost) await this.notices.publish('satellite', { id });
  }

  /** It holds this roster from now on. */
  async confirmed(id: string, epoch: number, rosterRevision: number): Promise<void> {
    const [, count] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE satellites SET roster_applied = $3,
         roster_confirmed_at = CASE WHEN roster_revision = $3 THEN now() ELSE roster_confirmed_at END
       WHERE id = $1 AND epoch = $2 AND roster_applied <> $3`,
      [id, epoch, rosterRevision],
    );
    if (count > 0) await this.notices.publish('gauges', { ids: [id] });
  }

  /** Under which epoch the socket of each counts, and which roster is to be held; those that are gone are left out. */
  async standings(ids: string[]): Promise<Map<string, { epoch: number; rosterRevision: number }>> {
    const rows = await this.dataSource.query<{ id: string; epoch: number; rosterRevision: number }[]>(
      `SELECT id, epoch::float8 AS epoch, roster_revision::float8 AS "rosterRevision" FROM satellites WHERE id = ANY($1)`,
      [ids],
    );
    return new Map(rows.map(({ id, ...standing }) => [id, standing]));
  }

  /** Signs of life, together. Those of a connection that does not count any more change nothing. */
  async seen(signs: { id: string; epoch: number; gauges: SatelliteGauges | null }[]): Promise<void> {
    if (signs.length === 0) return;
    await this.dataSource.query(
      // Locked in id order, as everybody does.
      `WITH counting AS (
         SELECT satellites.id, sign.gauges
         FROM satellites JOIN jsonb_to_recordset($1::jsonb) AS sign (id uuid, epoch bigint, gauges jsonb)
           ON satellites.id = sign.id AND satellites.epoch = sign.epoch
         ORDER BY satellites.id FOR NO KEY UPDATE OF satellites
       )
       UPDATE satellites SET last_seen_at = now(), gauges = coalesce(counting.gauges, satellites.gauges)
       FROM counting WHERE satellites.id = counting.id`,
      [JSON.stringify(signs)],
    );
  }
}
