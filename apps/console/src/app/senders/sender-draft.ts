// A channel or integration, or what somebody adds to one, while it is written.
import type { SenderKind } from '@checkstack/api';
import type { AnyField } from '../schema-form/field.js';
import { check, firstError, refuse } from '../schema-form/form-errors.js';
import type { JsonSchema } from '../schema-form/json-schema.js';
import { makeForm } from '../schema-form/make-form.js';

type Json = Record<string, unknown>;

/** Several forms under one: by the first part of a problem's path. */
export class Forms {
  constructor(private readonly forms: Record<string, AnyField>) {}

  /** Shows what is wrong by the schemas; true when nothing is. */
  check(): boolean {
    return Object.values(this.forms)
      .map((form) => check(form))
      .every(Boolean);
  }

  firstError(): AnyField | undefined {
    return Object.values(this.forms)
      .map((form) => firstError(form))
      .find(Boolean);
  }

  /** Puts the hub's sentences to their controls; returns those that have none. */
  refuse(fields: readonly { path: string; message: string }[]): string[] {
    return fields.flatMap(({ path, message }) => {
      const [area = '', ...rest] = path.split('.');
      const form = this.forms[area];
      if (form) refuse(form, [{ path: rest.join('.'), message }]);
      return form ? [] : [path ? `${path}: ${message}` : message];
    });
  }
}

const nameSchema: JsonSchema = { type: 'string', title: 'Name', minLength: 1, maxLength: 120 };

export class SenderDraft extends Forms {
  readonly name: AnyField;
  readonly config: AnyField;
  /** For a test: where it goes; null when the kind asks for nothing. */
  readonly address: AnyField | null;

  constructor(
    readonly kind: SenderKind,
    given: { name?: string; config?: Json } = {},
  ) {
    const name = makeForm(nameSchema, given.name ?? kind.title);
    const config = makeForm(kind.configSchema, given.config);
    super({ name, config });
    this.name = name;
    this.config = config;
    this.address = kind.addressSchema && makeForm(kind.addressSchema, undefined);
  }

  value(): { name: string; kind: string; config: Json } {
    return { name: this.name.value() as string, kind: this.kind.kind, config: this.config.value() as Json };
  }
}
