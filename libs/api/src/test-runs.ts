import * as z from 'zod';
import { collectorUse } from './checks.js';
import { byId, id, instant } from './fields.js';
import { runReport } from './results.js';
import { route } from './route.js';

export const logLine = z.object({ atMs: z.number(), text: z.string() });
export type LogLine = z.infer<typeof logLine>;

/** Test now: one run that never enters history. */
export const testRun = z.object({
  id,
  status: z.enum(['waiting', 'running', 'finished', 'cancelled', 'failed']),
  location: z.string(),
  satellite: z.string().nullable(),
  log: z.array(logLine),
  report: runReport.nullable(),
  /** Why it could not run at all. */
  problem: z.string().nullable(),
  createdAt: instant,
});
export type TestRun = z.infer<typeof testRun>;

export const testRunRoutes = {
  create: route('POST /test-runs', {
    access: 'checks.check.manage',
    summary:
      'Run a configuration once, now, from a location; follow it over the live socket (topic test-run:<id>) or by reading it',
    body: z.strictObject({
      /** The saved check whose kept secrets the config means. */
      checkId: id.optional(),
      kind: z.string().max(60),
      config: z.record(z.string(), z.unknown()),
      collectors: z.array(collectorUse).min(1).max(20),
      timeoutMs: z.int().min(100).max(300_000).default(30_000),
      locationId: id,
      /** Fills the templates. */
      systemId: id.optional(),
      environmentId: id.optional(),
    }),
    response: testRun,
    status: 201,
  }),
  read: route('GET /test-runs/:id', {
    access: 'checks.check.manage',
    summary: 'A test run with its log and result',
    params: byId,
    response: testRun,
  }),
  cancel: route('DELETE /test-runs/:id', { access: 'checks.check.manage', summary: 'Stop a test run', params: byId }),
};
