import { Component, signal } from '@angular/core';
import { TestBed, type ComponentFixture } from '@angular/core/testing';
import { describe, expect, it } from 'vitest';
import { builtInProbes } from '../../generated/probes.js';
import { everyField, type AnyField } from './field.js';
import { check, refuse } from './form-errors.js';
import { resolve, type JsonSchema } from './json-schema.js';
import { makeForm } from './make-form.js';
import { SchemaForm } from './schema-form.js';

@Component({
  imports: [SchemaForm],
  template: '<cs-schema-form [form]="form()" [templates]="templates" />',
})
class Host {
  form = signal<AnyField>(makeForm({ type: 'object', properties: {} }, undefined));
  templates = [{ name: 'environment.host', meaning: 'Of the environment' }];
}

let fixture: ComponentFixture<Host>;
const page = () => fixture.nativeElement as HTMLElement;

function draw(schema: JsonSchema, value?: unknown): AnyField {
  fixture = TestBed.createComponent(Host);
  const form = makeForm(schema, value);
  fixture.componentInstance.form.set(form);
  fixture.detectChanges();
  return form;
}

function press(name: string): void {
  const named = (button: Element) => (button.getAttribute('aria-label') ?? button.textContent).trim() === name;
  const button = [...page().querySelectorAll('button')].find(named);
  if (!button) throw new Error(`There is no button “${name}”.`);
  button.click();
  fixture.detectChanges();
}

const control = (label: string) => {
  const found = [...page().querySelectorAll('mat-form-field')].find(
    (field) => field.querySelector('mat-label')?.textContent === label,
  );
  return found?.querySelector<HTMLInputElement>('input, textarea') ?? undefined;
};

function type(label: string, text: string): void {
  const input = control(label);
  if (!input) throw new Error(`There is no field “${label}”.`);
  input.value = text;
  input.dispatchEvent(new Event('input'));
  fixture.detectChanges();
}

// jsdom lays nothing out.
Object.assign(Element.prototype, { scrollIntoView: () => undefined });

/** A value that fills everything in, with the given variant of every union. */
function sampleOf(unresolved: JsonSchema, root: JsonSchema, pick: number): unknown {
  const schema = resolve(unresolved, root);
  if (schema.secret) return { $secret: 'kept', from: '/somewhere' };
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[pick % schema.enum.length];
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return sampleOf(variants[pick % variants.length] ?? {}, root, pick);
  switch (schema.type) {
    case 'object': {
      const entries = schema.properties
        ? Object.entries(schema.properties)
        : [['some-name', typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}] as const];
      return Object.fromEntries(entries.map(([key, inner]) => [key, sampleOf(inner, root, pick)]));
    }
    case 'array':
      return [sampleOf(schema.items ?? {}, root, pick)];
    case 'boolean':
      return pick % 2 === 0;
    case 'integer':
    case 'number':
      return (schema.minimum ?? 0) + 1;
    default:
      return `text ${pick}`;
  }
}

const forms = builtInProbes.flatMap(({ kind, configSchema, collectors }) => [
  { title: kind, schema: configSchema },
  ...collectors.flatMap(({ name, configSchema }) =>
    configSchema ? [{ title: `${kind} ${name}`, schema: configSchema }] : [],
  ),
]);

/** No union has more variants. */
const picks = [0, 1, 2, 3];

describe.each(forms)('the form of $title', ({ schema }) => {
  it.each(picks)('names every control, and writes nothing as raw JSON (variants %i)', (pick) => {
    const form = draw(schema, sampleOf(schema, schema, pick));
    expect(everyField(form).filter((field) => field.kind === 'json')).toEqual([]);
    const unnamed = [...page().querySelectorAll('input, textarea, mat-select, button')].filter((each) => !nameOf(each));
    expect(unnamed.map((each) => each.outerHTML)).toEqual([]);
  });

  it.each(picks)('sends back what it was filled with (variants %i)', (pick) => {
    const sample = sampleOf(schema, schema, pick);
    expect(makeForm(schema, sample).value()).toEqual(sample);
  });

  it('sends back what it starts with', () => {
    const { value } = makeForm(schema, undefined);
    expect(makeForm(schema, value()).value()).toEqual(value());
  });
});

function nameOf(element: Element): string {
  const labelledBy = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
  const labels = (element as Partial<HTMLInputElement>).labels ?? [];
  return [
    element.getAttribute('aria-label') ?? '',
    ...labelledBy.map((id) => document.getElementById(id)?.textContent ?? ''),
    ...[...labels].map((label) => label.textContent),
    element.tagName === 'BUTTON' ? element.textContent : '',
  ]
    .join('')
    .trim();
}

describe('a form', () => {
  it('adds, moves and removes rows by their buttons', () => {
    const list: JsonSchema = { type: 'array', title: 'Names', items: { type: 'string' } };
    const form = draw({ type: 'object', properties: { names: list } }, { names: ['a', 'b'] });
    press('Move up: Names 2');
    press('Add to Names');
    press('Remove Names 2');
    expect(form.value()).toEqual({ names: ['b', ''] });
  });

  it('keeps, replaces and clears a secret', () => {
    const kept = { $secret: 'kept', from: '/token' };
    const form = draw(
      { type: 'object', properties: { token: { type: 'string', title: 'Token', secret: true } } },
      { token: kept },
    );
    expect(page().textContent).toContain('Set, hidden');
    expect(control('Token')).toBeUndefined();
    press('Replace Token');
    type('Token', 'new');
    expect(form.value()).toEqual({ token: 'new' });
    press('Keep the stored token');
    expect(form.value()).toEqual({ token: kept });
    press('Clear Token');
    expect(form.value()).toEqual({});
  });

  it('folds optional groups away until they are set, and opens them where something is wrong', () => {
    const tls: JsonSchema = {
      type: 'object',
      title: 'TLS',
      properties: { ca: { type: 'string', title: 'CA', minLength: 1 } },
      required: ['ca'],
    };
    const form = draw({ type: 'object', properties: { tls } });
    expect(control('CA')).toBeUndefined();
    expect(form.value()).toEqual({});
    page().querySelector<HTMLButtonElement>('[aria-expanded]')?.click();
    fixture.detectChanges();
    expect(form.value()).toEqual({ tls: { ca: '' } });
    page().querySelector<HTMLButtonElement>('[aria-expanded]')?.click();
    fixture.detectChanges();
    expect(control('CA')).toBeUndefined();
    expect(check(form)).toBe(false);
    fixture.detectChanges();
    expect(control('CA')?.closest('mat-form-field')?.textContent).toContain('Fill this in.');
    press('Remove TLS');
    expect(form.value()).toEqual({});
  });

  it('shows what the hub refuses at its control, and takes it back with the next change', () => {
    const form = draw({ type: 'object', properties: { url: { type: 'string', title: 'URL' } }, required: ['url'] });
    refuse(form, [{ path: 'url', message: 'must start with https' }]);
    fixture.detectChanges();
    expect(page().textContent).toContain('must start with https');
    expect(control('URL')?.getAttribute('aria-invalid')).toBe('true');
    type('URL', 'https://a');
    expect(page().textContent).not.toContain('must start with https');
  });
});
