import { computed, linkedSignal, signal, type Signal } from '@angular/core';
import type { JsonSchema } from './json-schema.js';
import type {
  ChoiceField,
  ConstantField,
  FlagField,
  JsonField,
  NumberField,
  SecretField,
  TextField,
} from './leaf-fields.js';
import type { ListField } from './list-field.js';
import type { MapField } from './map-field.js';
import type { ObjectField } from './object-field.js';
import type { UnionField } from './union-field.js';

export type AnyField =
  | TextField
  | NumberField
  | FlagField
  | ChoiceField
  | ConstantField
  | SecretField
  | JsonField
  | ObjectField
  | UnionField
  | ListField
  | MapField;

/** What a field is made of. */
export interface Seed {
  /** Resolved, and without `null`. */
  schema: JsonSchema;
  /** The stored value; undefined where none is. */
  value: unknown;
  label: string;
  /** Its value may not be left out. */
  required: boolean;
  /** Leaving it empty sends null. */
  nullable: boolean;
  /** Makes the fields within. */
  make(schema: JsonSchema, value: unknown, label: string, required: boolean): AnyField;
}

let made = 0;

/** One thing to fill in: its value as it is sent, and what is wrong with it. */
export abstract class Field {
  abstract readonly kind: string;
  /** As it would be sent; undefined: left out. */
  abstract readonly value: Signal<unknown>;
  /** What is wrong by the schema; '' when nothing is. */
  abstract readonly complaint: Signal<string>;

  /** Of its control in the document. */
  readonly id = `field-${++made}`;
  readonly label: string;
  readonly hint: string;
  readonly required: boolean;
  readonly touched = signal(false);
  /** What the hub said about the value as it stands. */
  readonly refusal = linkedSignal({ source: () => this.value(), computation: () => '' });
  readonly error = computed(() => this.refusal() || (this.touched() ? this.complaint() : ''));
  /** Some field here or within complains. */
  readonly hasError: Signal<boolean> = computed(
    () => this.error() !== '' || this.children().some((child) => child.hasError()),
  );

  constructor(protected readonly seed: Seed) {
    this.label = seed.label;
    this.hint = seed.schema.description ?? '';
    this.required = seed.required;
  }

  get schema(): JsonSchema {
    return this.seed.schema;
  }

  /** What it is filled with at first. */
  protected get start(): unknown {
    return this.seed.value ?? this.schema.default;
  }

  /** It came with something else than what it holds by default. */
  get differs(): boolean {
    const { value, schema } = this.seed;
    return value !== undefined && JSON.stringify(value) !== JSON.stringify(schema.default);
  }

  /** The fields within, as they are shown now. */
  children(): readonly AnyField[] {
    return [];
  }

  /** The field within that the first segments name, and the segments that are left. */
  step(_segments: readonly string[]): { field: AnyField; rest: readonly string[] } | undefined {
    return undefined;
  }

  /** What is sent when nothing is filled in. */
  protected nothing(): unknown {
    return this.seed.nullable ? null : undefined;
  }
}

/** The field and all that are shown within it, in reading order. */
export function everyField(field: AnyField): AnyField[] {
  return [field, ...field.children().flatMap(everyField)];
}

/** The deepest field that a path such as `auth.password` or `headers.0.name` leads to. */
export function fieldAt(field: AnyField, segments: readonly string[]): AnyField {
  const found = segments.length > 0 ? field.step(segments) : undefined;
  return found ? fieldAt(found.field, found.rest) : field;
}
