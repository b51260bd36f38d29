// What systems were, told anew: as their checks said, and as the systems that they depend on had it then.
import { readDependencies, reachedFrom, type DependencyRow } from '../catalog/dependency-rows.js';
import { around, at, difference, merged, spliced, type Interval, type Span, type Turn } from './intervals.js';
import { grouped, noParts, numberOf, type Sql } from './outlook-rows.js';
import { isSetAside } from './reasons.js';
import { readIntervals, replaceIntervals } from './repaint-rows.js';
import { rollUpParts } from './roll-up.js';
import { systemOutlook, upstreamFirst, withOutlook, type SystemOutlook } from './systems.js';

/** A check on a system, as it was told. */
interface ToldCheck {
  systemId: string;
  checkId: string;
  id: string;
  name: string;
  intervals: readonly Interval[];
}

/** What a system was until the next moment. */
interface Moment extends SystemOutlook {
  fromMs: number;
  toMs: number | null;
  /** Any of its checks was told by then. */
  isSeen: boolean;
}

/** `spans`: by system, where its checks tell something else than before. Answers the systems, and dependents, that do so now. */
export async function repaintSystems(sql: Sql, spans: ReadonlyMap<string, Span>): Promise<string[]> {
  if (spans.size === 0) return [];
  const dependents = await reachedFrom(sql, 'dependents', [...spans.keys()]);
  const all = await reachedFrom(sql, 'needs', dependents);
  const dependencies = await readDependencies(sql, 'd.downstream_id = ANY($1)', [all]);
  const needsOf = grouped(dependencies, ({ downstreamId }) => downstreamId);
  const fromMs = Math.min(...[...spans.values()].map((span) => span.fromMs));
  const checksOf = await readToldChecks(sql, all, fromMs);
  const told = await readIntervals(sql, 'system', dependents, fromMs);

  const pasts = new Map<string, Moment[]>();
  const wrong = new Map(spans);
  const changed: string[] = [];
  for (const id of upstreamFirst(all, needsOf)) {
    const needs = needsOf.get(id) ?? [];
    const past = pastOf(id, { needs, checksOf, pasts, fromMs });
    pasts.set(id, past);
    const before = told.get(id);
    const inherited = needs.flatMap(({ upstreamId }) => wrong.get(upstreamId) ?? []);
    const span = inherited.reduce<Span | undefined>((whole, each) => around(each, whole), wrong.get(id));
    if (!span || !before) continue;
    wrong.set(id, span);
    const after = painted(before, past, span);
    if (difference(before, after)) {
      await replaceIntervals(sql, { kind: 'system', id }, before, after);
      changed.push(id);
    }
    if (spans.has(id)) await writeOwnSince(sql, id, needs.length === 0 ? after : merged(past.map(ownTurn)).slice(1));
  }
  return changed;
}

async function readToldChecks(
  sql: Sql,
  systemIds: readonly string[],
  fromMs: number,
): Promise<Map<string, ToldCheck[]>> {
  const rows = await sql.query<Omit<ToldCheck, 'intervals'>[]>(
    `SELECT a.system_id AS "systemId", a.check_id AS "checkId", a.id, c.name
     FROM assignments a JOIN checks c ON c.id = a.check_id WHERE a.system_id = ANY($1) ORDER BY lower(c.name)`,
    [systemIds],
  );
  const told = await readIntervals(
    sql,
    'assignment',
    rows.map(({ id }) => id),
    fromMs,
  );
  const checks = rows.map((row): ToldCheck => ({ ...row, intervals: told.get(row.id) ?? [] }));
  return grouped(checks, ({ systemId }) => systemId);
}

interface Surroundings {
  needs: readonly DependencyRow[];
  checksOf: ReadonlyMap<string, readonly ToldCheck[]>;
  /** Of what it needs. */
  pasts: ReadonlyMap<string, readonly Moment[]>;
  fromMs: number;
}

/** From `fromMs` on, with the dependencies of today, each from when it was made. */
function pastOf(id: string, { needs, checksOf, pasts, fromMs }: Surroundings): Moment[] {
  const checks = checksOf.get(id) ?? [];
  const ruling = needs.flatMap(({ rules, upstreamId }) => (rules.length > 0 ? (checksOf.get(upstreamId) ?? []) : []));
  const edges = [
    fromMs,
    ...[...checks, ...ruling].flatMap(({ intervals }) => intervals.map((interval) => interval.fromMs)),
    ...needs.flatMap(({ upstreamId }) => (pasts.get(upstreamId) ?? []).map((moment) => moment.fromMs)),
    ...needs.map(({ createdAt }) => createdAt.getTime()),
  ].filter((ms) => ms >= fromMs);
  const sorted = [...new Set(edges)].sort((one, other) => one - other);
  return sorted.map((ms, index) => {
    const known = checks.flatMap(({ name, intervals }) => {
      const interval = at(intervals, ms);
      return interval ? [{ ...interval, name, isWatched: !isSetAside(interval.reason) }] : [];
    });
    const needed = needs
      .filter(({ createdAt }) => createdAt.getTime() <= ms)
      .map((row) => neededAt(row, ms, { checksOf, pasts }));
    const outlook = systemOutlook(rollUpParts(known, noParts.system), needed);
    return { fromMs: ms, toMs: sorted[index + 1] ?? null, isSeen: known.length > 0, ...outlook };
  });
}

/** A dependency with what its upstream system, and the checks that it names, were then. */
function neededAt(
  row: DependencyRow,
  ms: number,
  { checksOf, pasts }: Pick<Surroundings, 'checksOf' | 'pasts'>,
): DependencyRow {
  const checks = checksOf.get(row.upstreamId) ?? [];
  const rules = row.rules.map((rule) => {
    const check = checks.find(({ checkId }) => checkId === rule.checkId);
    const { state, reason } = at(check?.intervals ?? [], ms) ?? { state: 'unknown', reason: null };
    return { ...rule, state: numberOf(state), reason };
  });
  return { ...withOutlook(row, at(pasts.get(row.upstreamId) ?? [], ms)), rules };
}

/** What is now was decided already, and what was before the system was told of stays untold. */
function painted(before: readonly Interval[], past: readonly Moment[], span: Span): Interval[] {
  const bornMs = before[0]?.fromMs ?? Infinity;
  const turns = past
    .filter(
      ({ fromMs, toMs, isSeen }) =>
        fromMs < span.toMs && (toMs ?? Infinity) > span.fromMs && (isSeen || fromMs >= bornMs),
    )
    .map(({ fromMs, state, reason }): Turn => ({ fromMs: Math.max(fromMs, span.fromMs), state, reason }));
  const open = before.at(-1);
  const last = turns.at(-1);
  if (open && last && span.toMs === Infinity && last.state !== open.state)
    turns.push({ ...open, fromMs: Math.max(open.fromMs, last.fromMs + 1) });
  return spliced(before, merged(turns), span.toMs);
}

function ownTurn({ fromMs, own }: Moment): Turn {
  return { fromMs, ...own };
}

/** Since when its own checks say what they say; no turns: since before. */
async function writeOwnSince(sql: Sql, id: string, turns: readonly Turn[]): Promise<void> {
  const last = turns.at(-1);
  if (!last) return;
  await sql.query('UPDATE systems SET own_state_since = $2 WHERE id = $1 AND own_state = $3', [
    id,
    new Date(last.fromMs),
    numberOf(last.state),
  ]);
}
