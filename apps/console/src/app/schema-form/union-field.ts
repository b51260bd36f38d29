import { computed, signal, type Signal } from '@angular/core';
import { Field, type AnyField, type Seed } from './field.js';
import { asText, fit, inWords, type JsonSchema } from './json-schema.js';

/** One of several shapes. What was filled into the others is kept until the form is left. */
export class UnionField extends Field {
  readonly kind = 'union';
  readonly mayBeUnset = !this.required && this.schema.default === undefined;
  readonly titles: readonly string[];
  readonly current = computed(() => this.#visited.get(this.#chosen()));
  readonly value: Signal<unknown> = computed(() => {
    const current = this.current();
    return current ? current.value() : this.nothing();
  });
  readonly complaint = computed(() => '');

  readonly #visited = new Map<number, AnyField>();
  readonly #variants: readonly JsonSchema[];
  readonly #chosen = signal(-1);
  /** Position among the variants; -1: not set. */
  readonly chosen = this.#chosen.asReadonly();

  constructor(seed: Seed, variants: readonly JsonSchema[], root: JsonSchema) {
    super(seed);
    this.#variants = variants;
    this.titles = variants.map(titleOf);
    const fits = variants.map((variant) => (this.start === undefined ? 0 : fit(variant, this.start, root)));
    const best = Math.max(...fits);
    this.choose(best > 0 ? fits.indexOf(best) : this.mayBeUnset ? -1 : 0, this.start);
  }

  override children(): readonly AnyField[] {
    const current = this.current();
    return current && current.kind !== 'constant' ? [current] : [];
  }

  override step(segments: readonly string[]): ReturnType<Field['step']> {
    const field = this.current();
    return field && field.kind !== 'constant' ? { field, rest: segments } : undefined;
  }

  choose(index: number, start?: unknown): void {
    const variant = this.#variants[index];
    if (variant && !this.#visited.has(index))
      this.#visited.set(index, this.seed.make(variant, start, this.titles[index] ?? '', true));
    this.#chosen.set(index);
  }
}

function titleOf(variant: JsonSchema): string {
  if (variant.title) return variant.title;
  if (variant.const !== undefined) return inWords(asText(variant.const));
  const properties = Object.entries(variant.properties ?? {});
  const discriminator = properties.find(([, property]) => property.const !== undefined)?.[1].const;
  if (discriminator !== undefined) return inWords(asText(discriminator));
  return inWords(variant.required?.[0] ?? properties[0]?.[0] ?? variant.type ?? 'Other');
}
