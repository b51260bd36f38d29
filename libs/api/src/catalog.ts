import * as z from 'zod';
import {
  byId,
  currentMaintenance,
  description,
  id,
  instant,
  name,
  named,
  pageOf,
  paging,
  state,
  stateNow,
  tags,
  version,
} from './fields.js';
import { route } from './route.js';

const contact = z.union([
  z.strictObject({ userId: id }),
  z.strictObject({ email: z.email().max(254), label: z.string().trim().max(120).default('') }),
]);
export const link = z.strictObject({
  label: z.string().trim().min(1).max(120),
  url: z
    .url({
      protocol: /^(https?|mailto|tel)$/,
      error: 'Give an address that begins with https://, http://, mailto: or tel:.',
    })
    .max(2000),
});

const systemFields = {
  name,
  description: description.default(''),
  contacts: z.array(contact).max(50).default([]),
  links: z.array(link).max(50).default([]),
  tags: tags.default([]),
  groupIds: z.array(id).max(100).default([]),
  environmentIds: z.array(id).max(100).default([]),
};

/** What a dependency makes of the system that has it. */
export const cause = z.object({
  dependencyId: id,
  /** The upstream system. */
  system: named,
  state: z.enum(['degraded', 'unhealthy']),
  reason: z.string(),
});
export type Cause = z.infer<typeof cause>;

/** As its own checks say there; what it inherits from other systems belongs to none. */
export const environmentState = z.object({
  /** null: what runs in no environment. */
  environment: named.nullable(),
  state,
  /** null while healthy. */
  reason: z.string().nullable(),
});
export type EnvironmentState = z.infer<typeof environmentState>;

export const system = z.object({
  id,
  ...systemFields,
  /** The users among the contacts. */
  contactUsers: z.array(named),
  groups: z.array(named),
  environments: z.array(named),
  /** Assignments on it. */
  checkCount: z.int(),
  /** The worse of its own state and of what it inherits. */
  state: stateNow,
  /** As its own checks say. */
  own: stateNow,
  maintenance: currentMaintenance,
  /** It has checks, and all of them are paused or switched off here. */
  paused: z.boolean(),
  /** What it inherits from systems that it depends on, worst first. */
  causes: z.array(cause),
  /** Its environments by name, and last what runs in none of them; empty where it has no environment. */
  byEnvironment: z.array(environmentState),
  createdAt: instant,
  updatedAt: instant,
  version,
});
export type System = z.infer<typeof system>;

export const group = z.object({ id, name: z.string(), systemCount: z.int(), state, createdAt: instant, version });
export type Group = z.infer<typeof group>;

/** Custom fields become `{{ environment.<key> }}`. */
const environmentFields = {
  name,
  description: description.default(''),
  fields: z
    .record(z.string().regex(/^[a-zA-Z_][\w-]{0,59}$/, 'Keys are letters, digits, _ and -.'), z.string().max(2000))
    .default({}),
};
export const environment = z.object({ id, ...environmentFields, systemCount: z.int(), createdAt: instant, version });
export type Environment = z.infer<typeof environment>;

/** All fields optional and without their defaults: what an edit may carry. */
export function partialOf<Shape extends z.core.$ZodShape>(shape: Shape) {
  const bare = Object.fromEntries(
    Object.entries(shape).map(([key, field]) => [
      key,
      (field instanceof z.ZodDefault ? field.unwrap() : field) as z.ZodType,
    ]),
  );
  return z.strictObject(bare).partial() as unknown as z.ZodType<Partial<z.output<z.ZodObject<Shape>>>>;
}

export const systemRoutes = {
  list: route('GET /systems', {
    access: 'catalog.system.read',
    summary: 'Systems by name, filtered',
    query: z.object({
      ...paging,
      search: z.string().max(120).optional(),
      groupId: id.optional(),
      environmentId: id.optional(),
      tag: z.string().max(60).optional(),
      /** With an environment: what it is there. */
      state: state.optional(),
    }),
    response: pageOf(system),
  }),
  create: route('POST /systems', {
    access: 'catalog.system.manage',
    summary: 'Add a system',
    body: z.strictObject(systemFields),
    response: system,
    status: 201,
  }),
  read: route('GET /systems/:id', {
    access: 'catalog.system.read',
    summary: 'One system',
    params: byId,
    response: system,
  }),
  update: route('PATCH /systems/:id', {
    access: 'catalog.system.manage',
    summary: 'Change a system',
    params: byId,
    body: partialOf(systemFields),
    response: system,
  }),
  remove: route('DELETE /systems/:id', {
    access: 'catalog.system.manage',
    summary: 'Delete a system, its assignments and its dependencies',
    params: byId,
  }),
};

export const groupRoutes = {
  list: route('GET /groups', {
    access: 'catalog.group.read',
    summary: 'Groups by name',
    response: z.object({ items: z.array(group) }),
  }),
  create: route('POST /groups', {
    access: 'catalog.group.manage',
    summary: 'Add a group',
    body: z.strictObject({ name }),
    response: group,
    status: 201,
  }),
  update: route('PATCH /groups/:id', {
    access: 'catalog.group.manage',
    summary: 'Rename a group',
    params: byId,
    body: z.strictObject({ name }),
    response: group,
  }),
  remove: route('DELETE /groups/:id', {
    access: 'catalog.group.manage',
    summary: 'Delete a group; its systems stay',
    params: byId,
  }),
};

export const environmentRoutes = {
  list: route('GET /environments', {
    access: 'catalog.environment.read',
    summary: 'Environments by name',
    response: z.object({ items: z.array(environment) }),
  }),
  create: route('POST /environments', {
    access: 'catalog.environment.manage',
    summary: 'Add an environment',
    body: z.strictObject(environmentFields),
    response: environment,
    status: 201,
  }),
  update: route('PATCH /environments/:id', {
    access: 'catalog.environment.manage',
    summary: 'Change an environment',
    params: byId,
    body: partialOf(environmentFields),
    response: environment,
  }),
  remove: route('DELETE /environments/:id', {
    access: 'catalog.environment.manage',
    summary: 'Delete an environment and its slices',
    params: byId,
  }),
};
