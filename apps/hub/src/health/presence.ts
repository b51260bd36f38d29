import type { Sql } from './outlook-rows.js';

/** The watch itself was away when it did not look for this long: then nobody was watching, and nobody was silent. */
const awayAfterSeconds = 10;

/** Since when satellites have been watched without a break. To be called by every look. */
async function watchedSince(sql: Sql): Promise<Date> {
  const [row] = await sql.query<[{ since: Date }]>(
    `INSERT INTO settings (key, value) VALUES ('watch', jsonb_build_object('since', now(), 'at', now()))
     ON CONFLICT (key) DO UPDATE SET value = jsonb_build_object('at', now(), 'since',
       CASE WHEN (settings.value->>'at')::timestamptz < now() - make_interval(secs => ${awayAfterSeconds})
         THEN now() ELSE (settings.value->>'since')::timestamptz END)
     RETURNING (value->>'since')::timestamptz AS since`,
  );
  return row.since;
}

/** What people are to be told of a satellite. */
export interface PresenceNews {
  id: string;
  name: string;
  location: string;
  isOnline: boolean;
}

/**
 * Who came or went since people were told of it last: one that went, once that is no longer tolerated, even if it said
 * that it stops. The first time it comes is no news, nor is what was disabled.
 */
export function turnPresence(sql: Sql): Promise<PresenceNews[]> {
  return sql
    .query<[PresenceNews[], number]>(
      `WITH turned AS (
         SELECT s.id, s.told_online AS before FROM satellites s
         WHERE s.told_online IS DISTINCT FROM s.online AND (s.online OR s.told_online IS NOT NULL)
           AND (s.online OR s.disabled OR s.last_seen_at < now() - make_interval(secs => s.offline_tolerance_seconds))
         ORDER BY s.id FOR NO KEY UPDATE
       )
       UPDATE satellites AS s SET told_online = s.online FROM turned t, locations l
       WHERE s.id = t.id AND l.id = s.location_id
       RETURNING s.id, s.name, l.name AS location, s.online AS "isOnline", t.before IS NOT NULL AND NOT s.disabled AS "isNews"`,
    )
    .then(([rows]) => (rows as (PresenceNews & { isNews: boolean })[]).filter(({ isNews }) => isNews));
}

/**
 * Decides which satellites are online: those whose socket a living replica holds; and those that lost theirs so short
 * a time ago that it is tolerated. Answers whom that changed.
 */
export async function judgePresence(sql: Sql): Promise<string[]> {
  const since = await watchedSince(sql);
  const judged = await sql.query<{ id: string; isOnline: boolean }[]>(
    `SELECT id, "isOnline" FROM (
       SELECT s.id, s.online, NOT s.disabled AND (
         r.id IS NOT NULL
         OR s.online AND greatest(s.last_seen_at, $1) > now() - make_interval(secs => s.offline_tolerance_seconds)
       ) AS "isOnline"
       FROM satellites s LEFT JOIN replicas r ON r.id = s.replica_id AND r.lease_until > now()
     ) judged WHERE online <> "isOnline" ORDER BY id`,
    [since],
  );
  for (const { id, isOnline } of judged) {
    await sql.query(
      `UPDATE satellites SET online = $2, online_since = CASE WHEN $2 THEN coalesce(connected_at, now()) END WHERE id = $1`,
      [id, isOnline],
    );
  }
  return judged.map(({ id }) => id);
}
