// Which values of a config carry a mark of its schema: `secret`, `templatable`, `target`.
import * as z from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** `meta()` keys that the platform knows, besides title, description and examples. */
export type Mark = 'secret' | 'templatable' | 'target';

declare module 'zod' {
  interface GlobalMeta {
    /** Encrypted at rest, never sent to a browser, masked in logs and outputs. */
    secret?: boolean;
    /** May hold `{{ environment.key }}`, `{{ system.name }}` and `{{ check.name }}`. */
    templatable?: boolean;
    /** Says whom the config talks to: when it changes, stored secrets are not sent there. */
    target?: boolean;
    /** A text of several lines. */
    multiline?: boolean;
    /** What a number counts: `ms`, `bytes`, `days`. */
    unit?: string;
    /** Seldom needed: the form folds it away. */
    advanced?: boolean;
  }
}

export interface MarkedValue {
  /** JSON Pointer (RFC 6901). */
  pointer: string;
  value: unknown;
}

const schemas = new WeakMap<z.ZodType, JsonSchema>();

/** The schema of what a person enters, without `$schema`; made once. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  let json = schemas.get(schema);
  if (!json) {
    json = z.toJSONSchema(schema, { io: 'input' });
    delete json.$schema;
    schemas.set(schema, json);
  }
  return json;
}

/**
 * The marked values of a config, through unions, lists and maps. A marked object or list stands for all values in it.
 * Where a config fits no variant of a union, the marks of all variants count, so that a broken config leaks nothing.
 */
export function markedValues(schema: z.ZodType | JsonSchema, config: unknown, mark: Mark): MarkedValue[] {
  const found = new Map<string, MarkedValue>();
  const visit = (node: JsonSchema | boolean | undefined, value: unknown, pointer: string): void => {
    if (typeof node !== 'object' || value === undefined || value === null) return;
    if ((node as Record<string, unknown>)[mark] === true) {
      for (const leaf of leavesOf(value, pointer)) found.set(leaf.pointer, leaf);
      return;
    }
    for (const part of node.allOf ?? []) visit(part, value, pointer);
    const variants = node.oneOf ?? node.anyOf;
    if (variants) {
      const fitting = variants.filter((variant) => fits(variant, value));
      for (const variant of fitting.length > 0 ? fitting : variants) visit(variant, value, pointer);
    }
    if (Array.isArray(value)) {
      value.forEach((entry, index) => visit(itemSchema(node, index), entry, `${pointer}/${index}`));
    } else if (typeof value === 'object') {
      for (const [key, entry] of Object.entries(value)) visit(propertySchema(node, key), entry, child(pointer, key));
    }
  };
  visit(schema instanceof z.ZodType ? jsonSchemaOf(schema) : schema, config, '');
  return [...found.values()];
}

/** The JSON Pointers of the secret values that a config holds. */
export function secretPaths(schema: z.ZodType | JsonSchema, config: unknown): string[] {
  return markedValues(schema, config, 'secret').map(({ pointer }) => pointer);
}

function child(pointer: string, key: string): string {
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function leavesOf(value: unknown, pointer: string): MarkedValue[] {
  if (typeof value !== 'object' || value === null) return [{ pointer, value }];
  return Object.entries(value).flatMap(([key, entry]) => leavesOf(entry, child(pointer, key)));
}

function itemSchema(node: JsonSchema, index: number): JsonSchema | boolean | undefined {
  const prefix = node.prefixItems?.[index];
  if (prefix !== undefined) return prefix;
  return Array.isArray(node.items) ? node.items[index] : node.items;
}

function propertySchema(node: JsonSchema, key: string): JsonSchema | boolean | undefined {
  const own = node.properties && Object.hasOwn(node.properties, key) ? node.properties[key] : undefined;
  return own ?? node.additionalProperties;
}

/** By the constants that tell variants apart; a variant without one always fits. */
function fits(variant: JsonSchema | boolean, value: unknown): boolean {
  if (typeof variant !== 'object') return true;
  return Object.entries(variant.properties ?? {}).every(([key, property]) => {
    if (typeof property !== 'object' || property.const === undefined) return true;
    return typeof value === 'object' && value !== null && (value as Record<string, unknown>)[key] === property.const;
  });
}
