import { computed, signal, type Signal } from '@angular/core';
import { Field, type AnyField, type Seed } from './field.js';

export class ListField extends Field {
  readonly kind = 'list';
  readonly items = signal<readonly AnyField[]>([]);
  readonly isFull = computed(() => this.items().length >= (this.schema.maxItems ?? Infinity));
  readonly value: Signal<unknown> = computed(() => {
    const values = this.items().map((item) => item.value());
    const leftOut = values.length === 0 && !this.required && this.schema.default === undefined;
    return leftOut ? this.nothing() : values;
  });
  readonly complaint = computed(() => {
    const count = this.items().length;
    const { minItems = 0, maxItems = Infinity } = this.schema;
    if (count < minItems && (this.required || count > 0))
      return minItems === 1 ? 'Add at least one.' : `Add at least ${minItems}.`;
    return count > maxItems ? `At most ${maxItems}.` : '';
  });

  constructor(seed: Seed) {
    super(seed);
    if (Array.isArray(this.start)) this.items.set(this.start.map((value: unknown) => this.#make(value)));
    else if (this.required) for (let count = 0; count < (this.schema.minItems ?? 0); count++) this.add();
  }

  override children(): readonly AnyField[] {
    return this.items();
  }

  override step([index, ...rest]: readonly string[]): ReturnType<Field['step']> {
    const field = this.items()[Number(index)];
    return field && { field, rest };
  }

  add(): AnyField {
    const item = this.#make(undefined);
    this.items.update((items) => [...items, item]);
    return item;
  }

  remove(index: number): void {
    this.items.update((items) => items.filter((_, at) => at !== index));
  }

  move(index: number, by: 1 | -1): void {
    this.items.update((items) => {
      const moved = [...items];
      const [item] = moved.splice(index, 1);
      if (item) moved.splice(index + by, 0, item);
      return moved;
    });
  }

  #make(value: unknown): AnyField {
    return this.seed.make(this.schema.items ?? {}, value, '', true);
  }
}
