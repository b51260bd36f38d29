import { assertion, factTypes, sides } from '@checkstack/plugin-sdk/assertions';
import * as z from 'zod';
import { partialOf } from './catalog.js';
import {
  currentMaintenance,
  byId,
  flappingSince,
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

/**
 * A secret in an answer. Sent back as it is, it is kept; a string replaces it; leaving it out clears it. `from` is the
 * JSON Pointer of where it stands in the config, so that it is kept when its list is put in another order.
 */
export const keptSecret = z.strictObject({ $secret: z.literal('kept'), from: z.string().max(1000).optional() });
export type KeptSecret = z.infer<typeof keptSecret>;

const jsonObject = z.record(z.string(), z.unknown());

export const schedule = z.union([
  z.strictObject({ everySeconds: z.int().min(1).max(86_400) }),
  z.strictObject({ cron: z.string().trim().min(1).max(120), timeZone: z.string().max(60).default('UTC') }),
]);
export type Schedule = z.infer<typeof schedule>;

export const collectorUse = z.strictObject({
  collector: z.string().max(60),
  config: jsonObject.default({}),
  assertions: z.array(assertion).max(50).default([]),
});
export type CollectorUse = z.infer<typeof collectorUse>;

const timeoutMs = z.int().min(100).max(300_000);

const checkFields = {
  name,
  kind: z.string().max(60),
  config: jsonObject,
  collectors: z.array(collectorUse).min(1).max(20),
  schedule: schedule.default({ everySeconds: 60 }),
  timeoutMs: timeoutMs.default(30_000),
  paused: z.boolean().default(false),
  tags: tags.default([]),
};

export const check = z.object({
  id,
  ...checkFields,
  state: stateNow,
  flappingSince,
  /** While all systems that it watches are in maintenance. */
  maintenance: currentMaintenance,
  assignmentCount: z.int(),
  createdAt: instant,
  updatedAt: instant,
  version,
});
export type Check = z.infer<typeof check>;

/**
 * Runs that it takes to change a slice's state: in a row; or, with a window, of so many last ones, where it is healthy
 * when neither of the others is reached.
 */
export const thresholds = z
  .strictObject({
    healthy: z.int().min(1).max(100).default(1),
    degraded: z.int().min(1).max(100).default(2),
    unhealthy: z.int().min(1).max(100).default(5),
    window: z.int().min(3).max(100).optional(),
  })
  .refine(({ degraded, window = 100 }) => degraded <= window, {
    path: ['degraded'],
    error: 'The window has fewer runs.',
  })
  .refine(({ unhealthy, window = 100 }) => unhealthy <= window, {
    path: ['unhealthy'],
    error: 'The window has fewer runs.',
  });
export type Thresholds = z.infer<typeof thresholds>;

/**
 * How many places of an environment must agree before the check is degraded or unhealthy there. A place that cannot see
 * leaves the count; when too few remain, the check is unknown.
 */
export const quorum = z.union([
  z.strictObject({ mode: z.enum(['any', 'majority', 'all']) }),
  z.strictObject({ mode: z.literal('atLeast'), count: z.int().min(1).max(100) }),
]);
export type Quorum = z.infer<typeof quorum>;

const assignmentFields = {
  systemId: id,
  enabled: z.boolean().default(true),
  thresholds: thresholds.default({ healthy: 1, degraded: 2, unhealthy: 5 }),
  quorum: quorum.default({ mode: 'any' }),
  locationIds: z.array(id).max(100).default([]),
  /** Each stands for the satellites that have it, wherever they are. At least one location or tag is needed. */
  satelliteTags: tags.default([]),
  /** Of each location and tag: `one` satellite runs it, or `every` one, each judged on its own. */
  satellites: z.enum(['one', 'every']).default('one'),
  /** With which of the system's environments it fans out. */
  environments: z
    .union([
      z.strictObject({ mode: z.enum(['all', 'none']) }),
      z.strictObject({ mode: z.literal('chosen'), ids: z.array(id).min(1).max(100) }),
    ])
    .default({ mode: 'all' }),
  /** A first failure is confirmed by one more run at once, here and at the other locations. */
  confirm: z.boolean().default(true),
  /** Days that runs are kept; hours and days are kept longer. */
  retentionDays: z.int().min(1).max(30).default(7),
};

const longRetention = {
  /** Days that charts by the hour are possible. */
  hourlyRetentionDays: z.int().min(7).max(90),
  /** Days that charts by the day are. */
  dailyRetentionDays: z.int().min(30).max(1095),
};

/** Left out, they are 30 and 365, or as much more as it takes to be longer than what is finer. */
const longRetentionGiven = {
  hourlyRetentionDays: longRetention.hourlyRetentionDays.optional(),
  dailyRetentionDays: longRetention.dailyRetentionDays.optional(),
};

export const assignment = z.object({
  id,
  check: named,
  system: named,
  ...assignmentFields,
  ...longRetention,
  locations: z.array(named),
  state: stateNow,
  version,
});
export type Assignment = z.infer<typeof assignment>;

export const probeDescriptor = z.object({
  kind: z.string(),
  title: z.string(),
  description: z.string(),
  /** JSON Schema; `secret: true` and `templatable: true` mark fields. */
  configSchema: jsonObject,
  collectors: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      configSchema: jsonObject.nullable(),
      facts: z.array(
        z.object({
          name: z.string(),
          type: z.enum(factTypes),
          label: z.string(),
          description: z.string(),
          unit: z.string().nullable(),
          chart: z.enum(['line', 'step']).nullable(),
          transient: z.boolean(),
          family: z.boolean(),
        }),
      ),
      defaultAssertions: z.array(assertion),
    }),
  ),
  failures: z.array(z.object({ code: z.string(), side: z.enum(sides), title: z.string() })),
});
export type ProbeDescriptor = z.infer<typeof probeDescriptor>;

export const probeRoutes = {
  list: route('GET /probes', {
    access: 'checks.check.read',
    summary: 'The kinds of check that can be made, with their forms',
    response: z.object({ items: z.array(probeDescriptor) }),
  }),
};

export const checkRoutes = {
  list: route('GET /checks', {
    access: 'checks.check.read',
    summary: 'Checks by name',
    query: z.object({
      ...paging,
      search: z.string().max(120).optional(),
      kind: z.string().max(60).optional(),
      state: state.optional(),
      tag: z.string().max(60).optional(),
    }),
    response: pageOf(check),
  }),
  create: route('POST /checks', {
    access: 'checks.check.manage',
    summary: 'Add a check',
    body: z.strictObject(checkFields),
    response: check,
    status: 201,
  }),
  read: route('GET /checks/:id', { access: 'checks.check.read', summary: 'One check', params: byId, response: check }),
  update: route('PATCH /checks/:id', {
    access: 'checks.check.manage',
    summary: 'Change a check; the kind stays',
    params: byId,
    body: partialOf(checkFields),
    response: check,
  }),
  remove: route('DELETE /checks/:id', {
    access: 'checks.check.manage',
    summary: 'Delete a check with its assignments and history',
    params: byId,
  }),
};

export const assignmentRoutes = {
  list: route('GET /assignments', {
    access: 'checks.check.read',
    summary: 'Assignments of a check or on a system',
    query: z.object({ ...paging, checkId: id.optional(), systemId: id.optional() }),
    response: pageOf(assignment),
  }),
  create: route('POST /assignments', {
    access: 'checks.check.manage',
    summary: 'Attach a check to a system',
    body: z.strictObject({ checkId: id, ...assignmentFields, ...longRetentionGiven }),
    response: assignment,
    status: 201,
  }),
  update: route('PATCH /assignments/:id', {
    access: 'checks.check.manage',
    summary: 'Change thresholds, quorum, locations, satellite tags, environments, retention, or switch it off',
    params: byId,
    body: partialOf({
      enabled: assignmentFields.enabled,
      thresholds: assignmentFields.thresholds,
      quorum: assignmentFields.quorum,
      locationIds: assignmentFields.locationIds,
      satelliteTags: assignmentFields.satelliteTags,
      satellites: assignmentFields.satellites,
      environments: assignmentFields.environments,
      confirm: assignmentFields.confirm,
      retentionDays: assignmentFields.retentionDays,
      ...longRetentionGiven,
    }),
    response: assignment,
  }),
  remove: route('DELETE /assignments/:id', {
    access: 'checks.check.manage',
    summary: 'Detach a check from a system',
    params: byId,
  }),
};
