// What is wrong with a check's configuration, named by field, before it is saved.
import type { z } from 'zod';
import { assertion, collectorUse, operators, type Comparison } from '../assertion.js';
import { findFact, type FactDefinition } from '../facts.js';
import type { ProbeDefinition } from '../probe.js';
import { operatorWords } from '../sentence.js';
import { comparisonsOf } from './evaluate.js';
import { compileJsonPath } from './json-path.js';
import { compilePattern } from './pattern.js';

export interface Problem {
  /** From the validated value downwards: `[0, 'assertions', 2, 'value']`. */
  path: (string | number)[];
  message: string;
}

/** Why a probe cannot take this configuration; empty when it can. */
export function validateConfig(probe: Pick<ProbeDefinition, 'config'>, config: unknown): Problem[] {
  return problemsOf(probe.config.safeParse(config), []);
}

/** Why a probe cannot read and assert with these collectors; empty when it can. */
export function validateCollectors(
  probe: Pick<ProbeDefinition, 'kind' | 'collectors'>,
  collectors: unknown,
): Problem[] {
  if (!Array.isArray(collectors)) return [{ path: [], message: 'must be a list' }];
  const seen = new Set<string>();
  return collectors.flatMap((value: unknown, index): Problem[] => {
    const parsed = collectorUse.safeParse(value);
    if (!parsed.success) return problemsOf(parsed, [index]);
    const { collector, config, assertions } = parsed.data;
    const definition = Object.hasOwn(probe.collectors, collector) ? probe.collectors[collector] : undefined;
    if (!definition) return [{ path: [index, 'collector'], message: `${probe.kind} has no collector "${collector}"` }];
    if (seen.has(collector)) return [{ path: [index, 'collector'], message: `"${collector}" is there already` }];
    seen.add(collector);
    return [
      ...configProblems(definition.config, config, [index, 'config']),
      ...assertions.flatMap((entry, number) =>
        assertionProblems(entry, definition.facts).map(({ path, message }) => ({
          path: [index, 'assertions', number, ...path],
          message,
        })),
      ),
    ];
  });
}

function configProblems(
  schema: z.ZodObject | undefined,
  config: Record<string, unknown>,
  path: Problem['path'],
): Problem[] {
  if (schema) return problemsOf(schema.safeParse(config), path);
  return Object.keys(config).length === 0 ? [] : [{ path, message: 'this collector has no options' }];
}

function problemsOf(parsed: z.ZodSafeParseResult<unknown>, path: Problem['path']): Problem[] {
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => flattened(issue, path));
}

/** Of a union, the mistakes of the variant that fits best: "Invalid input" names no field. */
function flattened(issue: z.core.$ZodIssue, parent: Problem['path']): Problem[] {
  const path = [...parent, ...(issue.path as Problem['path'])];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such field' }));
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ path, message: issue.message }];
  const [best] = issue.errors.toSorted((one, other) => one.length - other.length);
  return best!.flatMap((inner) => flattened(inner, path));
}

function assertionProblems(entry: z.infer<typeof assertion>, facts: Record<string, FactDefinition>): Problem[] {
  const group = 'all' in entry ? 'all' : 'any' in entry ? 'any' : undefined;
  return comparisonsOf(entry).flatMap((comparison, index) => {
    const problem = comparisonProblem(comparison, facts);
    return problem ? [{ path: [...(group ? [group, index] : []), ...problem.path], message: problem.message }] : [];
  });
}

function comparisonProblem(comparison: Comparison, facts: Record<string, FactDefinition>): Problem | undefined {
  const fact = findFact(facts, comparison.fact);
  if (!fact) return { path: ['fact'], message: unknownFact(comparison.fact, facts) };
  const { type, label } = fact.definition;
  if (comparison.path !== undefined) {
    if (type !== 'text')
      return { path: ['path'], message: `${label} is a ${type}; a path goes into a text that holds JSON` };
    const problem = reason(() => compileJsonPath(comparison.path!));
    if (problem) return { path: ['path'], message: `not a JSONPath: ${problem}` };
  } else {
    const known: readonly string[] = [...operators[type], ...operators.any];
    if (!known.includes(comparison.operator)) {
      return { path: ['operator'], message: `${label} is a ${type}; its operators are ${known.join(', ')}` };
    }
  }
  return operandProblem(comparison, comparison.path === undefined ? type : undefined);
}

function unknownFact(name: string, facts: Record<string, FactDefinition>): string {
  const names = Object.entries(facts).map(([key, { family }]) => (family ? `${key}.…` : key));
  return `no fact is called "${name}"; there are ${names.join(', ')}`;
}

/** `type` is that of the fact; undefined when it is only known at run time. */
function operandProblem(comparison: Comparison, type: FactDefinition['type'] | undefined): Problem | undefined {
  const { value, upTo } = comparison;
  const problem = (message: string): Problem => ({ path: ['value'], message });
  const { operand } = operatorWords[comparison.operator];
  if (operand === 'none') return undefined;
  if (value === undefined) return problem('a value is needed');
  switch (operand) {
    case 'number':
      return typeof value === 'number' ? undefined : problem('must be a number');
    case 'range':
      if (typeof value !== 'number') return problem('must be a number');
      if (upTo === undefined) return { path: ['upTo'], message: 'an upper bound is needed' };
      return upTo >= value ? undefined : { path: ['upTo'], message: 'must not be below the lower bound' };
    case 'count':
      return Number.isInteger(value) && Number(value) >= 0 ? undefined : problem('must be a whole number, 0 or more');
    case 'text':
      return typeof value === 'string' ? undefined : problem('must be a text');
    case 'pattern': {
      if (typeof value !== 'string') return problem('must be a text');
      const why = reason(() => compilePattern(value));
      return why === undefined ? undefined : problem(`not a regular expression (RE2): ${why}`);
    }
    case 'scalar':
      if (type === 'number' && typeof value !== 'number') return problem('must be a number');
      return type === 'text' && typeof value !== 'string' ? problem('must be a text') : undefined;
  }
}

function reason(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
