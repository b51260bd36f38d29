// What is wrong with a text or a number by its schema, as a sentence; '' when nothing is.
import type { JsonSchema } from './json-schema.js';

const formats: Record<string, string> = {
  email: 'This is not a mail address.',
  uri: 'Write a whole URL, with its scheme.',
  hostname: 'This is not a host name.',
  ipv4: 'This is not an IPv4 address.',
  ipv6: 'This is not an IPv6 address.',
  uuid: 'This is not a UUID.',
  'date-time': 'Write a time such as 2030-01-31T12:00:00Z.',
  date: 'Write a date such as 2030-01-31.',
};

const template = /\{\{[^}]*\}\}/;

export function complainAboutText(schema: JsonSchema, text: string): string {
  const { minLength = 0, maxLength = Infinity } = schema;
  if (text === '' && minLength > 0) return 'Fill this in.';
  if (text.length < minLength) return `At least ${minLength} characters.`;
  if (text.length > maxLength) return `At most ${maxLength} characters.`;
  if (schema.templatable && template.test(text)) return '';
  const wrong =
    schema.format === 'uri' ? !URL.canParse(text) : schema.pattern !== undefined && !matches(schema.pattern, text);
  if (!wrong) return '';
  if (text === '') return 'Fill this in.';
  return formats[schema.format ?? ''] ?? `This does not have the expected form${example(schema)}.`;
}

export function complainAboutNumber(schema: JsonSchema, value: number): string {
  if (!Number.isFinite(value)) return 'Write a number.';
  if (schema.type === 'integer' && !Number.isInteger(value)) return 'Write a whole number.';
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) return `At least ${minimum}.`;
  if (maximum !== undefined && value > maximum) return `At most ${maximum}.`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `More than ${exclusiveMinimum}.`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `Less than ${exclusiveMaximum}.`;
  if (multipleOf !== undefined && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9)
    return `A multiple of ${multipleOf}.`;
  return '';
}

/** `1 to 10`, `at least 1`; '' where nothing bounds it. */
export function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `at least ${least}`;
  if (most !== undefined) return `at most ${most}`;
  if (exclusiveMinimum !== undefined) return `more than ${exclusiveMinimum}`;
  return exclusiveMaximum === undefined ? '' : `less than ${exclusiveMaximum}`;
}

function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true; // A pattern that this browser cannot read is left to the hub.
  }
}

function example({ examples, default: fallback }: JsonSchema): string {
  const first = [...(examples ?? []), fallback].find((value) => typeof value === 'string' && value !== '');
  return typeof first === 'string' ? `; for example ${first}` : '';
}
