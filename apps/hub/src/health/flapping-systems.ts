import type { Sql } from './outlook-rows.js';

/** Those of the systems whose trouble comes from nothing but checks that flap. */
export async function flappingSystems(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }[]>(
    `SELECT a.system_id AS id FROM assignments a JOIN checks c ON c.id = a.check_id
     WHERE a.system_id = ANY($1) AND a.enabled AND NOT c.paused AND a.state IN (1, 2)
     GROUP BY a.system_id
     HAVING bool_and(EXISTS (SELECT FROM slices s WHERE s.assignment_id = a.id AND s.retired_at IS NULL AND s.flapping_since IS NOT NULL))`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

export interface FlappingSlice {
  sliceId: string;
  systemId: string;
  systemName: string;
  checkName: string;
  /** Whether any check on the system flaps. */
  isSystemFlapping: boolean;
}

/** To which systems slices belong that began or ceased to flap. */
export function readFlapping(sql: Sql, sliceIds: readonly string[]): Promise<FlappingSlice[]> {
  return sql.query<FlappingSlice[]>(
    `SELECT s.id AS "sliceId", y.id AS "systemId", y.name AS "systemName", c.name AS "checkName",
       EXISTS (SELECT FROM slices o JOIN assignments b ON b.id = o.assignment_id
               WHERE b.system_id = y.id AND o.flapping_since IS NOT NULL AND o.retired_at IS NULL) AS "isSystemFlapping"
     FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
     JOIN systems y ON y.id = a.system_id WHERE s.id = ANY($1)`,
    [sliceIds],
  );
}
