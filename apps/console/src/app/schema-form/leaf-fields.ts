import { computed, signal } from '@angular/core';
import { complainAboutNumber, complainAboutText, rangeOf } from './constraints.js';
import { Field, type Seed } from './field.js';
import { asText, isKeptSecret, type JsonSchema } from './json-schema.js';

const fillIn = 'Fill this in.';

/** A line or a block of text; with several variants (`200` or `2xx`) the first that takes the text makes the value. */
export class TextField extends Field {
  readonly kind = 'text';
  readonly text = signal('');
  readonly multiline = this.schema.multiline === true;
  readonly templatable = this.schema.templatable === true;
  readonly placeholder = placeholderOf(this.schema);
  private readonly variants = this.schema.anyOf ?? this.schema.oneOf ?? [this.schema];
  /** Left empty it is wrong, not only without effect. */
  readonly mustBeFilled = this.required && this.variants.every((variant) => complain(variant, '') !== '');

  readonly value = computed(() => {
    const text = this.text();
    if (text === '') return this.whenEmpty();
    const variant = this.variants.find((each) => complain(each, text) === '');
    return variant && isNumeric(variant) ? Number(text) : text;
  });

  readonly complaint = computed(() => {
    const text = this.text();
    if (text === '' && !this.required) return '';
    const complaints = this.variants.map((variant) => complain(variant, text));
    return complaints.includes('') ? '' : (complaints.at(-1) ?? '');
  });

  constructor(seed: Seed) {
    super(seed);
    if (typeof this.start === 'string' || typeof this.start === 'number') this.text.set(String(this.start));
  }

  /** Sent as '' where that is a value of its own; leaving it out would bring the default back. */
  private whenEmpty(): unknown {
    const sendsEmpty =
      this.required || (this.schema.default !== undefined && complainAboutText(this.schema, '') === '');
    return sendsEmpty && !this.seed.nullable ? '' : this.nothing();
  }
}

function isNumeric(schema: JsonSchema): boolean {
  return schema.type === 'integer' || schema.type === 'number';
}

function complain(schema: JsonSchema, text: string): string {
  if (!isNumeric(schema)) return complainAboutText(schema, text);
  return text.trim() === '' ? fillIn : complainAboutNumber(schema, Number(text));
}

export class NumberField extends Field {
  readonly kind = 'number';
  readonly text = signal('');
  readonly unit = this.schema.unit ?? '';
  readonly range = rangeOf(this.schema);
  readonly mustBeFilled = this.required;
  readonly placeholder = placeholderOf(this.schema);
  readonly value = computed(() => (this.text().trim() === '' ? this.nothing() : Number(this.text())));
  readonly complaint = computed(() => {
    if (this.text().trim() === '') return this.required ? fillIn : '';
    return complainAboutNumber(this.schema, Number(this.text()));
  });

  constructor(seed: Seed) {
    super(seed);
    if (typeof this.start === 'number') this.text.set(String(this.start));
  }
}

export class FlagField extends Field {
  readonly kind = 'flag';
  readonly on = signal<boolean | undefined>(undefined);
  readonly value = computed(() => this.on() ?? (this.required ? false : this.nothing()));
  readonly complaint = computed(() => '');

  constructor(seed: Seed) {
    super(seed);
    if (typeof this.start === 'boolean') this.on.set(this.start);
  }
}

/** One of a few values. */
export class ChoiceField extends Field {
  readonly kind = 'choice';
  readonly options = optionsOf(this.schema);
  readonly mayBeUnset = !this.required && this.schema.default === undefined;
  /** Position among the options; -1: not set. */
  readonly chosen = signal(-1);
  readonly value = computed(() => {
    const option = this.options[this.chosen()];
    return option ? option.value : this.nothing();
  });
  readonly complaint = computed(() => (this.required && this.chosen() === -1 ? 'Choose one.' : ''));

  constructor(seed: Seed) {
    super(seed);
    this.chosen.set(this.options.findIndex((option) => option.value === this.start));
  }
}

function optionsOf(schema: JsonSchema): { value: unknown; label: string }[] {
  const variants = schema.enum?.map((value): JsonSchema => ({ const: value })) ?? schema.oneOf ?? schema.anyOf ?? [];
  return variants.map((variant) => ({ value: variant.const, label: variant.title ?? asText(variant.const) }));
}

/** A value that the schema fixes: nothing to fill in. */
export class ConstantField extends Field {
  readonly kind = 'constant';
  readonly value = computed(() => this.schema.const);
  readonly complaint = computed(() => '');
}

/** Kept as it is, replaced by what is typed, or cleared. */
export class SecretField extends Field {
  readonly kind = 'secret';
  readonly wasSet = isKeptSecret(this.seed.value);
  readonly kept = signal(this.wasSet);
  readonly text = signal('');
  readonly multiline = this.schema.multiline === true;
  readonly templatable = this.schema.templatable === true;
  readonly placeholder = placeholderOf(this.schema);
  readonly value = computed(() => {
    if (this.kept()) return this.seed.value;
    return this.text() === '' && !this.required ? this.nothing() : this.text();
  });
  readonly complaint = computed(() => {
    if (this.kept()) return '';
    if (this.text() === '') return this.required ? fillIn : '';
    return complainAboutText(this.schema, this.text());
  });

  constructor(seed: Seed) {
    super(seed);
    if (typeof seed.value === 'string') this.text.set(seed.value);
  }

  /** Back to the stored secret. */
  keep(): void {
    this.text.set('');
    this.kept.set(true);
  }
}

/** What no control is drawn for: written as JSON. */
export class JsonField extends Field {
  readonly kind = 'json';
  readonly text = signal('');
  readonly placeholder = placeholderOf(this.schema);
  readonly mustBeFilled = this.required;
  private readonly parsed = computed((): { value?: unknown; wrong?: string } => {
    if (this.text().trim() === '') return { value: this.nothing() };
    try {
      return { value: JSON.parse(this.text()) as unknown };
    } catch {
      return { wrong: 'This is not valid JSON.' };
    }
  });
  readonly value = computed(() => this.parsed().value);
  readonly complaint = computed(
    () => this.parsed().wrong ?? (this.required && this.text().trim() === '' ? fillIn : ''),
  );

  constructor(seed: Seed) {
    super(seed);
    if (this.start !== undefined) this.text.set(JSON.stringify(this.start, null, 2));
  }
}

function placeholderOf({ examples }: JsonSchema): string {
  const [first] = examples ?? [];
  return first === undefined ? '' : asText(first);
}
