import type { Dependency, DependencyGraph, Named, routes, RouteInput } from '@checkstack/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import type { Actor } from '../actor.js';
import { Edits } from '../edits/edits.service.js';
import { lockForEdit, merged } from '../edits/rows.js';
import { HubProblem, invalidField } from '../problems.js';
import { decodeCursor, pageOf } from '../rest/cursor.js';
import { DependencyEntity } from './dependency.entity.js';
import { byName, dependencyOf, pathBetween, readDependencies, readGraph } from './dependency-rows.js';

type Given = RouteInput<typeof routes.dependencies.create>['body'];
type Fields = Omit<Given, 'downstreamId' | 'upstreamId'>;

/** Two edits that make a circle together must not miss each other. */
const dependencyLock = 7_226_006;

@Injectable()
export class Dependencies {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly edits: Edits,
  ) {}

  async list({
    limit,
    after,
    systemId,
  }: RouteInput<typeof routes.dependencies.list>['query']): Promise<{ items: Dependency[]; next: string | null }> {
    const [downstream, upstream, id] = decodeCursor(after, z.tuple([z.string(), z.string(), z.uuid()])) ?? [];
    const rows = await readDependencies(
      this.dataSource.manager,
      `($1::uuid IS NULL OR $1 IN (d.downstream_id, d.upstream_id))
         AND ($2::text IS NULL OR (lower(down.name), lower(up.name), d.id) > (lower($2), lower($3), $4::uuid))
       ${byName} LIMIT $5`,
      [systemId ?? null, downstream ?? null, upstream ?? null, id ?? null, limit + 1],
    );
    const page = pageOf(rows, limit, (row) => [row.downstreamName, row.upstreamName, row.id]);
    return { items: page.items.map(dependencyOf), next: page.next };
  }

  /** What a system needs and what needs it, directly or not. */
  async graph(systemId: string): Promise<DependencyGraph> {
    const graph = await readGraph(this.dataSource.manager, systemId);
    if (graph.systems.length === 0) throw new HubProblem('not_found');
    return graph;
  }

  async create(given: Given, actor: Actor): Promise<Dependency> {
    return this.edits.run(async (manager) => {
      await this.lock(manager);
      const { downstream, upstream } = await systemsOf(manager, given);
      await refuseCircle(manager, downstream, upstream);
      await refuseSecond(manager, downstream, upstream);
      await refuseUnknownChecks(manager, upstream.id, given.rules);
      const { id } = await manager.save(DependencyEntity, given);
      const after = await one(manager, id);
      await this.edits.record(manager, actor, { ...about(after), after: shown(after) });
      return after;
    });
  }

  async update(id: string, input: Partial<Fields>, actor: Actor, version?: number): Promise<Dependency> {
    return this.edits.run(async (manager) => {
      const row = await lockForEdit(manager, DependencyEntity, id, version);
      const before = await one(manager, id);
      const known = new Set(row.rules.map(({ checkId }) => checkId));
      await refuseUnknownChecks(manager, row.upstreamId, input.rules ?? [], known);
      const { impact, transitive, label, rules } = merged<Fields>(row, input);
      await manager.update(DependencyEntity, id, { impact, transitive, label, rules });
      const after = await one(manager, id);
      if (!(await this.edits.record(manager, actor, { ...about(after), before: shown(before), after: shown(after) })))
        return after;
      await manager.update(DependencyEntity, id, { version: () => 'version + 1' });
      return one(manager, id);
    });
  }

  async remove(id: string, actor: Actor, version?: number): Promise<void> {
    await this.edits.run(async (manager) => {
      await lockForEdit(manager, DependencyEntity, id, version);
      await this.removeLocked(manager, await one(manager, id), actor);
    });
  }

  /** Before a system is deleted, so that the log tells what the systems around it lose. */
  async removeOf(manager: EntityManager, systemId: string, actor: Actor): Promise<void> {
    const rows = await readDependencies(manager, `$1 IN (d.downstream_id, d.upstream_id) ${byName}`, [systemId]);
    for (const row of rows) await this.removeLocked(manager, dependencyOf(row), actor);
  }

  private async removeLocked(manager: EntityManager, dependency: Dependency, actor: Actor): Promise<void> {
    await manager.delete(DependencyEntity, dependency.id);
    await this.edits.record(manager, actor, { ...about(dependency), before: shown(dependency) });
  }

  private async lock(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [dependencyLock]);
  }
}

async function one(manager: EntityManager, id: string): Promise<Dependency> {
  const [row] = await readDependencies(manager, 'd.id = $1', [id]);
  if (row === undefined) throw new HubProblem('not_found');
  return dependencyOf(row);
}

/** Both ends, held until the transaction ends. */
async function systemsOf(
  manager: EntityManager,
  { downstreamId, upstreamId }: Pick<Given, 'downstreamId' | 'upstreamId'>,
): Promise<{ downstream: Named; upstream: Named }> {
  const found = await manager.query<Named[]>(
    'SELECT id, name FROM systems WHERE id = ANY($1) ORDER BY id FOR KEY SHARE',
    [[downstreamId, upstreamId]],
  );
  const downstream = found.find(({ id }) => id === downstreamId);
  const upstream = found.find(({ id }) => id === upstreamId);
  if (!downstream) throw invalidField('downstreamId', 'There is no such system.');
  if (!upstream) throw invalidField('upstreamId', 'There is no such system.');
  return { downstream, upstream };
}

async function refuseCircle(manager: EntityManager, downstream: Named, upstream: Named): Promise<void> {
  const back = await pathBetween(manager, upstream.id, downstream.id);
  if (!back) return;
  const message = `That is a circle: ${[downstream.name, upstream.name, ...back].join(' → ')}.`;
  throw new HubProblem('circular', { detail: message, fields: [{ path: 'upstreamId', message }] });
}

async function refuseSecond(manager: EntityManager, downstream: Named, upstream: Named): Promise<void> {
  const between = { downstreamId: downstream.id, upstreamId: upstream.id };
  if (!(await manager.existsBy(DependencyEntity, between))) return;
  const message = `${downstream.name} depends on ${upstream.name} already.`;
  throw new HubProblem('already_exists', { detail: message, fields: [{ path: 'upstreamId', message }] });
}

async function refuseUnknownChecks(
  manager: EntityManager,
  upstreamId: string,
  rules: Fields['rules'],
  /** Those that stood there before may be gone by now. */
  known: ReadonlySet<string> = new Set(),
): Promise<void> {
  const attached = await manager.query<{ checkId: string }[]>(
    'SELECT check_id AS "checkId" FROM assignments WHERE system_id = $1',
    [upstreamId],
  );
  const wrong = rules.findIndex(
    ({ checkId }) => !known.has(checkId) && !attached.some((assignment) => assignment.checkId === checkId),
  );
  if (wrong >= 0) throw invalidField(`rules.${wrong}.checkId`, 'This check is not attached to the upstream system.');
}

function about({ id, downstream, upstream }: Dependency): { thing: 'dependency'; id: string; name: string } {
  return { thing: 'dependency', id, name: `${downstream.name} → ${upstream.name}` };
}

/** As the audit log tells it. */
function shown({ downstream, upstream, impact, transitive, label, rules }: Dependency): object {
  return {
    downstream: downstream.name,
    upstream: upstream.name,
    impact,
    transitive,
    label,
    rules: rules.map(({ checkId, checkName, from, impact }) => `${checkName ?? checkId}, from ${from}: ${impact}`),
  };
}
