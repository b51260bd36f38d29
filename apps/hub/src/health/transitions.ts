import type { State } from '@checkstack/api';
import { disorderIn, readSince } from './disorder.js';
import {
  differs,
  grouped,
  lockAssignments,
  lockChecks,
  noParts,
  numberOf,
  partOutlook,
  sliceOutlook,
  stateOf,
  type AssignmentStateRow,
  type SliceStateRow,
  type Sql,
  type Change,
} from './outlook-rows.js';
import { writeMarks, type RepaintMark } from './repaint-rows.js';
import { rollUpParts, rollUpSlices } from './roll-up.js';
import { decideSystems, writeParts } from './systems.js';

export interface SliceChange {
  /** The slice's number. */
  slice: number;
  state: State;
  reason: string | null;
  /** When it began to be so. */
  sinceMs: number;
}

/** What is to be decided anew. */
export interface Touched {
  assignmentIds: readonly string[];
  /** Decided even when none of their assignments changes, as after one was removed. */
  checkIds?: readonly string[];
  systemIds?: readonly string[];
}

/** What was written, for memory and notices after the commit. */
export interface Written {
  slices: { number: number; state: State; reason: string | null }[];
  checkIds: string[];
  /** Also those that are no other than before, but in one of their environments. */
  systemIds: string[];
}

const kinds = { slice: 0, check: 1, system: 2, assignment: 3 } as const;
type Kind = keyof typeof kinds;
const tables: Record<Kind, string> = { slice: 'slices', check: 'checks', system: 'systems', assignment: 'assignments' };

/**
 * Writes changes of slices and what follows from them for assignments, checks and systems: rows, state intervals and
 * events, in the caller's transaction. `decide` sees the locked slices. A change to what already is writes nothing.
 */
export async function writeTransitions(
  sql: Sql,
  touched: Touched,
  nowMs: number,
  decide: (slices: readonly SliceStateRow[]) => SliceChange[] | Promise<SliceChange[]>,
): Promise<Written> {
  const { assignments, slices } = await lockAssignments(sql, touched.assignmentIds);
  const bySlice = new Map(slices.map((slice) => [slice.number, slice]));
  const decided = await decide(slices);
  const sliceChanges = decided.flatMap(({ slice, ...outlook }): Change<SliceStateRow>[] => {
    const row = bySlice.get(slice);
    return row && differs(row, outlook) ? [{ row, ...outlook }] : [];
  });
  await write(sql, 'slice', sliceChanges);

  const slicesOf = grouped(slices, ({ assignmentId }) => assignmentId);
  const causesOf = grouped(sliceChanges, ({ row }) => row.assignmentId);
  const assignmentChanges = assignments.flatMap((row): Change<AssignmentStateRow>[] => {
    const outlook = rollUpSlices((slicesOf.get(row.id) ?? []).map(sliceOutlook), row.quorum);
    return differs(row, outlook) ? [{ row, ...outlook, sinceMs: latest(causesOf.get(row.id), nowMs) }] : [];
  });
  const marks = disorderIn(assignments, causesOf, ({ number }) => number);
  await write(sql, 'assignment', assignmentChanges);

  const rest = { nowMs, marks, sliceOf: ({ id }: AssignmentStateRow) => slicesOf.get(id)?.[0]?.number };
  const checkIds = await writeChecks(sql, {
    asked: touched.checkIds ?? [],
    causesOf: grouped(assignmentChanges, ({ row }) => row.checkId),
    ...rest,
  });
  const systemIds = await writeSystems(sql, {
    asked: touched.systemIds ?? [],
    causesOf: grouped(assignmentChanges, ({ row }) => row.systemId),
    ...rest,
  });
  await writeMarks(sql, marks);
  return {
    slices: sliceChanges.map(({ row, state, reason }) => ({ number: row.number, state, reason })),
    checkIds,
    systemIds: [...new Set([...systemIds, ...turnedInside(assignments, causesOf)])],
  };
}

function turnedInside(
  assignments: readonly AssignmentStateRow[],
  causesOf: ReadonlyMap<string, readonly Change<SliceStateRow>[]>,
): string[] {
  return assignments
    .filter(({ id }) => causesOf.get(id)?.some(({ row }) => row.environment !== null))
    .map(({ systemId }) => systemId);
}

interface Owners {
  asked: readonly string[];
  causesOf: ReadonlyMap<string, Change<AssignmentStateRow>[]>;
  nowMs: number;
  /** Grows by what is to be told anew of them. */
  marks: RepaintMark[];
  sliceOf: (assignment: AssignmentStateRow) => number | undefined;
}

async function writeChecks(sql: Sql, { asked, causesOf, nowMs, marks, sliceOf }: Owners): Promise<string[]> {
  const { checks, parts } = await lockChecks(sql, [...new Set([...causesOf.keys(), ...asked])]);
  const partsOf = grouped(parts, ({ ownerId }) => ownerId);
  const changes = checks.flatMap((row): Change[] => {
    const outlook = rollUpParts((partsOf.get(row.id) ?? []).map(partOutlook), noParts.check);
    return differs(row, outlook) ? [{ row, ...outlook, sinceMs: latest(causesOf.get(row.id), nowMs) }] : [];
  });
  marks.push(...disorderIn(checks, causesOf, sliceOf));
  await write(sql, 'check', changes);
  return changes.map(({ row }) => row.id);
}

async function writeSystems(sql: Sql, { asked, causesOf, nowMs, marks, sliceOf }: Owners): Promise<string[]> {
  const sinceOf = new Map([...causesOf].map(([id, causes]) => [id, latest(causes, nowMs)]));
  const changes = await decideSystems(sql, { asked: [...new Set([...causesOf.keys(), ...asked])], sinceOf, nowMs });
  marks.push(...disorderIn(await readSince(sql, [...causesOf.keys()]), causesOf, sliceOf));
  for (const { disorder } of changes) {
    const [cause] = (disorder && causesOf.get(disorder.causeId)) ?? [];
    const slice = cause && sliceOf(cause.row);
    if (disorder && slice !== undefined) marks.push({ slice, fromMs: disorder.fromMs, untilMs: disorder.toMs });
  }
  await writeParts(sql, changes);
  await write(
    sql,
    'system',
    changes.filter(({ row, ...outlook }) => differs(row, outlook)),
  );
  return changes.map(({ row }) => row.id);
}

/** Brings rows and intervals up to date, and the rows in memory with them. */
async function write(sql: Sql, kind: Kind, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const turns = changes.filter(({ row, state }) => stateOf(row.state) !== state || row.stateSince === null);
  const sinceOf = ({ row, sinceMs }: Change): Date =>
    // Intervals of one subject follow each other: a state never begins before the one it ends.
    new Date(Math.max(sinceMs, (row.stateSince?.getTime() ?? -1) + 1));
  await writeIntervals(sql, kind, turns, sinceOf);
  await writeEvents(sql, kind, turns, sinceOf);
  for (const change of changes) {
    if (turns.includes(change)) change.row.stateSince = sinceOf(change);
    change.row.state = numberOf(change.state);
    change.row.stateReason = change.reason;
  }
  const rows = changes.map(({ row }) => row);
  await sql.query(
    `UPDATE ${tables[kind]} AS t SET state = c.state, state_reason = c.reason, state_since = c.since
     FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::timestamptz[]) AS c (id, state, reason, since)
     WHERE t.id = c.id`,
    [
      rows.map(({ id }) => id),
      rows.map(({ state }) => state),
      rows.map(({ stateReason }) => stateReason),
      rows.map(({ stateSince }) => stateSince),
    ],
  );
}

async function writeIntervals(sql: Sql, kind: Kind, turns: Change[], sinceOf: (turn: Change) => Date): Promise<void> {
  if (turns.length === 0) return;
  const ids = turns.map(({ row }) => row.id);
  const since = turns.map(sinceOf);
  await sql.query(
    `UPDATE state_intervals AS i SET to_at = c.since
     FROM unnest($2::uuid[], $3::timestamptz[]) AS c (id, since)
     WHERE i.subject_kind = $1 AND i.subject_id = c.id AND i.to_at IS NULL`,
    [kinds[kind], ids, since],
  );
  await sql.query(
    `INSERT INTO state_intervals (subject_kind, subject_id, from_at, state, reason)
     SELECT $1, id, since, state, reason
     FROM unnest($2::uuid[], $3::timestamptz[], $4::smallint[], $5::text[]) AS c (id, since, state, reason)
     ON CONFLICT (subject_kind, subject_id, from_at) DO UPDATE SET to_at = NULL, state = excluded.state, reason = excluded.reason`,
    [kinds[kind], ids, since, turns.map(({ state }) => numberOf(state)), turns.map(({ reason }) => reason)],
  );
}

/** For those who react to states: notifications, integrations. A first state is no news. */
async function writeEvents(sql: Sql, kind: Kind, turns: Change[], sinceOf: (turn: Change) => Date): Promise<void> {
  const news = turns.filter(({ row }) => row.stateSince !== null);
  if (news.length === 0) return;
  await sql.query(
    `INSERT INTO events (type, subject_kind, subject_id, payload)
     SELECT 'state', $1, id, payload FROM unnest($2::uuid[], $3::jsonb[]) AS c (id, payload)`,
    [
      kind,
      news.map(({ row }) => row.id),
      news.map((turn) =>
        JSON.stringify({
          from: stateOf(turn.row.state),
          to: turn.state,
          since: sinceOf(turn).toISOString(),
          reason: turn.reason,
          ...turn.tells,
        }),
      ),
    ],
  );
}

/** When the last of the causes began; without one, now. */
function latest(causes: readonly Change[] | undefined, nowMs: number): number {
  return causes ? Math.max(...causes.map(({ sinceMs }) => sinceMs)) : nowMs;
}
