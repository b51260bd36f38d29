// The part of JSON Schema (2020-12) that forms are drawn from, as zod 4 writes it, and what Checkstack adds to it.

export interface JsonSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  const?: unknown;
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  minItems?: number;
  maxItems?: number;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  not?: JsonSchema;
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  /** Encrypted at rest and never sent here. */
  secret?: boolean;
  /** `{{ … }}` is filled in for every slice. */
  templatable?: boolean;
  multiline?: boolean;
  unit?: string;
  /** Seldom needed: folded away. */
  advanced?: boolean;
}

/** Follows a `$ref` into the root's `$defs`; what stands beside the `$ref` wins. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const found = schema.$ref?.match(/^#\/\$defs\/(.+)$/)?.[1];
  const target = schema.$ref === '#' ? root : found && root.$defs?.[found];
  if (!target) return schema;
  const beside = { ...schema };
  delete beside.$ref;
  return resolve({ ...target, ...beside }, root);
}

/** A value of a schema as text: for placeholders, and for options without a title. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `maxBodyBytes` → `Max body bytes` */
export function inWords(key: string): string {
  const words = key
    .replace(/[_-]+/g, ' ')
    .replace(/([a-z\d])([A-Z])/g, (_, before: string, after: string) => `${before} ${after.toLowerCase()}`)
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Taken apart: the schema without `null`, and whether `null` was allowed. */
export function withoutNull(schema: JsonSchema): { schema: JsonSchema; nullable: boolean } {
  const { anyOf, ...outer } = schema;
  const rest = anyOf?.filter((variant) => variant.type !== 'null');
  if (!anyOf || !rest || rest.length === anyOf.length) return { schema, nullable: false };
  const [only] = rest;
  return { schema: rest.length === 1 ? { ...only, ...outer } : { ...outer, anyOf: rest }, nullable: true };
}

/** How well a value fits a schema's shape: 0 not at all; otherwise the more, the better. Constraints of text and numbers are left out. */
export function fit(unresolved: JsonSchema, value: unknown, root: JsonSchema): number {
  const schema = resolve(unresolved, root);
  if (schema.const !== undefined) return schema.const === value ? 2 : 0;
  if (schema.enum) return schema.enum.includes(value) ? 2 : 0;
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return Math.max(...variants.map((variant) => fit(variant, value, root)));
  switch (schema.type) {
    case undefined:
      return 1;
    case 'null':
      return value === null ? 2 : 0;
    case 'integer':
      return Number.isInteger(value) ? 2 : 0;
    case 'array':
      return Array.isArray(value) ? 2 : 0;
    case 'object':
      return fitObject(schema, value, root);
    default:
      return typeof value === schema.type || (schema.secret === true && isKeptSecret(value)) ? 2 : 0;
  }
}

function fitObject(schema: JsonSchema, value: unknown, root: JsonSchema): number {
  if (!isRecord(value)) return 0;
  const properties = schema.properties ?? {};
  const known = Object.entries(properties).filter(([key]) => key in value);
  if (schema.required?.some((key) => !(key in value))) return 0;
  if (known.some(([key, property]) => fit(property, value[key], root) === 0)) return 0;
  if (schema.additionalProperties === false && Object.keys(value).some((key) => !(key in properties))) return 0;
  return 2 + known.length;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The hub's stand-in for a secret that is set: sent back as it came, the secret stays. */
export function isKeptSecret(value: unknown): boolean {
  return isRecord(value) && value['$secret'] === 'kept';
}
