import type { Sql } from './outlook-rows.js';

export interface FlappingChange {
  /** The slice's number. */
  slice: number;
  assignmentId: string;
  isFlapping: boolean;
  atMs: number;
}

/** Notes that slices, locked by the caller, began or ceased to flap, with an event each. */
export async function writeFlapping(sql: Sql, changes: readonly FlappingChange[]): Promise<void> {
  if (changes.length === 0) return;
  await sql.query(
    `WITH turned AS (
       UPDATE slices AS s SET flapping_since = CASE WHEN c.flapping THEN c.at END
       FROM unnest($1::integer[], $2::boolean[], $3::timestamptz[]) AS c (number, flapping, at)
       WHERE s.number = c.number AND (s.flapping_since IS NOT NULL) <> c.flapping RETURNING s.id, c.flapping, c.at
     )
     INSERT INTO events (type, subject_kind, subject_id, payload)
     SELECT 'flapping', 'slice', id, jsonb_build_object('flapping', flapping, 'since', at) FROM turned`,
    [
      changes.map(({ slice }) => slice),
      changes.map(({ isFlapping }) => isFlapping),
      changes.map(({ atMs }) => new Date(atMs)),
    ],
  );
}
