// Compares every stored state with what it should be; level-triggered, so that no lost notice leaves a wrong state behind.
import type { Quorum } from '@checkstack/api';
import { readDependencies, systemStateColumns, type SystemStateRow } from '../catalog/dependency-rows.js';
import { placeInEnvironment, placeJoins, placeName } from '../satellites/slice-places.js';
import { judge } from './blindness.js';
import {
  differs,
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
import { isDue, ownOutlooks, systemOutlook } from './systems.js';
import type { SliceChange, Touched } from './transitions.js';

export interface JudgedRow extends SliceStateRow {
  isPaused: boolean;
  isEnabled: boolean;
  location: string;
  tag: string | null;
  satellite: string | null;
  isDisabled: boolean | null;
  isOnline: boolean | null;
  isUnconfirmed: boolean;
}

/** The slices of these assignments, or all, with what decides whether anybody watches them. */
export function readSurroundings(sql: Sql, assignmentIds: readonly string[] | null): Promise<JudgedRow[]> {
  return sql.query<JudgedRow[]>(
    `SELECT s.number, s.id, s.assignment_id AS "assignmentId", ${placeName} AS location, s.tag,
       s.environment_id AS environment, ${placeInEnvironment} AS place,
       s.state, s.state_reason AS "stateReason", s.state_since AS "stateSince",
       c.paused AS "isPaused", a.enabled AS "isEnabled",
       t.name AS satellite, t.disabled AS "isDisabled", t.online AS "isOnline",
       ${isUnconfirmed} AS "isUnconfirmed"
     FROM slices s JOIN assignments a ON a.id = s.assignment_id JOIN checks c ON c.id = a.check_id
     ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id
     LEFT JOIN placements p ON p.slice_number = s.number AND p.ended_at IS NULL
     LEFT JOIN satellites t ON t.id = p.satellite_id
     WHERE s.retired_at IS NULL AND ($1::uuid[] IS NULL OR s.assignment_id = ANY($1))`,
    [assignmentIds],
  );
}

/** What a satellite has not confirmed for longer, though it is here, it is not going to. */
const confirmWithinSeconds = 60;

/** What `s` is was changed, or given to its satellite, after that last confirmed all it had. */
const isUnconfirmed = `(t.roster_applied <> t.roster_revision
  AND greatest(s.changed_at, p.placed_at) > coalesce(t.roster_confirmed_at, '-infinity')
  AND greatest(s.changed_at, p.placed_at, t.connected_at) < now() - interval '${confirmWithinSeconds} seconds') IS TRUE`;

/** The changes that their surroundings demand of slices. */
export function demanded(rows: readonly JudgedRow[], nowMs: number): SliceChange[] {
  return rows.flatMap((row) => {
    const { satellite: name, isDisabled, isOnline, isUnconfirmed, isPaused, isEnabled, location, tag } = row;
    const satellite = name === null ? null : { name, isDisabled: !!isDisabled, isOnline: !!isOnline, isUnconfirmed };
    const now = { state: stateOf(row.state), reason: row.stateReason, isNew: row.stateSince === null };
    const outlook = judge({ isPaused, isEnabled, location, tag, satellite }, now);
    return outlook ? [{ slice: row.number, ...outlook, sinceMs: nowMs }] : [];
  });
}

/** A slice that is not scheduled any more has no state; should it come back, it starts as a new one. */
export async function endRetired(sql: Sql): Promise<void> {
  await sql.query(
    `WITH retired AS (
       UPDATE slices SET state = 3, state_since = NULL, state_reason = NULL, flapping_since = NULL
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
  const assignments = await sql.query<(StateRow & { quorum: Quorum })[]>(
    `SELECT quorum, ${stateColumns} FROM assignments WHERE id IN (${suspectAssignments})`,
  );
  const suspects = assignments.map(({ id }) => id);
  const slices = suspects.length === 0 ? [] : await readSurroundings(sql, suspects);
  const judged = new Set(demanded(slices, nowMs).map(({ slice }) => slice));
  const slicesOf = grouped(slices, ({ assignmentId }) => assignmentId);
  return {
    assignmentIds: assignments
      .filter((row) => {
        const own = slicesOf.get(row.id) ?? [];
        return (
          own.some(({ number }) => judged.has(number)) || differs(row, rollUpSlices(own.map(sliceOutlook), row.quorum))
        );
      })
      .map(({ id }) => id),
    checkIds: await findChecks(sql),
    systemIds: await findSystems(sql),
  };
}

async function findChecks(sql: Sql): Promise<string[]> {
  const checks = await sql.query<StateRow[]>(
    `SELECT ${stateColumns} FROM checks AS t LEFT JOIN (${wellParts('check')}) parts ON owner_id = t.id
     WHERE ${isUnwell} OR are_well IS NOT TRUE`,
  );
  if (checks.length === 0) return [];
  const parts = await readParts(
    sql,
    'check',
    checks.map(({ id }) => id),
  );
  const partsOf = grouped(parts, ({ ownerId }) => ownerId);
  return checks
    .filter((row) => differs(row, rollUpParts((partsOf.get(row.id) ?? []).map(partOutlook), noParts.check)))
    .map(({ id }) => id);
}

/** Where all upstream systems are well, nothing is inherited. */
async function findSystems(sql: Sql): Promise<string[]> {
  const systems = await sql.query<SystemStateRow[]>(
    `SELECT ${systemStateColumns} FROM systems AS t LEFT JOIN (${wellParts('system')}) parts ON owner_id = t.id
     WHERE ${isUnwell} OR ${isUnwellInside} OR are_well IS NOT TRUE OR id IN (
       SELECT downstream_id FROM dependencies JOIN systems AS t ON t.id = upstream_id
       WHERE rules <> '[]' OR ${isUnwell} OR ${isUnwellInside}
     )`,
  );
  const ids = systems.map(({ id }) => id);
  if (ids.length === 0) return [];
  const ownOf = await ownOutlooks(sql, ids);
  const needsOf = grouped(
    await readDependencies(sql, 'd.downstream_id = ANY($1)', [ids]),
    ({ downstreamId }) => downstreamId,
  );
  return systems
    .filter((row) => {
      const own = ownOf.get(row.id);
      return own && isDue(row, systemOutlook(own, needsOf.get(row.id) ?? []));
    })
    .map(({ id }) => id);
}

/** Whose watched assignments are all healthy. */
const wellParts = (kind: 'check' | 'system'): string =>
  `SELECT a.${kind}_id AS owner_id, bool_and(a.state = 0) AS are_well
   FROM assignments a JOIN checks c ON c.id = a.check_id WHERE a.enabled AND NOT c.paused GROUP BY owner_id`;

const stateColumns = 'id, state, state_reason AS "stateReason", state_since AS "stateSince"';

/** Of `t`, a row with a state: it is not plainly healthy. */
const isUnwell = '(t.state <> 0 OR t.state_reason IS NOT NULL OR t.state_since IS NULL)';

/** Of `t`, a system: what is behind its state is not plainly healthy. */
const isUnwellInside = `(t.own_state <> 0 OR t.own_state_reason IS NOT NULL OR t.own_state_since IS NULL
  OR t.inherited_state <> 0 OR t.inherited_reason IS NOT NULL)`;

/** All but those that are plainly healthy, with nothing but healthy slices that somebody runs as they are to be run. */
const suspectAssignments = `
  SELECT id FROM assignments AS t
  WHERE ${isUnwell} OR t.quorum->>'mode' = 'atLeast' OR NOT EXISTS (SELECT FROM slices WHERE assignment_id = t.id AND retired_at IS NULL)
  UNION ALL
  SELECT t.assignment_id FROM slices AS t JOIN assignments a ON a.id = t.assignment_id JOIN checks c ON c.id = a.check_id
  LEFT JOIN placements p ON p.slice_number = t.number AND p.ended_at IS NULL LEFT JOIN satellites s ON s.id = p.satellite_id
  WHERE t.retired_at IS NULL
    AND (t.state <> 0 OR t.state_since IS NULL OR c.paused OR NOT a.enabled OR s.online IS NOT TRUE OR s.disabled
      OR s.roster_applied <> s.roster_revision)`;
