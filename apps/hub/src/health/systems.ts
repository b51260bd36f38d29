// The states of systems: what their own checks say, and what they inherit from the systems that they depend on.
import type { State } from '@checkstack/api';
import { inherit, shownOutlook } from '../catalog/dependency-impact.js';
import {
  causesOf,
  lockWithDependents,
  readDependencies,
  type DependencyRow,
  type SystemStateRow,
} from '../catalog/dependency-rows.js';
import type { Span } from './intervals.js';
import {
  differs,
  grouped,
  noParts,
  numberOf,
  partOutlook,
  readParts,
  stateOf,
  type Change,
  type Sql,
} from './outlook-rows.js';
import { rollUpParts, type Outlook } from './roll-up.js';

export interface SystemOutlook extends Outlook {
  own: Outlook;
  inherited: Outlook;
}

export interface SystemChange extends Change<SystemStateRow>, SystemOutlook {
  /** What it needs turned before it turned last, or several at once: its past is to be told anew. */
  disorder: (Span & { causeId: string }) | undefined;
}

/** What began, here or in what it needs. */
interface Begun {
  /** The system of the first. */
  causeId: string;
  firstMs: number;
  latestMs: number;
}

/**
 * What these systems, and all that depend on them, are to be changed to. All are locked before anything is read, and
 * decided upstream first, so that each sees what the others come to.
 */
export async function decideSystems(
  sql: Sql,
  { asked, sinceOf, nowMs }: { asked: readonly string[]; sinceOf: ReadonlyMap<string, number>; nowMs: number },
): Promise<SystemChange[]> {
  if (asked.length === 0) return [];
  const isAsked = new Set(asked);
  const rows = new Map((await lockWithDependents(sql, asked)).map((row) => [row.id, row]));
  // Of the others nothing of their own changes.
  const own = [...rows.values()].filter((row) => isAsked.has(row.id) || row.ownSince === null).map(({ id }) => id);
  const ownOf = await ownOutlooks(sql, own);
  const dependencies = await readDependencies(sql, 'd.downstream_id = ANY($1)', [[...rows.keys()]]);
  const needsOf = grouped(dependencies, ({ downstreamId }) => downstreamId);

  const changes: SystemChange[] = [];
  const begunIn = new Map<string, Begun>();
  const outlooks = new Map<string, SystemOutlook>();
  for (const id of upstreamFirst([...rows.keys()], needsOf)) {
    const row = rows.get(id);
    if (!row) continue;
    const needs = (needsOf.get(id) ?? []).map((needed) => withOutlook(needed, outlooks.get(needed.upstreamId)));
    const outlook = systemOutlook(ownOf.get(id) ?? ownOutlook(row), needs);
    outlooks.set(id, outlook);
    const ownMs = sinceOf.get(id);
    const inherited = needs.flatMap(({ upstreamId }) => begunIn.get(upstreamId) ?? []);
    const begun = earliestFirst(
      ownMs === undefined ? inherited : [...inherited, { causeId: id, firstMs: ownMs, latestMs: ownMs }],
    );
    if (begun) begunIn.set(id, begun);
    if (!isDue(row, outlook)) continue;
    const disorder = inherited.length > 0 ? disorderOf(begun, row.stateSince) : undefined;
    changes.push({ row, ...outlook, sinceMs: begun?.latestMs ?? nowMs, disorder, tells: tellsOf(outlook, needs) });
  }
  return changes;
}

function earliestFirst(begun: readonly Begun[]): Begun | undefined {
  const [first] = begun.toSorted((one, other) => one.firstMs - other.firstMs);
  return first && { ...first, latestMs: Math.max(...begun.map(({ latestMs }) => latestMs)) };
}

function disorderOf(begun: Begun | undefined, since: Date | null): SystemChange['disorder'] {
  if (!begun || since === null) return undefined;
  const { causeId, firstMs, latestMs } = begun;
  const lastMs = Math.max(since.getTime(), latestMs);
  return firstMs < lastMs || firstMs === since.getTime() ? { causeId, fromMs: firstMs, toMs: lastMs + 1 } : undefined;
}

/** As their own checks say. */
export async function ownOutlooks(sql: Sql, ids: readonly string[]): Promise<Map<string, Outlook>> {
  const partsOf = grouped(await readParts(sql, 'system', ids), ({ ownerId }) => ownerId);
  return new Map(ids.map((id) => [id, rollUpParts((partsOf.get(id) ?? []).map(partOutlook), noParts.system)]));
}

export function systemOutlook(own: Outlook, needs: readonly DependencyRow[]): SystemOutlook {
  const inherited = inherit(causesOf(needs));
  return { ...shownOutlook(own, inherited), own, inherited };
}

/** Whether anything of a system is yet to be brought to this. */
export function isDue(row: SystemStateRow, { own, inherited, ...shown }: SystemOutlook): boolean {
  return (
    differs(row, shown) ||
    differs({ state: row.ownState, stateReason: row.ownReason, stateSince: row.ownSince }, own) ||
    stateOf(row.inheritedState) !== inherited.state ||
    row.inheritedReason !== inherited.reason
  );
}

/** Writes what is behind the states that are shown; and tells of a system that turned behind what it inherits. */
export async function writeParts(sql: Sql, changes: readonly SystemChange[]): Promise<void> {
  if (changes.length === 0) return;
  const sinceOf = ({ row, own, sinceMs }: SystemChange): Date =>
    row.ownSince !== null && stateOf(row.ownState) === own.state
      ? row.ownSince
      : new Date(Math.max(sinceMs, (row.ownSince?.getTime() ?? -1) + 1));
  await sql.query(
    `UPDATE systems AS s SET own_state = c.own, own_state_since = c.since, own_state_reason = c.own_reason,
       inherited_state = c.inherited, inherited_reason = c.reason
     FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::text[], $5::smallint[], $6::text[])
       AS c (id, own, since, own_reason, inherited, reason)
     WHERE s.id = c.id`,
    [
      changes.map(({ row }) => row.id),
      changes.map(({ own }) => numberOf(own.state)),
      changes.map(sinceOf),
      changes.map(({ own }) => own.reason),
      changes.map(({ inherited }) => numberOf(inherited.state)),
      changes.map(({ inherited }) => inherited.reason),
    ],
  );
  const hidden = changes.filter(
    ({ row, state, own }) =>
      row.ownSince !== null && stateOf(row.ownState) !== own.state && stateOf(row.state) === state,
  );
  if (hidden.length === 0) return;
  await sql.query(
    `INSERT INTO events (type, subject_kind, subject_id, payload)
     SELECT 'own-state', 'system', id, payload FROM unnest($1::uuid[], $2::jsonb[]) AS c (id, payload)`,
    [
      hidden.map(({ row }) => row.id),
      hidden.map((change) =>
        JSON.stringify({
          from: stateOf(change.row.ownState),
          to: change.own.state,
          since: sinceOf(change).toISOString(),
          reason: change.own.reason,
          ...change.tells,
        }),
      ),
    ],
  );
}

function ownOutlook({ ownState, ownReason }: SystemStateRow): Outlook {
  return { state: stateOf(ownState), reason: ownReason };
}

/** With what its upstream system comes to. */
export function withOutlook(needed: DependencyRow, upstream: SystemOutlook | undefined): DependencyRow {
  if (!upstream) return needed;
  return {
    ...needed,
    ownState: numberOf(upstream.own.state),
    ownReason: upstream.own.reason,
    inheritedState: numberOf(upstream.inherited.state),
    inheritedReason: upstream.inherited.reason,
  };
}

function tellsOf({ own }: SystemOutlook, needs: readonly DependencyRow[]): { own: State; causes: object[] } {
  return { own: own.state, causes: causesOf(needs) };
}

export function upstreamFirst(ids: readonly string[], needsOf: ReadonlyMap<string, DependencyRow[]>): string[] {
  const ordered = new Set<string>();
  const walked = new Set<string>();
  const walk = (id: string): void => {
    if (walked.has(id)) return;
    walked.add(id);
    for (const { upstreamId } of needsOf.get(id) ?? []) walk(upstreamId);
    ordered.add(id);
  };
  for (const id of ids) walk(id);
  return [...ordered];
}
