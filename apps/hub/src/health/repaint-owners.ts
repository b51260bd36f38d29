// What is made of slices, told anew where the slices are: checks on systems, checks, systems.
import type { Quorum } from '@checkstack/api';
import { placeInEnvironment, placeJoins } from '../satellites/slice-places.js';
import { around, at, difference, merged, spliced, type Interval, type Span, type Turn } from './intervals.js';
import { grouped, noParts, type Sql } from './outlook-rows.js';
import { isSetAside } from './reasons.js';
import { readIntervals, replaceIntervals, type MarkedSlice, type SubjectKind } from './repaint-rows.js';
import { repaintSystems } from './repaint-systems.js';
import { rollUpParts, rollUpSlices, type Outlook } from './roll-up.js';

/** A part of something, with what it was when. */
interface Part {
  ownerId: string;
  id: string;
  name: string;
  environment: string | null;
}

/** `spans`: by assignment, where its slices tell something else than before. */
export async function repaintOwners(
  sql: Sql,
  slices: readonly MarkedSlice[],
  spans: ReadonlyMap<string, Span>,
): Promise<{ checkIds: string[]; systemIds: string[] }> {
  await repaintAssignments(sql, spans);
  const spansOf = (ownerOf: (slice: MarkedSlice) => string): Map<string, Span> => {
    const owners = new Map<string, Span>();
    for (const slice of slices) {
      const span = spans.get(slice.assignmentId);
      if (span) owners.set(ownerOf(slice), around(span, owners.get(ownerOf(slice))));
    }
    return owners;
  };
  const checks = await repaintChecks(
    sql,
    spansOf(({ checkId }) => checkId),
  );
  const systemIds = await repaintSystems(
    sql,
    spansOf(({ systemId }) => systemId),
  );
  return { checkIds: [...checks.keys()], systemIds };
}

async function repaintAssignments(sql: Sql, spans: ReadonlyMap<string, Span>): Promise<Map<string, Span>> {
  const ids = [...spans.keys()];
  if (ids.length === 0) return new Map();
  const rows = await sql.query<{ id: string; quorum: Quorum }[]>(
    'SELECT id, quorum FROM assignments WHERE id = ANY($1)',
    [ids],
  );
  const quorums = new Map(rows.map(({ id, quorum }) => [id, quorum]));
  const parts = await sql.query<Part[]>(
    `SELECT s.assignment_id AS "ownerId", s.id, s.environment_id AS environment, ${placeInEnvironment} AS name
     FROM slices s ${placeJoins} LEFT JOIN environments e ON e.id = s.environment_id
     WHERE s.assignment_id = ANY($1) ORDER BY s.number`,
    [ids],
  );
  return repaint(sql, { kind: 'assignment', parts, partKind: 'slice', spans }, (own, id) =>
    rollUpSlices(
      own.map(({ part, outlook }) => ({ ...outlook, place: part.name, environment: part.environment })),
      quorums.get(id) ?? { mode: 'any' },
    ),
  );
}

async function repaintChecks(sql: Sql, spans: ReadonlyMap<string, Span>): Promise<Map<string, Span>> {
  const ids = [...spans.keys()];
  if (ids.length === 0) return new Map();
  const parts = await sql.query<Part[]>(
    `SELECT a.check_id AS "ownerId", a.id, s.name, NULL AS environment
     FROM assignments a JOIN systems s ON s.id = a.system_id WHERE a.check_id = ANY($1) ORDER BY lower(s.name)`,
    [ids],
  );
  return repaint(sql, { kind: 'check', parts, partKind: 'assignment', spans }, (own) =>
    rollUpParts(
      own.map(({ part, outlook }) => ({ ...outlook, name: part.name, isWatched: !isSetAside(outlook.reason) })),
      noParts.check,
    ),
  );
}

/** Answers where the owners tell something else now. What they tell of now was decided already. */
async function repaint(
  sql: Sql,
  {
    kind,
    parts,
    partKind,
    spans,
  }: { kind: SubjectKind; parts: Part[]; partKind: SubjectKind; spans: ReadonlyMap<string, Span> },
  rollUp: (parts: { part: Part; outlook: Outlook }[], ownerId: string) => Outlook,
): Promise<Map<string, Span>> {
  const changed = new Map<string, Span>();
  const partsOf = grouped(parts, ({ ownerId }) => ownerId);
  for (const [id, span] of spans) {
    const own = partsOf.get(id) ?? [];
    const told = await readIntervals(
      sql,
      partKind,
      own.map((part) => part.id),
      span.fromMs,
    );
    const before = (await readIntervals(sql, kind, [id], span.fromMs)).get(id) ?? [];
    const turns = edgesOf([...told.values()].flat(), span).flatMap((ms): Turn[] => {
      const known = own.flatMap((part) => {
        const interval = at(told.get(part.id) ?? [], ms);
        return interval ? [{ part, outlook: interval }] : [];
      });
      return known.length > 0 ? [{ fromMs: ms, ...rollUp(known, id) }] : [];
    });
    const after = spliced(before, merged(turns), span.toMs);
    const other = difference(before, after);
    if (!other) continue;
    await replaceIntervals(sql, { kind, id }, before, after);
    changed.set(id, other);
  }
  return changed;
}

/** When anything may turn within the span. */
function edgesOf(intervals: readonly Interval[], { fromMs, toMs }: Span): number[] {
  const edges = [fromMs, ...intervals.map((interval) => interval.fromMs)];
  return [...new Set(edges)].filter((ms) => ms >= fromMs && ms < toMs).sort((one, other) => one - other);
}
