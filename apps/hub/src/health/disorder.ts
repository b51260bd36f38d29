// Parts of one thing are heard out of order: then its past is not what the turns, as they came, make of it.
import type { RepaintMark } from './repaint-rows.js';
import type { Sql, StateRow } from './outlook-rows.js';

interface Cause {
  row: StateRow;
  sinceMs: number;
}

/**
 * Where what is made of these causes, by owner, has to be told again: a cause began before the owner's last turn, or
 * several came at once. `sliceOf`: a slice of a cause.
 */
export function disorderIn<Row extends StateRow>(
  owners: readonly Pick<StateRow, 'id' | 'stateSince'>[],
  causesOf: ReadonlyMap<string, readonly (Cause & { row: Row })[]>,
  sliceOf: (row: Row) => number | undefined,
): RepaintMark[] {
  return owners.flatMap(({ id, stateSince }): RepaintMark[] => {
    const causes = causesOf.get(id) ?? [];
    const [first] = causes.toSorted((one, other) => one.sinceMs - other.sinceMs);
    if (!first || stateSince === null) return [];
    const slice = sliceOf(first.row);
    if (slice === undefined) return [];
    const lastMs = Math.max(stateSince.getTime(), ...causes.map(({ sinceMs }) => sinceMs));
    return first.sinceMs < lastMs || first.sinceMs === stateSince.getTime()
      ? [{ slice, fromMs: first.sinceMs, untilMs: lastMs + 1 }]
      : [];
  });
}

/** Since when these systems are what they are, as rows of the caller's locks. */
export function readSince(sql: Sql, ids: readonly string[]): Promise<Pick<StateRow, 'id' | 'stateSince'>[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return sql.query('SELECT id, state_since AS "stateSince" FROM systems WHERE id = ANY($1)', [ids]);
}
