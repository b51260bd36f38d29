import * as z from 'zod';
import { cause, partialOf } from './catalog.js';
import { byId, id, instant, named, pageOf, paging, state, stateNow, version } from './fields.js';
import { route } from './route.js';

/** The worst that a dependency does to the downstream system: show, degrade, or pass on what the upstream system has. */
export const impacts = ['informational', 'degraded', 'critical'] as const;
export const impact = z.enum(impacts);
export type Impact = z.infer<typeof impact>;

/** A check on the upstream system that counts, from this state on. */
const rule = z.strictObject({ checkId: id, from: z.enum(['degraded', 'unhealthy']), impact });

const dependencyFields = {
  impact: impact.default('critical'),
  /** What the upstream system inherits from its own upstream systems counts too. */
  transitive: z.boolean().default(true),
  label: z.string().trim().max(120).default(''),
  /** When there are any, only these checks of the upstream system count, each with its own impact. */
  rules: z
    .array(rule)
    .max(50)
    .refine((rules) => new Set(rules.map(({ checkId }) => checkId)).size === rules.length, 'Name each check once.')
    .default([]),
};

export const dependency = z.object({
  id,
  /** The system that needs the other one. */
  downstream: named,
  /** The system that is needed. */
  upstream: named,
  ...dependencyFields,
  /** `checkName` is null when the check was deleted; its state is unknown where it is not attached to the upstream system. */
  rules: z.array(rule.extend({ checkName: z.string().nullable(), state })),
  /** What it does to the downstream system now. */
  effect: cause.nullable(),
  createdAt: instant,
  version,
});
export type Dependency = z.infer<typeof dependency>;

export const dependencyGraph = z.object({
  /** The system, all that it needs, and all that need it, with others' help too. */
  systems: z.array(named.extend({ state: stateNow, own: stateNow })),
  /** Those that lead to it, and those that lead from it. */
  dependencies: z.array(dependency),
});
export type DependencyGraph = z.infer<typeof dependencyGraph>;

export const dependencyRoutes = {
  list: route('GET /dependencies', {
    access: 'catalog.system.read',
    summary: 'Dependencies by the names of their systems, of all or of one',
    query: z.object({ ...paging, systemId: id.optional() }),
    response: pageOf(dependency),
  }),
  graph: route('GET /systems/:id/dependencies', {
    access: 'catalog.system.read',
    summary: 'What a system needs and what needs it, directly or not, with states',
    params: byId,
    response: dependencyGraph,
  }),
  create: route('POST /dependencies', {
    access: 'catalog.system.manage',
    summary: 'Say that a system needs another one',
    body: z.strictObject({ downstreamId: id, upstreamId: id, ...dependencyFields }),
    response: dependency,
    status: 201,
  }),
  update: route('PATCH /dependencies/:id', {
    access: 'catalog.system.manage',
    summary: 'Change a dependency; its systems stay',
    params: byId,
    body: partialOf(dependencyFields),
    response: dependency,
  }),
  remove: route('DELETE /dependencies/:id', {
    access: 'catalog.system.manage',
    summary: 'Delete a dependency',
    params: byId,
  }),
};
