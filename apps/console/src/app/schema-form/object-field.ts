import { computed, signal, type Signal } from '@angular/core';
import { Field, type AnyField, type Seed } from './field.js';
import { inWords, isRecord } from './json-schema.js';

export class ObjectField extends Field {
  readonly kind = 'object';
  /** May be left out as a whole. */
  readonly optional = !this.required && this.schema.default === undefined;
  readonly present = signal(true);
  /** Unfolded by hand. */
  readonly open = signal(false);
  readonly advancedOpen = signal(false);
  readonly value: Signal<unknown> = computed(() => {
    if (!this.present()) return this.nothing();
    const filled = Object.entries(this.#fields).map(([key, field]) => [key, field.value()] as const);
    return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
  });
  readonly complaint = computed(() => '');

  readonly #fields: Record<string, AnyField>;
  readonly #visible: readonly AnyField[];
  /** Shown at once, and folded away. */
  readonly plain: readonly AnyField[];
  readonly advanced: readonly AnyField[];

  constructor(seed: Seed) {
    super(seed);
    const values = isRecord(this.start) ? this.start : {};
    this.#fields = Object.fromEntries(
      Object.entries(this.schema.properties ?? {}).map(([key, schema]) => [
        key,
        seed.make(schema, values[key], inWords(key), this.schema.required?.includes(key) ?? false),
      ]),
    );
    this.present.set(!this.optional || isRecord(seed.value));
    this.#visible = Object.values(this.#fields).filter((field) => field.kind !== 'constant');
    this.plain = this.#visible.filter((field) => !field.schema.advanced);
    this.advanced = this.#visible.filter((field) => field.schema.advanced);
    this.open.set(this.required || this.plain.some((field) => field.differs));
    this.advancedOpen.set(this.advanced.some((field) => field.differs));
  }

  override children(): readonly AnyField[] {
    return this.present() ? this.#visible : [];
  }

  override step([key = '', ...rest]: readonly string[]): ReturnType<Field['step']> {
    const field = this.#fields[key];
    return field && this.present() && field.kind !== 'constant' ? { field, rest } : undefined;
  }
}
