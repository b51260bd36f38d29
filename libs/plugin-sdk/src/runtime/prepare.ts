// Everything about a run that does not change from run to run, done once per slice.
import type { z } from 'zod';
import { collectorUse } from '../assertion.js';
import { prepareEvaluator, type Evaluator } from '../evaluation/evaluate.js';
import { validateCollectors, validateConfig, type Problem } from '../evaluation/validate.js';
import { hostFailure } from '../failures.js';
import { markedValues, type Mark, type MarkedValue } from '../marks.js';
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
  const secrets = marked(probe, request, 'secret');
  for (const { pointer, value } of [...marked(probe, request, 'templatable'), ...secrets]) {
    const template = unresolved.exec(String(value))?.[0];
    if (template === undefined) continue;
    return { failure: hostFailure('unresolved_template', `${template} in ${pointer.slice(1)} has no value.`) };
  }
  const config = probe.config.safeParse(request.config);
  const collectors = prepareCollectors(probe, request.collectors);
  const problems = [
    ...(config.success ? [] : validateConfig(probe, request.config)),
    ...('problems' in collectors ? collectors.problems : []),
  ];
  if (!config.success || 'problems' in collectors)
    return { failure: hostFailure('invalid_config', sentence(problems)) };
  return {
    probe,
    config: config.data,
    ...collectors,
    mask: maskFor([...secrets.map(({ value }) => String(value)), ...(request.secrets ?? [])]),
  };
}

type PreparedCollectors = Pick<Preparation, 'collectors' | 'evaluator'>;

/** Most slices of a satellite ask for the same: what is made of it is shared, by what it reads. */
const shared = new WeakMap<ProbeDefinition, Map<string, PreparedCollectors>>();
const maxShared = 1_000;

function prepareCollectors(
  probe: ProbeDefinition,
  collectors: RunRequest['collectors'],
): PreparedCollectors | { problems: Problem[] } {
  const key = JSON.stringify(collectors);
  const known = shared.get(probe) ?? new Map<string, PreparedCollectors>();
  shared.set(probe, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  const problems = validateCollectors(probe, collectors);
  if (problems.length > 0)
    return { problems: problems.map(({ path, message }) => ({ path: ['collectors', ...path], message })) };
  const uses = collectors.map((collector) => collectorUse.parse(collector));
  const prepared = {
    collectors: uses.map(({ collector, config }) => ({
      name: collector,
      config: probe.collectors[collector]!.config?.parse(config) ?? {},
    })),
    evaluator: prepareEvaluator(probe, uses),
  };
  if (known.size >= maxShared) known.clear();
  known.set(key, prepared);
  return prepared;
}

/** In the config and in the options of the collectors. */
function marked(probe: ProbeDefinition, request: RunRequest, mark: Mark): MarkedValue[] {
  const options = request.collectors.flatMap(({ collector, config }, index) => {
    const schema = Object.hasOwn(probe.collectors, collector) ? probe.collectors[collector]!.config : undefined;
    const found = schema ? markedValues(schema, config, mark) : [];
    return found.map(({ pointer, value }) => ({ pointer: `/collectors/${index}/config${pointer}`, value }));
  });
  return [...markedValues(probe.config, request.config, mark), ...options];
}

function sentence(problems: Problem[]): string {
  const named = problems
    .slice(0, maxNamedProblems)
    .map(({ path, message }) => `${path.join('.') || 'config'}: ${message}`);
  const more = problems.length - named.length;
  return `The configuration is not valid. ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}
