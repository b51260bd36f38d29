import type { StreamCursor } from '@checkstack/link';
import type { EntityManager } from 'typeorm';

export interface StreamQuestion {
  satelliteId: string;
  streams: readonly string[];
}

export interface StreamStanding {
  /** Where the streams stand, 0 for those of which nothing is stored. */
  cursors: StreamCursor[];
  /** When the newest of the satellite's records was stored; without any, when it was enrolled. Unix milliseconds. */
  storedUntilMs: number;
}

/** What is stored of each satellite, in the order of the questions. */
export async function readStreamStandings(
  manager: EntityManager,
  questions: readonly StreamQuestion[],
): Promise<StreamStanding[]> {
  const rows = await manager.query<{ satelliteId: string; stream: string; sequence: number }[]>(
    `SELECT satellite_id AS "satelliteId", id AS stream, sequence::float8 AS sequence FROM streams
     WHERE satellite_id = ANY($1) AND id = ANY($2)`,
    [questions.map(({ satelliteId }) => satelliteId), questions.flatMap(({ streams }) => streams)],
  );
  const cursorOf = new Map(rows.map(({ satelliteId, stream, sequence }) => [`${satelliteId} ${stream}`, sequence]));
  const stored = await manager.query<{ id: string; atMs: number }[]>(
    `SELECT id, (extract(epoch FROM coalesce(
       (SELECT max(updated_at) FROM streams WHERE satellite_id = satellites.id), created_at)) * 1000)::float8 AS "atMs"
     FROM satellites WHERE id = ANY($1)`,
    [questions.map(({ satelliteId }) => satelliteId)],
  );
  const storedAt = new Map(stored.map(({ id, atMs }) => [id, atMs]));
  return questions.map(({ satelliteId, streams }) => ({
    cursors: streams.map((stream) => ({ stream, sequence: cursorOf.get(`${satelliteId} ${stream}`) ?? 0 })),
    storedUntilMs: Math.floor(storedAt.get(satelliteId) ?? 0),
  }));
}
