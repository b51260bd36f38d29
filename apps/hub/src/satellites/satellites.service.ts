import type { Satellite, SatelliteGap, SatelliteGauges, SatelliteTag } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { hashToken } from '../access/token.js';
import { Notices } from '../cluster/notices.js';
import { together } from '../database/together.js';
import { HubProblem, invalidField } from '../problems.js';
import {
  findByTokens,
  findConnections,
  writeConnected,
  writeDisconnected,
  type AuthenticatedSatellite,
  type Connecting,
  type ConnectingSatellite,
  type Connection,
  type Disconnecting,
} from './connection-rows.js';
import { readSatelliteGaps } from './satellite-gaps.js';
import { findSatellite, listSatellites } from './satellite-list.js';

export type { AuthenticatedSatellite };

const maxSpanMs = 31 * 86_400_000;

/** The satellites as the link knows them: who they are, whose socket counts, what they report. */
@Injectable()
export class Satellites {
  // Thousands may come at once, after a restart of the hub.
  private readonly byToken = together((hashes: readonly Buffer[]) => findByTokens(this.dataSource.manager, hashes));
  private readonly connectionOf = together((ids: readonly string[]) => findConnections(this.dataSource.manager, ids));
  private readonly connect = together((connecting: readonly Connecting[]) =>
    this.tellAbout((manager) => writeConnected(manager, connecting)),
  );
  private readonly disconnect = together((gone: readonly Disconnecting[]) =>
    this.tellAbout((manager) => writeDisconnected(manager, gone)),
  );

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
  authenticate(token: string): Promise<AuthenticatedSatellite | null> {
    return this.byToken(hashToken(token));
  }

  /** The epoch to connect after, and who holds the satellite's socket now; null: there is no such satellite. */
  connection(id: string): Promise<{ epoch: number; holder: Connection | null } | null> {
    return this.connectionOf(id);
  }

  /** The socket counts from now on, under the epoch that is answered. null: somebody else connected meanwhile, or it was disabled or deleted. */
  connected(id: string, satellite: ConnectingSatellite): Promise<{ epoch: number } | null> {
    return this.connect({ id, ...satellite });
  }

  /**
   * The socket of this epoch is gone. One that said it stops is offline at once; of others that is judged after their
   * tolerance.
   */
  async disconnected(id: string, epoch: number, { hasStopped }: { hasStopped: boolean }): Promise<void> {
    await this.disconnect({ id, epoch, hasStopped });
  }

  /** A hub process tells whose sockets it holds: of others whose rows name it, the end could not be written when it came. */
  async heldBy(replicaId: string, satelliteIds: string[]): Promise<void> {
    const [lost] = await this.dataSource.query<[{ id: string }[], number]>(
      `UPDATE satellites SET process_id = NULL, replica_id = NULL WHERE replica_id = $1 AND id <> ALL($2) RETURNING id`,
      [replicaId, satelliteIds],
    );
    await this.notices.publishAll(
      'satellite',
      lost.map(({ id }) => ({ id })),
    );
  }

  /** In the transaction of the change, so that who is told finds it. */
  private tellAbout<Row extends { id: string }>(
    write: (manager: EntityManager) => Promise<(Row | null)[]>,
  ): Promise<(Row | null)[]> {
    return this.dataSource.transaction(async (manager) => {
      const rows = await write(manager);
      const changed = rows.filter((row) => row !== null);
      await this.notices.publishAll(
        'satellite',
        changed.map(({ id }) => ({ id })),
        manager,
      );
      return rows;
    });
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
