// The assertion language: one small schema over named facts, shared by form, API, satellite and history.
import * as z from 'zod';

export const severities = ['degraded', 'unhealthy'] as const;
export type Severity = (typeof severities)[number];

/** The operators by the type of fact they apply to. */
export const operators = {
  number: ['equals', 'not_equals', 'less', 'at_most', 'greater', 'at_least', 'between', 'not_between'],
  text: [
    'equals',
    'not_equals',
    'contains',
    'not_contains',
    'starts_with',
    'not_starts_with',
    'ends_with',
    'not_ends_with',
    'matches',
    'not_matches',
    'is_empty',
    'is_not_empty',
  ],
  flag: ['is_true', 'is_false'],
  list: ['includes', 'not_includes', 'length_equals', 'length_at_least', 'length_at_most'],
  any: ['exists', 'not_exists'],
} as const;

export type Operator = (typeof operators)[keyof typeof operators][number];

export const operator = z.enum([...new Set(Object.values(operators).flat())] as [Operator, ...Operator[]]);

/**
 * One comparison. `path` is a JSONPath (RFC 9535) into a text fact that holds JSON; where it finds several values, the
 * operators of lists see them as one list and all others must hold for each. Patterns are RE2, found anywhere in the text.
 */
export const comparison = z.strictObject({
  fact: z.string().min(1).max(200),
  path: z.string().max(500).optional(),
  operator,
  value: z.union([z.number(), z.string().max(10_000), z.boolean()]).optional(),
  /** The upper bound of `between` and `not_between`; both bounds are included. */
  upTo: z.number().optional(),
});
export type Comparison = z.infer<typeof comparison>;

/** A comparison, or a group of comparisons of which all or any must hold. */
export const assertion = z.union([
  comparison.extend({ severity: z.enum(severities).default('unhealthy') }),
  z.strictObject({ all: z.array(comparison).min(1).max(20), severity: z.enum(severities).default('unhealthy') }),
  z.strictObject({ any: z.array(comparison).min(1).max(20), severity: z.enum(severities).default('unhealthy') }),
]);
export type Assertion = z.infer<typeof assertion>;

/** A collector as a check uses it: its options and what must hold of its facts. */
export const collectorUse = z.strictObject({
  collector: z.string().min(1).max(60),
  config: z.record(z.string(), z.unknown()).default({}),
  assertions: z.array(assertion).max(50).default([]),
});
export type CollectorUse = z.infer<typeof collectorUse>;

/** What became of one assertion in one run. */
export interface AssertionOutcome {
  /** Position of the collector in the check, then of the assertion in the collector. */
  collector: number;
  assertion: number;
  passed: boolean;
  severity: Severity;
  expected: string;
  actual: string;
}
