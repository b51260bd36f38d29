// `{{ environment.region }}` in fields that a probe marks templatable, resolved for one slice.
import type { ProbeDefinition } from '@checkstack/plugin-sdk';
import { markedValues } from '@checkstack/plugin-sdk/runtime';
import { mapJson } from '../secrets/secret-values.js';
import type { Definition } from './definition.js';

/** What templates can name; no environment: its templates stay as they are, and the satellite refuses to run them. */
export interface TemplateValues {
  check: string | null;
  system: string | null;
  environment: { name: string; fields: Record<string, string> } | null;
}

const template = /\{\{\s*(environment|system|check)\.([\w-]+)\s*\}\}/g;

/** Fills the templates of this definition; null: it has none. Prepared once, for many slices. */
export function prepareTemplates(
  probe: ProbeDefinition,
  definition: Definition,
): ((values: TemplateValues) => Definition) | null {
  const config = templatesIn(probe.config, definition.config);
  const collectors = definition.collectors.map((use) => {
    const schema = probe.collectors[use.collector]?.config;
    return schema ? templatesIn(schema, use.config) : new Set<string>();
  });
  if (config.size === 0 && collectors.every((pointers) => pointers.size === 0)) return null;
  return (values) => ({
    ...definition,
    config: filled(definition.config, config, values),
    collectors: definition.collectors.map((use, index) => ({
      ...use,
      config: filled(use.config, collectors[index] ?? new Set(), values),
    })),
  });
}

type Schema = Parameters<typeof markedValues>[0];
type Json = Record<string, unknown>;

function templatesIn(schema: Schema, config: Json): Set<string> {
  const marked = markedValues(schema, config, 'templatable');
  return new Set(
    marked.filter(({ value }) => typeof value === 'string' && value.includes('{{')).map(({ pointer }) => pointer),
  );
}

function filled(config: Json, pointers: ReadonlySet<string>, values: TemplateValues): Json {
  if (pointers.size === 0) return config;
  return mapJson(config, (value, pointer) =>
    typeof value === 'string' && pointers.has(pointer) ? { value: fill(value, values) } : undefined,
  ) as Json;
}

/** A template without a value stays. */
export function fill(text: string, values: TemplateValues): string {
  return text.replace(template, (whole: string, thing: keyof TemplateValues, key: string) => {
    if (thing !== 'environment') return (key === 'name' ? values[thing] : null) ?? whole;
    const { environment } = values;
    if (environment === null) return whole;
    if (Object.hasOwn(environment.fields, key)) return environment.fields[key] ?? whole;
    return key === 'name' ? environment.name : whole;
  });
}

/** Names for the satellite's logs. */
export function labelsOf({ check, system, environment }: TemplateValues, location: string): Record<string, string> {
  return {
    ...(check !== null && { check }),
    ...(system !== null && { system }),
    ...(environment !== null && { environment: environment.name }),
    location,
  };
}
