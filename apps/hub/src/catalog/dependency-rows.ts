// Dependencies as they are stored, with what decides what each of them does.
import type { Cause, Dependency, DependencyGraph, Impact } from '@checkstack/api';
import { grouped, stateOf, type Sql, type StateRow } from '../health/outlook-rows.js';
import { effectOf, type Needed } from './dependency-impact.js';

export type StoredRule = Pick<Dependency['rules'][number], 'checkId' | 'from' | 'impact'>;

export interface DependencyRow {
  id: string;
  downstreamId: string;
  downstreamName: string;
  upstreamId: string;
  upstreamName: string;
  impact: Impact;
  transitive: boolean;
  label: string;
  rules: (StoredRule & { checkName: string | null; state: number; reason: string | null })[];
  ownState: number;
  ownReason: string | null;
  inheritedState: number;
  inheritedReason: string | null;
  createdAt: Date;
  version: number;
}

/** A system with its parts: `state` is the worse of what is its own and of what it inherits. */
export interface SystemStateRow extends StateRow {
  ownState: number;
  ownSince: Date | null;
  ownReason: string | null;
  inheritedState: number;
  inheritedReason: string | null;
}

export const systemStateColumns = `id, state, state_reason AS "stateReason", state_since AS "stateSince",
  own_state AS "ownState", own_state_since AS "ownSince", own_state_reason AS "ownReason",
  inherited_state AS "inheritedState", inherited_reason AS "inheritedReason"`;

/** Of `condition`: `d` is the dependency, `down` and `up` are its systems. A check that does not run counts for nothing. */
export function readDependencies(sql: Sql, condition: string, parameters: unknown[]): Promise<DependencyRow[]> {
  return sql.query<DependencyRow[]>(
    `SELECT d.id, d.downstream_id AS "downstreamId", down.name AS "downstreamName",
       d.upstream_id AS "upstreamId", up.name AS "upstreamName", d.impact, d.transitive, d.label,
       (SELECT coalesce(json_agg(json_build_object(
            'checkId', rule->>'checkId', 'from', rule->>'from', 'impact', rule->>'impact', 'checkName', c.name,
            'state', CASE WHEN a.enabled AND NOT c.paused THEN a.state ELSE 3 END, 'reason', a.state_reason) ORDER BY place), '[]')
          FROM jsonb_array_elements(d.rules) WITH ORDINALITY AS rules (rule, place)
          LEFT JOIN checks c ON c.id = (rule->>'checkId')::uuid
          LEFT JOIN assignments a ON a.check_id = c.id AND a.system_id = d.upstream_id) AS rules,
       up.own_state AS "ownState", up.own_state_reason AS "ownReason",
       up.inherited_state AS "inheritedState", up.inherited_reason AS "inheritedReason",
       d.created_at AS "createdAt", d.version
     FROM dependencies d JOIN systems down ON down.id = d.downstream_id JOIN systems up ON up.id = d.upstream_id
     WHERE ${condition}`,
    parameters,
  );
}

/** $1 and all systems that depend on them, directly or not; or, the other way, all that they depend on. */
const reached = (from: 'upstream' | 'downstream', to: 'upstream' | 'downstream'): string =>
  `WITH RECURSIVE reached AS (
     SELECT unnest($1::uuid[]) AS id
     UNION SELECT d.${to}_id FROM reached JOIN dependencies d ON d.${from}_id = reached.id
   ) SELECT id FROM reached`;
const dependents = reached('upstream', 'downstream');
const needs = reached('downstream', 'upstream');

/** These systems and all that depend on them, or all that they need. */
export async function reachedFrom(sql: Sql, which: 'dependents' | 'needs', ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }[]>(which === 'dependents' ? dependents : needs, [ids]);
  return rows.map(({ id }) => id);
}

/** Locks systems and all that may turn with them, in the order of their ids, as whoever decides states does. */
export function lockWithDependents(sql: Sql, ids: readonly string[]): Promise<SystemStateRow[]> {
  return sql.query<SystemStateRow[]>(
    `SELECT ${systemStateColumns} FROM systems WHERE id IN (${dependents}) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  );
}

/** What a system needs and what needs it. */
export async function readGraph(sql: Sql, id: string): Promise<DependencyGraph> {
  const systems = await sql.query<(SystemStateRow & { name: string })[]>(
    `SELECT name, ${systemStateColumns} FROM systems WHERE id IN (${needs}) OR id IN (${dependents}) ORDER BY lower(name), id`,
    [[id]],
  );
  const dependencies = await readDependencies(
    sql,
    `d.downstream_id IN (${needs}) OR d.upstream_id IN (${dependents}) ${byName}`,
    [[id]],
  );
  return {
    systems: systems.map(({ name, ...row }) => ({ id: row.id, name, ...statesOf(row) })),
    dependencies: dependencies.map(dependencyOf),
  };
}

export const byName = 'ORDER BY lower(down.name), lower(up.name), d.id';

/** The names of the systems on the shortest way from one that needs the other to that; undefined where it does not. */
export async function pathBetween(sql: Sql, fromId: string, toId: string): Promise<string[] | undefined> {
  const steps = await sql.query<{ fromId: string; toId: string; name: string }[]>(
    `SELECT d.downstream_id AS "fromId", d.upstream_id AS "toId", up.name
     FROM dependencies d JOIN systems up ON up.id = d.upstream_id WHERE d.downstream_id IN (${needs})`,
    [[fromId]],
  );
  const stepsFrom = grouped(steps, (step) => step.fromId);
  const paths = new Map<string, string[]>([[fromId, []]]);
  // What is added meanwhile is walked as well, the nearest first.
  for (const [id, path] of paths)
    for (const step of stepsFrom.get(id) ?? []) if (!paths.has(step.toId)) paths.set(step.toId, [...path, step.name]);
  return paths.get(toId);
}

export function statesOf(row: SystemStateRow): Pick<DependencyGraph['systems'][number], 'state' | 'own'> {
  return {
    state: { state: stateOf(row.state), since: row.stateSince?.toISOString() ?? null, reason: row.stateReason },
    own: { state: stateOf(row.ownState), since: row.ownSince?.toISOString() ?? null, reason: row.ownReason },
  };
}

export function dependencyOf(row: DependencyRow): Dependency {
  return {
    id: row.id,
    downstream: { id: row.downstreamId, name: row.downstreamName },
    upstream: { id: row.upstreamId, name: row.upstreamName },
    impact: row.impact,
    transitive: row.transitive,
    label: row.label,
    rules: row.rules.map(({ reason: _, ...rule }) => ({ ...rule, state: stateOf(rule.state) })),
    effect: causeOf(row),
    createdAt: row.createdAt.toISOString(),
    version: row.version,
  };
}

/** What the row says that its upstream system has now. */
export function causeOf(row: DependencyRow): Cause | null {
  const effect = effectOf(neededOf(row));
  return effect && { dependencyId: row.id, system: { id: row.upstreamId, name: row.upstreamName }, ...effect };
}

/** What these do to the system that they are of, worst first. */
export function causesOf(rows: readonly DependencyRow[]): Cause[] {
  const causes = rows.flatMap((row) => causeOf(row) ?? []);
  return causes.toSorted((one, other) => Number(other.state === 'unhealthy') - Number(one.state === 'unhealthy'));
}

function neededOf(row: DependencyRow): Needed {
  return {
    ...row,
    rules: row.rules.map((rule) => ({ ...rule, state: stateOf(rule.state) })),
    own: { state: stateOf(row.ownState), reason: row.ownReason },
    inherited: { state: stateOf(row.inheritedState), reason: row.inheritedReason },
  };
}
