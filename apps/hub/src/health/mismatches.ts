// Compares every stored state with what it should be; level-triggered, so that no lost notice leaves a wrong state behind.
import { placeInEnvironment, placeJoins, placeName } from '../satellites/slice-places.js';
import { judge } from './blindness.js';
import {
  grouped,
  noParts,
  partOutlook,
  readParts,
  sliceOutlook,
  stateOf,
  type SliceStateRow,
  type Sql,
  type StateRow,
} from './outlook-rows.js';
import { rollUpParts, rollUpSlices } from './roll-up.js';
import { differs, type SliceChange, type Touched } from './transitions.js';

export interface JudgedRow extends SliceStateRow {
  isPaused: boolean;
  isEnabled: boolean;
  location: string;
  tag: string | null;
  satellite: string | null;
  isDisabled: boolean | null;
  isOnline: boolean | null;
}

/** The slices of these assignments, or all, with what decides whether anybody watches them. */
export function readSurroundings(sql: Sql, assignmentIds: readonly string[] | null): Promise<JudgedRow[]> {
  return sql.query<JudgedRow[]>(
    `SELECT s.number, s.id, s.assignment_id AS "assignmentId", ${placeName} AS location, s.tag,
       ${placeInEnvironment} AS place,
       s.state, s.state_reason AS "stateReason", s.state_since AS "stateSince",
       c.paused AS "isPaused", a.enabled AS "isEnabled",
       t.name AS satellite, t.disabled AS "isDisabled", t.online AS "isOnline"
     FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
     ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id
     LEFT JOIN placements p ON p.slice_number = s.number AND p.ended_at IS NULL
     LEFT JOIN satellites t ON t.id = p.satellite_id
     WHERE s.retired_at IS NULL AND ($1::uuid[] IS NULL OR s.assignment_id = ANY($1))`,
    [assignmentIds],
  );
}

/** The changes that their surroundings demand of slices. */
export function demanded(rows: readonly JudgedRow[], nowMs: number): SliceChange[] {
  return rows.flatMap((row) => {
    const { satellite: name, isDisabled, isOnline, isPaused, isEnabled, location, tag } = row;
    const satellite = name === null ? null : { name, isDisabled: isDisabled === true, isOnline: isOnline === true };
    const now = { state: stateOf(row.state), reason: row.stateReason, isNew: row.stateSince === null };
    const outlook = judge({ isPaused, isEnabled, location, tag, satellite }, now);
    return outlook ? [{ slice: row.number, ...outlook, sinceMs: nowMs }] : [];
  });
}

/** A slice that is not scheduled any more has no state; should it come back, it starts as a new one. */
export async function endRetired(sql: Sql): Promise<void> {
  await sql.query(
    `WITH retired AS (
       UPDATE slices SET state = 3, state_since = NULL, state_reason = NULL
       WHERE retired_at IS NOT NULL AND state_since IS NOT NULL RETURNING id
     )
     UPDATE state_intervals SET to_at = now() FROM retired
     WHERE subject_kind = 0 AND subject_id = retired.id AND to_at IS NULL`,
  );
}

/**
 * What is not as its slices or parts, or their surroundings, say it should be. Judged are those that may be so: where
 * all is well and seen, PostgreSQL says so without a row.
 */
export async function findMismatches(sql: Sql, nowMs: number): Promise<Touched> {
  const assignments = await sql.query<StateRow[]>(
    `SELECT ${stateColumns} FROM assignments WHERE id IN (${suspectAssignments})`,
  );
  const suspects = assignments.map(({ id }) => id);
  const slices = suspects.length === 0 ? [] : await readSurroundings(sql, suspects);
  const judged = new Set(demanded(slices, nowMs).map(({ slice }) => slice));
  const slicesOf = grouped(slices, ({ assignmentId }) => assignmentId);
  return {
    assignmentIds: assignments
      .filter((row) => {
        const own = slicesOf.get(row.id) ?? [];
        return own.some(({ number }) => judged.has(number)) || differs(row, rollUpSlices(own.map(sliceOutlook)));
      })
      .map(({ id }) => id),
    checkIds: await findOwners(sql, 'check'),
    systemIds: await findOwners(sql, 'system'),
  };
}

async function findOwners(sql: Sql, kind: 'check' | 'system'): Promise<string[]> {
  const owners = await sql.query<StateRow[]>(
    `SELECT ${stateColumns} FROM ${kind}s AS t LEFT JOIN (
       SELECT a.${kind}_id AS owner_id, bool_and(a.state = 0) AS are_well
       FROM assignments a JOIN checks c ON c.id = a.check_id WHERE a.enabled AND NOT c.paused GROUP BY owner_id
     ) parts ON owner_id = t.id
     WHERE ${isUnwell} OR are_well IS NOT TRUE`,
  );
  if (owners.length === 0) return [];
  const parts = await readParts(
    sql,
    kind,
    owners.map(({ id }) => id),
  );
  const partsOf = grouped(parts, ({ ownerId }) => ownerId);
  return owners
    .filter((row) => differs(row, rollUpParts((partsOf.get(row.id) ?? []).map(partOutlook), noParts[kind])))
    .map(({ id }) => id);
}

const stateColumns = 'id, state, state_reason AS "stateReason", state_since AS "stateSince"';

/** Of `t`, a row with a state: it is not plainly healthy. */
const isUnwell = '(t.state <> 0 OR t.state_reason IS NOT NULL OR t.state_since IS NULL)';

/** Those that are not plainly healthy, with nothing but healthy slices that somebody runs. */
const suspectAssignments = `
  SELECT id FROM assignments AS t
  WHERE ${isUnwell} OR NOT EXISTS (SELECT FROM slices WHERE assignment_id = t.id AND retired_at IS NULL)
  UNION ALL
  SELECT t.assignment_id FROM slices AS t JOIN assignments a ON a.id = t.assignment_id JOIN checks c ON c.id = a.check_id
  LEFT JOIN placements p ON p.slice_number = t.number AND p.ended_at IS NULL LEFT JOIN satellites s ON s.id = p.satellite_id
  WHERE t.retired_at IS NULL
    AND (t.state <> 0 OR t.state_since IS NULL OR c.paused OR NOT a.enabled OR s.online IS NOT TRUE OR s.disabled)`;
