// The rows that carry states, read and locked for a change of them: assignments, their slices, then checks and systems.
import { verdicts } from '@checkstack/plugin-sdk/assertions';
import type { Quorum, State } from '@checkstack/api';
import { placeInEnvironment, placeJoins } from '../satellites/slice-places.js';
import type { Outlook, PartOutlook, SliceOutlook } from './roll-up.js';

/** What runs SQL: an entity manager, or a query runner inside a transaction. */
export interface Sql {
  query<Rows>(text: string, parameters?: unknown[]): Promise<Rows>;
}

/** Every row that has a state. `id` is the UUID, of slices too. */
export interface StateRow {
  id: string;
  state: number;
  stateReason: string | null;
  stateSince: Date | null;
}

/** What a row is to be changed to. */
export interface Change<Row extends StateRow = StateRow> extends Outlook {
  row: Row;
  sinceMs: number;
  /** What its event says besides. */
  tells?: object;
}

export interface SliceStateRow extends StateRow {
  number: number;
  assignmentId: string;
  environment: string | null;
  place: string;
}

export interface AssignmentStateRow extends StateRow {
  quorum: Quorum;
  checkId: string;
  systemId: string;
}

export interface PartRow {
  ownerId: string;
  name: string;
  state: number;
  stateReason: string | null;
  isWatched: boolean;
}

export const stateOf = (number: number): State => verdicts[number] ?? 'unknown';
export const numberOf = (state: State): number => verdicts.indexOf(state);

/** Whether a row is yet to be brought to this outlook. */
export function differs(row: Pick<StateRow, 'state' | 'stateReason' | 'stateSince'>, outlook: Outlook): boolean {
  return stateOf(row.state) !== outlook.state || row.stateReason !== outlook.reason || row.stateSince === null;
}

const stateColumns = 'state, state_reason AS "stateReason", state_since AS "stateSince"';

/** Locks the assignments first, then their slices, both in the order of their ids: two replicas never see half each. */
export async function lockAssignments(
  sql: Sql,
  ids: readonly string[],
): Promise<{ assignments: AssignmentStateRow[]; slices: SliceStateRow[] }> {
  const assignments = await sql.query<AssignmentStateRow[]>(
    `SELECT id, check_id AS "checkId", system_id AS "systemId", quorum, ${stateColumns}
     FROM assignments WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
  const slices = await sql.query<SliceStateRow[]>(
    `SELECT s.number, s.id, s.assignment_id AS "assignmentId",
       s.environment_id AS environment, ${placeInEnvironment} AS place,
       s.state, s.state_reason AS "stateReason", s.state_since AS "stateSince"
     FROM slices s ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id
     WHERE s.assignment_id = ANY($1) AND s.retired_at IS NULL ORDER BY s.number FOR NO KEY UPDATE OF s`,
    [assignments.map(({ id }) => id)],
  );
  return { assignments, slices };
}

/** Locks checks, then reads the assignments they are made of: the lock comes first, so that no commit is missed. */
export async function lockChecks(sql: Sql, ids: readonly string[]): Promise<{ checks: StateRow[]; parts: PartRow[] }> {
  if (ids.length === 0) return { checks: [], parts: [] };
  const checks = await sql.query<StateRow[]>(
    `SELECT id, ${stateColumns} FROM checks WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
  return { checks, parts: await readParts(sql, 'check', ids) };
}

/** Of these owners, or of all. */
export function readParts(sql: Sql, kind: 'check' | 'system', ids: readonly string[] | null): Promise<PartRow[]> {
  const [owner, name] = kind === 'check' ? ['a.check_id', 's.name'] : ['a.system_id', 'c.name'];
  return sql.query<PartRow[]>(
    `SELECT ${owner} AS "ownerId", ${name} AS name, a.state, a.state_reason AS "stateReason",
       a.enabled AND NOT c.paused AS "isWatched"
     FROM assignments a JOIN checks c ON c.id = a.check_id JOIN systems s ON s.id = a.system_id
     WHERE $1::uuid[] IS NULL OR ${owner} = ANY($1) ORDER BY lower(${name})`,
    [ids],
  );
}

/** Why a check or a system without an assignment is unknown. */
export const noParts = { check: 'It is not assigned to a system', system: 'Nothing is checked here' } as const;

export function sliceOutlook(slice: SliceStateRow): SliceOutlook {
  const { environment, place, state, stateReason } = slice;
  return { environment, place, state: stateOf(state), reason: stateReason };
}

export function partOutlook(part: PartRow): PartOutlook {
  return { name: part.name, state: stateOf(part.state), reason: part.stateReason, isWatched: part.isWatched };
}

export function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
