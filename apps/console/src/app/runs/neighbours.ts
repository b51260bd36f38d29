import type { Run } from '@checkstack/api';

export interface Neighbours {
  older: Run | undefined;
  newer: Run | undefined;
}

const shortestMs = 3_600_000;
/** So many times the distance to the run before is looked ahead for the next one. */
const lookAhead = 50;

/** Where to look for the next run: the hub lists the newest first, so the end must be near. */
export function neighbourWindow(run: Run, before: readonly Run[]): { from: string; to: string } {
  const at = Date.parse(run.slot);
  const older = neighbours(run, before).older;
  const distance = older ? at - Date.parse(older.slot) : 0;
  return { from: run.slot, to: new Date(at + Math.max(shortestMs, distance * lookAhead)).toISOString() };
}

/** The runs of the same slice right before and after. */
export function neighbours(run: Run, runs: readonly Run[]): Neighbours {
  const ordered = runs.toSorted((left, right) => orderOf(left).localeCompare(orderOf(right)));
  return {
    older: ordered.filter((other) => orderOf(other) < orderOf(run)).at(-1),
    newer: ordered.find((other) => orderOf(other) > orderOf(run)),
  };
}

function orderOf({ slot, attempt }: Run): string {
  return `${slot} ${String(attempt).padStart(6, '0')}`;
}
