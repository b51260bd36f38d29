// The parts of an OpenAPI 3.1 document that the reference draws.
import { withoutNull, type JsonSchema } from '../schema-form/json-schema.js';

interface Content {
  content?: Record<string, { schema?: JsonSchema }>;
}

interface OperationObject {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  security?: object[];
  parameters?: { name: string; in: string; required: boolean; description?: string; schema: JsonSchema }[];
  requestBody?: Content;
  responses: Record<string, Content & { description?: string; $ref?: string }>;
}

export interface ApiDocument {
  info: { version: string; description: string };
  tags: { name: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, JsonSchema> };
}

export interface Operation {
  /** `checks.create`; its place in the page. */
  id: string;
  method: string;
  path: string;
  summary: string;
  access: string;
  parameters: NonNullable<OperationObject['parameters']>;
  body: JsonSchema | undefined;
  answer: { status: string; schema: JsonSchema | undefined };
}

export interface OperationGroup {
  title: string;
  operations: Operation[];
}

/** The operations by group, those alone in which all searched words occur. */
export function groupsOf(document: ApiDocument, search: string): OperationGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      group: operation.tags[0] ?? '',
      operation: operationOf(method, path, operation),
    })),
  );
  const fits = ({ method, path, summary, id }: Operation) => {
    const text = `${method} ${path} ${summary} ${id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return document.tags
    .map(({ name }) => ({
      title: name,
      operations: operations
        .filter(({ group, operation }) => group === name && fits(operation))
        .map((each) => each.operation),
    }))
    .filter((group) => group.operations.length > 0);
}

function operationOf(method: string, path: string, operation: OperationObject): Operation {
  const [status = '200', answer] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    access:
      operation.security?.length === 0
        ? 'Anyone may call it.'
        : (operation.description?.replaceAll('`', '') ?? 'Anyone signed in.'),
    parameters: operation.parameters ?? [],
    body: schemaIn(operation.requestBody),
    answer: { status, schema: schemaIn(answer) },
  };
}

function schemaIn(content: Content | undefined): JsonSchema | undefined {
  return Object.values(content?.content ?? {})[0]?.schema;
}

export interface SchemaPart {
  name: string;
  schema: JsonSchema;
  required: boolean;
}

type Schemas = Record<string, JsonSchema>;

export function nameOfRef({ $ref }: JsonSchema): string | undefined {
  return $ref?.split('/').at(-1);
}

function resolved(schema: JsonSchema, schemas: Schemas): JsonSchema {
  const name = nameOfRef(schema);
  return name ? { ...schemas[name], ...schema } : schema;
}

/** What a schema is, in a few words: `list of Run`, `text (uuid) or null`. */
export function typeWords(given: JsonSchema, schemas: Schemas): string {
  const name = nameOfRef(given);
  if (name) return name;
  const { schema, nullable } = withoutNull(given);
  const words = bareTypeWords(schema, schemas);
  return nullable ? `${words} or null` : words;
}

function bareTypeWords(schema: JsonSchema, schemas: Schemas): string {
  if (nameOfRef(schema)) return nameOfRef(schema)!;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) {
    const words = [...new Set(variants.map((variant) => typeWords(variant, schemas)))];
    return words.length === 1 ? `one of ${variants.length} shapes` : words.join(' or ');
  }
  switch (schema.type) {
    case 'array':
      return `list of ${typeWords(schema.items ?? {}, schemas)}`;
    case 'object':
      return !schema.properties && typeof schema.additionalProperties === 'object'
        ? `map of ${typeWords(schema.additionalProperties, schemas)}`
        : 'object';
    case 'string':
      return schema.format ? `text (${schema.format})` : 'text';
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'flag';
    case 'null':
      return 'null';
    default:
      return 'any value';
  }
}

/** The bounds of a value, and what it is without one. */
export function boundWords(schema: JsonSchema): string {
  const span = (least: number | undefined, most: number | undefined, unit: string) => {
    const low = least === undefined || least === Number.MIN_SAFE_INTEGER ? undefined : least;
    const high = most === undefined || most === Number.MAX_SAFE_INTEGER ? undefined : most;
    if (low !== undefined && high !== undefined) return [`${low} to ${high}${unit}`];
    if (high !== undefined) return [`at most ${high}${unit}`];
    return low === undefined ? [] : [`at least ${low}${unit}`];
  };
  return [
    ...span(schema.minLength, schema.maxLength, ' characters'),
    ...span(schema.minimum, schema.maximum, ''),
    ...span(schema.minItems, schema.maxItems, ' entries'),
    ...(schema.pattern && !schema.format ? [`matches ${schema.pattern}`] : []),
    ...(schema.default === undefined ? [] : [`default ${JSON.stringify(schema.default)}`]),
  ].join(', ');
}

/** What is within a schema: fields, entries, variants. */
export function partsOf(given: JsonSchema, schemas: Schemas): SchemaPart[] {
  const { schema } = withoutNull(resolved(given, schemas));
  const whole = resolved(schema, schemas);
  const variants = whole.oneOf ?? whole.anyOf;
  if (variants) {
    const inner = variants.filter((variant) => partsOf(variant, schemas).length > 0);
    return inner.map((variant, index) => ({
      name: nameOfRef(variant) ?? `${index === 0 ? 'either' : 'or'}`,
      schema: variant,
      required: true,
    }));
  }
  if (whole.properties) {
    const required = whole.required ?? [];
    return Object.entries(whole.properties).map(([name, part]) => ({
      name,
      schema: part,
      required: required.includes(name),
    }));
  }
  if (whole.items) return partsOf(whole.items, schemas);
  return typeof whole.additionalProperties === 'object' ? partsOf(whole.additionalProperties, schemas) : [];
}
