import { severities, sides } from '@checkstack/plugin-sdk/assertions';
import * as z from 'zod';
import { currentMaintenance, flappingSince, id, instant, named, pageOf, paging, state, stateNow } from './fields.js';
import { route } from './route.js';

export const failure = z.object({ side: z.enum(sides), code: z.string(), message: z.string() });
export const facts = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));
export const assertionOutcome = z.object({
  collector: z.int(),
  assertion: z.int(),
  passed: z.boolean(),
  severity: z.enum(severities),
  expected: z.string(),
  actual: z.string(),
});

/** What a run reported. */
export const runReport = z.object({
  verdict: state,
  startedAt: instant,
  durationMs: z.number(),
  failure: failure.nullable(),
  /** `collector.fact` → value. */
  facts,
  assertions: z.array(assertionOutcome),
});
export type RunReport = z.infer<typeof runReport>;

const place = {
  /** null: any satellite with the tag runs it, wherever that is. */
  location: named.nullable(),
  tag: z.string().nullable(),
  /** To be shown: `Berlin`, `Berlin · sat-1` where each satellite of Berlin runs it, `tag eu-edge`. */
  place: z.string(),
};

/** A stored run. Its id is `<slice>.<slot in ms>.<attempt>`. */
export const run = runReport.extend({
  id: z.string(),
  sliceId: id,
  check: named,
  system: named,
  environment: named.nullable(),
  ...place,
  satellite: named.nullable(),
  /** The due time. */
  slot: instant,
  /** 0 scheduled, 1 first run of a new or changed check, 2 confirms the run of the same slot, 3 confirms a failure elsewhere. */
  attempt: z.int(),
});
export type Run = z.infer<typeof run>;

export const slice = z.object({
  id,
  assignmentId: id,
  check: named.extend({ kind: z.string() }),
  system: named,
  environment: named.nullable(),
  ...place,
  /** Who runs it; null: nobody. */
  satellite: named.nullable(),
  state: stateNow,
  flappingSince,
  /** Of its system. */
  maintenance: currentMaintenance,
  /** Its check is paused, or switched off for its system. */
  paused: z.boolean(),
  lastRun: z
    .object({ id: z.string(), slot: instant, verdict: state, durationMs: z.number(), failure: failure.nullable() })
    .nullable(),
});
export type Slice = z.infer<typeof slice>;

export const stateInterval = z.object({
  subject: z.object({ kind: z.enum(['slice', 'check', 'system']), id }),
  name: z.string(),
  state,
  from: instant,
  to: instant.nullable(),
  reason: z.string().nullable(),
});
export type StateInterval = z.infer<typeof stateInterval>;

/** Whose results are asked for. */
export const subject = { checkId: id.optional(), systemId: id.optional(), sliceId: id.optional() };

export const resultRoutes = {
  slices: route('GET /slices', {
    access: 'checks.check.read',
    summary: 'Slices with their state and last run',
    query: z.object({
      ...paging,
      checkId: id.optional(),
      systemId: id.optional(),
      satelliteId: id.optional(),
      state: state.optional(),
    }),
    response: pageOf(slice),
  }),
  runs: route('GET /runs', {
    access: 'checks.check.read',
    summary: 'Runs of a slice, check or system, newest first',
    query: z.object({
      ...paging,
      ...subject,
      locationId: id.optional(),
      environmentId: id.optional(),
      verdict: state.optional(),
      from: instant.optional(),
      to: instant.optional(),
    }),
    response: pageOf(run),
  }),
  run: route('GET /runs/:id', {
    access: 'checks.check.read',
    summary: 'One run',
    params: z.object({ id: z.string().regex(/^[0-9a-f-]{36}\.\d{1,15}\.\d{1,4}$/) }),
    response: run,
  }),
  intervals: route('GET /state-intervals', {
    access: 'checks.check.read',
    summary: 'State changes of a slice, check or system, or of all systems; newest first',
    query: z.object({ ...paging, ...subject, from: instant.optional(), to: instant.optional() }),
    response: pageOf(stateInterval),
  }),
};

export const dashboard = z.object({
  systems: z.record(state, z.int()),
  checks: z.int(),
  satellites: z.object({ total: z.int(), online: z.int() }),
  /** Worst first. */
  attention: z.array(
    z.object({
      system: named,
      state: stateNow,
      maintenance: currentMaintenance,
      checks: z.array(
        z.object({
          id,
          name: z.string(),
          state: stateNow,
          locations: z.array(z.object({ name: z.string(), state, reason: z.string().nullable() })),
        }),
      ),
    }),
  ),
  offlineSatellites: z.array(z.object({ id, name: z.string(), location: z.string(), lastSeenAt: instant.nullable() })),
  recent: z.array(stateInterval),
});
export type Dashboard = z.infer<typeof dashboard>;

export const dashboardRoutes = {
  read: route('GET /dashboard', {
    access: 'catalog.system.read',
    summary: 'What needs attention',
    response: dashboard,
  }),
};
