// Results over time: in buckets for charts, and as the time spent in each state.
import * as z from 'zod';
import { id, instant } from './fields.js';
import { slice, subject } from './results.js';
import { route } from './route.js';

/** Of numbers; quantiles are within 1 % of the exact ones. */
export const distribution = z.object({
  count: z.int(),
  mean: z.number(),
  min: z.number(),
  max: z.number(),
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
});
export type Distribution = z.infer<typeof distribution>;

/** What was read of one fact. */
export const factBucket = z.object({
  /** null: no number was read. */
  numbers: distribution.nullable(),
  /** Texts and flags, the most frequent first. */
  values: z.array(z.object({ value: z.string(), count: z.int() })),
  /** How often another text was read. */
  other: z.int(),
});
export type FactBucket = z.infer<typeof factBucket>;

/** An assertion is known by its place in the check and what it expected: after an edit it begins anew. */
export const assertionBucket = z.object({
  /** Runs whose assertions were evaluated; what did not fail in them has passed. */
  evaluated: z.int(),
  failed: z.array(z.object({ collector: z.int(), assertion: z.int(), expected: z.string(), count: z.int() })),
});
export type AssertionBucket = z.infer<typeof assertionBucket>;

/** Runs in one bucket of time; all counts 0 where nothing is. */
export const historyBucket = z.object({
  from: instant,
  healthy: z.int(),
  degraded: z.int(),
  unhealthy: z.int(),
  unknown: z.int(),
  /** Of the runs that took place; null without any. */
  meanMs: z.number().nullable(),
  minMs: z.number().nullable(),
  maxMs: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  /** Only where a fact was asked for. */
  fact: factBucket.optional(),
  /** Only where they were asked for. */
  assertions: assertionBucket.optional(),
});
export type HistoryBucket = z.infer<typeof historyBucket>;

/** Slots without a run, as far as the series has none in the same bucket. */
export const gap = z.object({ sliceId: id, from: instant, to: instant, count: z.int(), reason: z.string() });
export type Gap = z.infer<typeof gap>;

export const historyBy = z.enum(['slice', 'location', 'environment', 'check', 'system']);
export type HistoryBy = z.infer<typeof historyBy>;

export const history = z.object({
  from: instant,
  to: instant,
  /** At least an hour where single runs are no longer kept, at least a day where hours are not. */
  bucketSeconds: z.number(),
  series: z.array(
    z.object({
      /** null for what has none: slices without an environment, or by tag in no location. */
      of: z.object({ by: historyBy, id: id.nullable(), name: z.string().nullable() }),
      /** null: the series is of several slices. */
      slice: slice
        .pick({ id: true, check: true, system: true, environment: true, location: true, tag: true, place: true })
        .nullable(),
      buckets: z.array(historyBucket),
      /** All buckets together; only where it was asked for. */
      total: historyBucket.optional(),
    }),
  ),
  gaps: z.array(gap),
});
export type History = z.infer<typeof history>;
export type HistorySeries = History['series'][number];

/** How long something was in which state. Time of which nothing is known is unknown. */
export const timeInStates = z.object({
  from: instant,
  to: instant,
  seconds: z.object({
    healthy: z.number(),
    degraded: z.number(),
    unhealthy: z.number(),
    unknown: z.number(),
  }),
  /** Of the time with a known state; null without any. */
  healthyPercent: z.number().nullable(),
  /** The same for healthy and degraded together: it served, well or badly. */
  availablePercent: z.number().nullable(),
  /** In maintenance, and not counted in any of the others. */
  excludedSeconds: z.number(),
  /** Of all the time that counts. */
  knownPercent: z.number().nullable(),
});
export type TimeInStates = z.infer<typeof timeInStates>;

export const historyRoutes = {
  history: route('GET /history', {
    access: 'checks.check.read',
    summary: 'Latency, verdicts and facts over a span, in buckets, one series a slice, location, environment, …',
    query: z.object({
      ...subject,
      locationId: id.optional(),
      environmentId: id.optional(),
      /** Slices with the same one are merged into one series. */
      by: historyBy.default('slice'),
      from: instant,
      to: instant,
      points: z.coerce.number().int().min(10).max(2000).default(200),
      /** `collector.fact` */
      fact: z.string().min(1).max(255).optional(),
      assertions: z.enum(['true', 'false']).default('false'),
      totals: z.enum(['true', 'false']).default('false'),
    }),
    response: history,
  }),
  availability: route('GET /availability', {
    access: 'checks.check.read',
    summary: 'How long a slice, a check, a system, or a check on a system was in which state',
    query: z.object({
      ...subject,
      from: instant,
      to: instant,
      /** Equal parts of the span that are answered one by one as well. */
      parts: z.coerce.number().int().min(0).max(366).default(0),
      /** `excluded` leaves out the time in maintenances that are not to count. */
      maintenance: z.enum(['included', 'excluded']).default('included'),
    }),
    response: timeInStates.extend({ parts: z.array(timeInStates) }),
  }),
};
