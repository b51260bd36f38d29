import type { AnyField, Seed } from './field.js';
import {
  ChoiceField,
  ConstantField,
  FlagField,
  JsonField,
  NumberField,
  SecretField,
  TextField,
} from './leaf-fields.js';
import { ListField } from './list-field.js';
import { MapField } from './map-field.js';
import { ObjectField } from './object-field.js';
import { resolve, withoutNull, type JsonSchema } from './json-schema.js';
import { UnionField } from './union-field.js';

/** The fields of a schema, filled with a value. */
export function makeForm(schema: JsonSchema, value: unknown): AnyField {
  const make: Seed['make'] = (unresolved, start, label, required) => {
    const { schema: bare, nullable } = withoutNull(resolve(unresolved, schema));
    return makeField(
      { schema: bare, value: start ?? undefined, label: bare.title ?? label, required, nullable, make },
      schema,
    );
  };
  return make(schema, value, '', true);
}

function makeField(seed: Seed, root: JsonSchema): AnyField {
  const { schema, required } = seed;
  if (schema.secret) return new SecretField(seed);
  if (schema.const !== undefined && required) return new ConstantField(seed);
  const variants = (schema.oneOf ?? schema.anyOf)?.map((variant) => resolve(variant, root));
  if (schema.enum || schema.const !== undefined || variants?.every((variant) => variant.const !== undefined))
    return new ChoiceField(
      schema.const === undefined ? seed : { ...seed, schema: { ...schema, enum: [schema.const] } },
    );
  if (variants?.every(isTyped)) return new TextField(seed);
  if (variants) return new UnionField(seed, variants, root);
  switch (schema.type) {
    case 'string':
      return new TextField(seed);
    case 'integer':
    case 'number':
      return new NumberField(seed);
    case 'boolean':
      return new FlagField(seed);
    case 'array':
      return schema.items && !schema.prefixItems ? new ListField(seed) : new JsonField(seed);
    case 'object':
      if (schema.properties) return new ObjectField(seed);
      return typeof schema.additionalProperties === 'object' ? new MapField(seed) : new JsonField(seed);
    default:
      return new JsonField(seed);
  }
}

/** Typed into one text control, whichever variant it turns out to be. */
function isTyped({ type, secret, enum: values }: JsonSchema): boolean {
  return (type === 'string' || type === 'integer' || type === 'number') && !secret && !values;
}
