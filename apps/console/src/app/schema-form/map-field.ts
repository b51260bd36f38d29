import { computed, signal, type Signal } from '@angular/core';
import { Field, type AnyField, type Seed } from './field.js';
import { isRecord, type JsonSchema } from './json-schema.js';

/** A name of one's own choice and the value under it. */
export interface MapRow {
  name: AnyField;
  value: AnyField;
}

export class MapField extends Field {
  readonly kind = 'map';
  readonly rows = signal<readonly MapRow[]>([]);
  readonly value: Signal<unknown> = computed(() => {
    const rows = this.rows().filter((row) => !isBlank(row));
    const leftOut = rows.length === 0 && !this.required && this.schema.default === undefined;
    return leftOut ? this.nothing() : Object.fromEntries(rows.map((row) => [nameOf(row), row.value.value()]));
  });
  readonly complaint: Signal<string> = computed(() => {
    const names = this.rows().map(nameOf);
    const twice = names.find((name, index) => name !== '' && names.indexOf(name) !== index);
    if (twice !== undefined) return `“${twice}” is there twice.`;
    return this.rows().some((row) => nameOf(row) === '' && !isBlank(row)) ? 'Give every value a name.' : '';
  });

  constructor(seed: Seed) {
    super(seed);
    if (isRecord(this.start)) this.rows.set(Object.entries(this.start).map(([name, value]) => this.#make(name, value)));
  }

  override children(): readonly AnyField[] {
    return this.rows().flatMap((row) => (isBlank(row) ? [] : [row.name, row.value]));
  }

  /** A name may itself hold dots. */
  override step(segments: readonly string[]): ReturnType<Field['step']> {
    for (let length = segments.length; length > 0; length--) {
      const name = segments.slice(0, length).join('.');
      const row = this.rows().find((each) => nameOf(each) === name);
      if (row) return { field: row.value, rest: segments.slice(length) };
    }
    return undefined;
  }

  add(): MapRow {
    const row = this.#make('', undefined);
    this.rows.update((rows) => [...rows, row]);
    return row;
  }

  remove(index: number): void {
    this.rows.update((rows) => rows.filter((_, at) => at !== index));
  }

  #make(name: string, value: unknown): MapRow {
    const [example] = this.schema.examples ?? [];
    const [[exampleName, exampleValue] = []] = Object.entries(isRecord(example) ? example : {});
    const names: JsonSchema = { type: 'string', minLength: 1, examples: [exampleName], ...this.schema.propertyNames };
    const values = this.schema.additionalProperties;
    return {
      name: this.seed.make(names, name === '' ? undefined : name, 'Name', false),
      value: this.seed.make(
        { examples: [exampleValue], ...(typeof values === 'object' && values) },
        value,
        'Value',
        true,
      ),
    };
  }
}

function nameOf(row: MapRow): string {
  const name = row.name.value();
  return typeof name === 'string' ? name : '';
}

/** A row that was added and never filled in counts as not there. */
function isBlank(row: MapRow): boolean {
  const value = row.value.value();
  return nameOf(row) === '' && (value === '' || value === undefined || value === null);
}
