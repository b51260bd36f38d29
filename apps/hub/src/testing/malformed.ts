// Requests that are nearly right, for the sweep over all routes.
import type { Route } from '@checkstack/api';
import * as z from 'zod';

type Schema = z.core.JSONSchema.JSONSchema;

/** What no field of ours takes, or only some do: wrong types, extremes, and what databases choke on. */
export const badValues: unknown[] = [
  null,
  true,
  -1,
  1e308,
  0.5,
  2 ** 53 + 2,
  '',
  ' ',
  'x\u0000y',
  '\ud800',
  'x'.repeat(5_000),
  '٣',
  '2024-13-45T99:99:99Z',
  '00000000-0000-0000-0000-000000000000',
  [],
  [[]],
  [null],
  {},
  { $secret: 'kept' },
  { $sealed: 'x.y' },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as object,
  nested(70),
];

/** Bodies as they may come over the wire, whatever the route. */
export const badTexts: string[] = [
  '',
  '{',
  'null',
  '"text"',
  '5',
  '[]',
  '{}',
  '{"a":1e999}',
  '{"name":"\\u0000"}',
  '{"name":"\\ud800"}',
  '{"__proto__":{"x":1}}',
  '['.repeat(500),
  '{"a":'.repeat(500) + '1' + '}'.repeat(500),
];

/** Too deep or too long for anybody. */
export const hugeTexts: string[] = [
  '['.repeat(500_000),
  '['.repeat(500_000) + ']'.repeat(500_000),
  '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000),
  `{"a":"${'x'.repeat(1_100_000)}"}`,
];

export const badQueryValues = [
  '',
  ' ',
  '\u0000',
  '-1',
  '0',
  '1e999',
  'NaN',
  '99999999999999999999',
  'x'.repeat(3_000),
  "'; --",
  Buffer.from('["\\u0000","00000000-0000-0000-0000-000000000000"]').toString('base64url'),
  Buffer.from('[1e400]').toString('base64url'),
  Buffer.from('["99999999999999999999"]').toString('base64url'),
  '2024-02-30T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
];

export const badSegments = [
  'x',
  '%00',
  '%ff',
  '..%2f..',
  'x'.repeat(3_000),
  '00000000-0000-0000-0000-000000000000.1.0',
  '00000000-0000-4000-8000-000000000000.999999999999999.9999',
];

/** What fields of these names hold when they name something that exists. */
export type Samples = Record<string, unknown>;

/** A small value that the schema takes. */
export function exampleOf(schema: z.ZodType, samples: Samples): unknown {
  return exampleFor(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), samples);
}

/** The example with each of its places, in turn, replaced by each bad value. */
export function* malformed(example: unknown): Generator<unknown> {
  for (const bad of badValues) {
    yield bad;
    for (const path of placesOf(example)) yield replaced(example, path, bad);
  }
}

export function queryNames(route: Route): string[] {
  const { properties = {} } = z.toJSONSchema(route.query, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties);
}

function exampleFor(schema: Schema | boolean | undefined, samples: Samples): unknown {
  if (typeof schema !== 'object') return 'any';
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const variant = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (variant !== undefined) return exampleFor(variant, samples);
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, property]) => [
          key,
          samples[key] ?? exampleFor(property, samples),
        ]),
      );
    case 'array':
      return schema.items === undefined || Array.isArray(schema.items) ? [] : [exampleFor(schema.items, samples)];
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return textFor(schema.format);
  }
}

function textFor(format: string | undefined): string {
  switch (format) {
    case 'uuid':
      return '00000000-0000-4000-8000-000000000000';
    case 'date-time':
      return '2030-01-01T00:00:00Z';
    case 'email':
      return 'sweep@example.test';
    case 'uri':
      return 'https://example.test/';
    default:
      return 'sweep';
  }
}

function* placesOf(value: unknown, above: string[] = []): Generator<string[]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield [...above, key];
    yield* placesOf(inner, [...above, key]);
  }
}

function replaced(value: unknown, [key, ...below]: string[], bad: unknown): unknown {
  if (key === undefined) return bad;
  if (Array.isArray(value))
    return value.map((entry: unknown, index) => (String(index) === key ? replaced(entry, below, bad) : entry));
  const holder = value as Record<string, unknown>;
  return { ...holder, [key]: replaced(holder[key], below, bad) };
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = { a: value };
  return value;
}
