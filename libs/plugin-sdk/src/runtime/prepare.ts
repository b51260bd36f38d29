// Everything about a run that does not change from run to run, done once per slice.
import type { z } from 'zod';
import { collectorUse } from '../assertions.js';
import { prepareEvaluator, type Evaluator } from '../evaluation/evaluate.js';
import { validateCollectors, validateConfig, type Problem } from '../evaluation/validate.js';
import { hostFailure } from '../failures.js';
import { markedValues } from '../marks.js';
import type { ProbeDefinition } from '../probe.js';
import type { ProbeFailure } from '../verdict.js';
import { maskFor, type Mask } from './mask.js';

export interface RunRequest {
  config: unknown;
  /** `collectorUse` of the assertion language, templates resolved. */
  collectors: readonly z.input<typeof collectorUse>[];
  /** Further texts to be masked, besides the secrets of the config. */
  secrets?: readonly string[];
}

export interface Preparation {
  probe: ProbeDefinition;
  config: Record<string, unknown>;
  collectors: { name: string; config: Record<string, unknown> }[];
  evaluator: Evaluator;
  mask: Mask;
}

const unresolved = /\{\{\s*(?:environment|system|check|secrets)\.[^{}]*\}\}/;
const maxNamedProblems = 3;

/** Never throws: a configuration that cannot run is a failure of each of its runs. */
export function prepare(probe: ProbeDefinition, request: RunRequest): Preparation | { failure: ProbeFailure } {
  const template = markedValues(probe.config, request.config, 'templatable').find(
    ({ value }) => typeof value === 'string' && unresolved.test(value),
  );
  if (template) {
    const text = unresolved.exec(String(template.value))?.[0];
    return {
      failure: hostFailure('unresolved_template', `${text} in ${template.pointer.slice(1)} has no value.`),
    };
  }
  const problems = [
    ...validateConfig(probe, request.config),
    ...validateCollectors(probe, request.collectors).map(({ path, message }) => ({
      path: ['collectors', ...path],
      message,
    })),
  ];
  if (problems.length > 0) return { failure: hostFailure('invalid_config', sentence(problems)) };

  const collectors = request.collectors.map((collector) => collectorUse.parse(collector));
  return {
    probe,
    config: probe.config.parse(request.config),
    collectors: collectors.map(({ collector, config }) => ({
      name: collector,
      config: probe.collectors[collector]!.config?.parse(config) ?? {},
    })),
    evaluator: prepareEvaluator(probe, collectors),
    mask: maskFor([...secretsOf(probe, request), ...(request.secrets ?? [])]),
  };
}

function secretsOf(probe: ProbeDefinition, request: RunRequest): string[] {
  const found = markedValues(probe.config, request.config, 'secret');
  for (const { collector, config } of request.collectors) {
    const schema = probe.collectors[collector]!.config;
    if (schema) found.push(...markedValues(schema, config, 'secret'));
  }
  return found.map(({ value }) => String(value));
}

function sentence(problems: Problem[]): string {
  const named = problems
    .slice(0, maxNamedProblems)
    .map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
  const more = problems.length - named.length;
  return `The configuration is not valid. ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}
