// What a satellite could not deliver, told as an operator would: an outage is one line, however many slices it met.
import type { SatelliteGap } from '@checkstack/api';
import type { EntityManager } from 'typeorm';

interface Row extends Omit<SatelliteGap, 'from' | 'to'> {
  from: Date;
  to: Date;
}

/** Lines beyond are the oldest. */
const maxLines = 200;
const checksNamed = 3;
/** Gaps of the same reason that lie this close are one. */
const near = `interval '1 minute'`;

/**
 * Grouped by reason and time. A result that is stored after all counts, so only what it leaves is missing. What the hub
 * assumed of a satellite that was away yields to what the satellite itself declares. null: there is no such satellite.
 */
export async function readSatelliteGaps(
  manager: EntityManager,
  id: string,
  { from, to }: { from: string; to: string },
): Promise<{ items: SatelliteGap[]; more: boolean } | null> {
  const [satellite] = await manager.query<{ number: number }[]>('SELECT number FROM satellites WHERE id = $1', [id]);
  if (satellite === undefined) return null;
  const rows = await manager.query<Row[]>(
    `WITH own AS MATERIALIZED (
       SELECT * FROM gaps WHERE satellite_number = $1 AND to_slot >= $2 AND from_slot <= $3
     ),
     missing AS (
       SELECT own.*, own.count - stored.count AS runs FROM own CROSS JOIN LATERAL (
         SELECT count(*) FROM results
         WHERE slice_number = own.slice_number AND attempt = 0 AND slot BETWEEN own.from_slot AND own.to_slot
       ) stored
       WHERE own.count > stored.count AND (own.reason <> 'satellite_offline' OR NOT EXISTS (
         SELECT FROM own other WHERE other.slice_number = own.slice_number AND other.reason <> own.reason
           AND other.from_slot <= own.from_slot AND other.to_slot >= own.to_slot))
     ),
     begun AS (
       SELECT *, coalesce(from_slot > max(to_slot) OVER (
         PARTITION BY reason ORDER BY from_slot, slice_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
       ) + ${near}, true) AS is_first FROM missing
     ),
     lines AS (
       SELECT *, count(*) FILTER (WHERE is_first) OVER (
         PARTITION BY reason ORDER BY from_slot, slice_number ROWS UNBOUNDED PRECEDING
       ) AS line FROM begun
     )
     SELECT min(from_slot) AS "from", max(to_slot) AS "to", lines.reason, sum(runs)::float8 AS runs,
       count(DISTINCT slice_number)::int AS slices, count(DISTINCT check_id)::int AS "checkCount",
       to_json((array_agg(DISTINCT jsonb_build_object('id', checks.id, 'name', checks.name)))[1:${checksNamed}]) AS checks
     FROM lines JOIN slices ON number = slice_number
     JOIN assignments ON assignments.id = assignment_id JOIN checks ON checks.id = check_id
     GROUP BY lines.reason, line ORDER BY max(to_slot) DESC, lines.reason LIMIT $4`,
    [satellite.number, from, to, maxLines + 1],
  );
  return { items: rows.slice(0, maxLines).map(gapOf), more: rows.length > maxLines };
}

function gapOf({ from, to, ...row }: Row): SatelliteGap {
  return { ...row, from: from.toISOString(), to: to.toISOString() };
}
