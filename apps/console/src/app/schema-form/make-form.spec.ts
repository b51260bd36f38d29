import { describe, expect, it } from 'vitest';
import { everyField, fieldAt, type AnyField } from './field.js';
import { check, firstError, refuse } from './form-errors.js';
import type { JsonSchema } from './json-schema.js';
import type { ChoiceField, FlagField, NumberField, SecretField, TextField } from './leaf-fields.js';
import type { ListField } from './list-field.js';
import { makeForm } from './make-form.js';
import type { MapField } from './map-field.js';
import type { ObjectField } from './object-field.js';
import type { UnionField } from './union-field.js';

const kept = { $secret: 'kept' };

const schema: JsonSchema = {
  type: 'object',
  properties: {
    url: { type: 'string', format: 'uri', templatable: true, title: 'URL' },
    method: { type: 'string', enum: ['GET', 'POST'], default: 'GET' },
    maxBodyBytes: { type: 'integer', minimum: 1, maximum: 100, default: 10, advanced: true },
    note: { type: 'string' },
    label: { type: 'string', default: 'home' },
    follow: { type: 'boolean', default: true },
    headers: {
      type: 'object',
      default: {},
      propertyNames: { type: 'string', pattern: '^[a-z.-]+$' },
      additionalProperties: { type: 'string' },
    },
    expect: {
      type: 'array',
      items: {
        anyOf: [
          { type: 'integer', minimum: 100, maximum: 599 },
          { type: 'string', pattern: '^[1-5]xx$' },
        ],
      },
    },
    auth: {
      default: { type: 'none' },
      oneOf: [
        { type: 'object', properties: { type: { type: 'string', const: 'none' } }, required: ['type'], title: 'None' },
        {
          type: 'object',
          properties: {
            type: { type: 'string', const: 'basic' },
            user: { type: 'string', minLength: 1 },
            password: { type: 'string', secret: true },
          },
          required: ['type', 'user', 'password'],
        },
      ],
    },
    tls: { $ref: '#/$defs/tls' },
    steps: {
      type: 'array',
      default: [],
      items: {
        type: 'object',
        properties: { name: { type: 'string', minLength: 1 }, tags: { type: 'array', items: { type: 'string' } } },
        required: ['name', 'tags'],
      },
    },
    limit: { anyOf: [{ type: 'number', exclusiveMinimum: 0 }, { type: 'null' }], default: null },
  },
  required: ['url'],
  $defs: { tls: { type: 'object', properties: { ca: { type: 'string', minLength: 1 } }, required: ['ca'] } },
};

const at = <Kind extends AnyField>(form: AnyField, path: string) => fieldAt(form, path.split('.')) as Kind;

describe('a form made from a schema', () => {
  it('starts with the defaults and leaves out what is optional and empty', () => {
    expect(makeForm(schema, undefined).value()).toEqual({
      url: '',
      method: 'GET',
      maxBodyBytes: 10,
      label: 'home',
      follow: true,
      headers: {},
      auth: { type: 'none' },
      steps: [],
      limit: null,
    });
  });

  it('sends a stored value back as it was', () => {
    const stored = {
      url: 'https://{{ environment.host }}/',
      method: 'POST',
      maxBodyBytes: 20,
      note: 'x',
      label: 'y',
      follow: false,
      headers: { 'content.type': 'a', __proto__x: 'b' },
      expect: [200, '3xx'],
      auth: { type: 'basic', user: 'u', password: kept },
      tls: { ca: 'PEM' },
      steps: [{ name: 'a', tags: ['x', 'y'] }],
      limit: 1.5,
    };
    delete (stored.headers as Record<string, string>)['__proto__x'];
    const form = makeForm(schema, stored);
    expect(form.value()).toEqual(stored);
    expect(check(form)).toBe(true);
  });

  it('writes labels in words where the schema has no title', () => {
    const labels = everyField(makeForm(schema, undefined)).map((field) => field.label);
    expect(labels).toContain('URL');
    expect(labels).toContain('Max body bytes');
  });

  it('folds advanced fields away unless they were changed', () => {
    expect((makeForm(schema, { url: 'x' }) as ObjectField).advancedOpen()).toBe(false);
    expect((makeForm(schema, { url: 'x', maxBodyBytes: 11 }) as ObjectField).advancedOpen()).toBe(true);
  });

  it('sends an emptied text as empty where leaving it out would bring the default back', () => {
    const form = makeForm(schema, { url: 'https://a', label: 'b', note: 'c' });
    at<TextField>(form, 'label').text.set('');
    at<TextField>(form, 'note').text.set('');
    expect(form.value()).toMatchObject({ label: '' });
    expect(form.value()).not.toHaveProperty('note');
  });
});

describe('a union', () => {
  it('keeps what was filled in when its variants are switched', () => {
    const form = makeForm(schema, undefined);
    const auth = at<UnionField>(form, 'auth');
    const union = (form as ObjectField).children().find((field) => field.kind === 'union')!;
    expect(union.titles).toEqual(['None', 'Basic']);
    union.choose(1);
    at<TextField>(form, 'auth.user').text.set('me');
    union.choose(0);
    expect(form.value()).toMatchObject({ auth: { type: 'none' } });
    union.choose(1);
    expect(form.value()).toMatchObject({ auth: { type: 'basic', user: 'me' } });
    expect(auth).toBeDefined();
  });

  it('finds the variant of a stored value by its shape, without a discriminator', () => {
    const either: JsonSchema = {
      anyOf: [
        {
          type: 'object',
          properties: { everySeconds: { type: 'integer' } },
          required: ['everySeconds'],
          additionalProperties: false,
        },
        { type: 'object', properties: { cron: { type: 'string' } }, required: ['cron'], additionalProperties: false },
      ],
    };
    const form = makeForm(either, { cron: '* * * * *' }) as UnionField;
    expect(form.titles).toEqual(['Every seconds', 'Cron']);
    expect(form.chosen()).toBe(1);
    expect(form.value()).toEqual({ cron: '* * * * *' });
  });

  it('of plain values is one text control that takes either', () => {
    const form = makeForm(schema, { url: 'x', expect: [200] });
    const item = at<TextField>(form, 'expect.0');
    item.text.set('2xx');
    expect(form.value()).toMatchObject({ expect: ['2xx'] });
    item.text.set('204');
    expect(form.value()).toMatchObject({ expect: [204] });
    item.text.set('abc');
    expect(item.complaint()).not.toBe('');
  });
});

describe('a secret', () => {
  const stored = { url: 'https://a', auth: { type: 'basic', user: 'u', password: kept } };

  it('is kept, replaced, or asked for again', () => {
    const form = makeForm(schema, stored);
    const password = at<SecretField>(form, 'auth.password');
    expect(password.kept()).toBe(true);
    password.kept.set(false);
    expect(password.complaint()).toBe('Fill this in.');
    password.text.set('new');
    expect(form.value()).toMatchObject({ auth: { password: 'new' } });
    password.keep();
    expect(form.value()).toMatchObject({ auth: { password: kept } });
  });

  it('that is optional is cleared by leaving it out', () => {
    const optional: JsonSchema = { type: 'object', properties: { token: { type: 'string', secret: true } } };
    const form = makeForm(optional, { token: kept });
    at<SecretField>(form, 'token').kept.set(false);
    expect(form.value()).toEqual({});
    expect(check(form)).toBe(true);
  });
});

describe('lists and maps', () => {
  it('add, reorder and remove, lists within lists too', () => {
    const form = makeForm(schema, {
      url: 'x',
      steps: [
        { name: 'a', tags: [] },
        { name: 'b', tags: ['x', 'y'] },
      ],
    });
    const steps = at<ListField>(form, 'steps');
    steps.move(1, -1);
    at<ListField>(form, 'steps.0.tags').move(0, 1);
    at<ListField>(form, 'steps.0.tags').remove(1);
    steps.add();
    expect(form.value()).toMatchObject({
      steps: [
        { name: 'b', tags: ['y'] },
        { name: 'a', tags: [] },
        { name: '', tags: [] },
      ],
    });
  });

  it('ignore a row that was never filled in, and refuse a name that is there twice', () => {
    const form = makeForm(schema, { url: 'x', headers: { a: '1' } });
    const headers = at<MapField>(form, 'headers');
    const row = headers.add();
    expect(form.value()).toMatchObject({ headers: { a: '1' } });
    (row.value as TextField).text.set('2');
    expect(headers.complaint()).toBe('Give every value a name.');
    (row.name as TextField).text.set('a');
    expect(headers.complaint()).toBe('“a” is there twice.');
    (row.name as TextField).text.set('B');
    expect(row.name.complaint()).not.toBe('');
  });
});

describe('what is wrong', () => {
  it.each<[string, (form: AnyField) => void, string]>([
    [
      'an address without a scheme',
      (form) => at<TextField>(form, 'url').text.set('example.org'),
      'Write a whole URL, with its scheme.',
    ],
    ['an empty required text', (form) => at<TextField>(form, 'url').text.set(''), 'Fill this in.'],
    ['a number beyond its range', (form) => at<NumberField>(form, 'maxBodyBytes').text.set('101'), 'At most 100.'],
    ['a broken number', (form) => at<NumberField>(form, 'maxBodyBytes').text.set('1.5'), 'Write a whole number.'],
    ['no number at all', (form) => at<NumberField>(form, 'maxBodyBytes').text.set('many'), 'Write a number.'],
  ])('is told: %s', (_, spoil, sentence) => {
    const form = makeForm(schema, { url: 'https://a' });
    expect(check(form)).toBe(true);
    spoil(form);
    expect(check(form)).toBe(false);
    expect(firstError(form)?.error()).toBe(sentence);
  });

  it('is told by the hub at the control it means, until that is changed', () => {
    const form = makeForm(schema, {
      url: 'https://a',
      headers: { 'content.type': 'x' },
      steps: [{ name: 'a', tags: [] }],
    });
    refuse(form, [
      { path: 'headers.content.type', message: 'No.' },
      { path: 'steps.0.name', message: 'Taken.' },
      { path: 'url.unknown', message: 'Nowhere.' },
    ]);
    expect(at(form, 'url').error()).toBe('Nowhere.');
    expect(at(form, 'headers.content.type').error()).toBe('No.');
    expect(form.hasError()).toBe(true);
    at<TextField>(form, 'steps.0.name').text.set('b');
    expect(at(form, 'steps.0.name').error()).toBe('');
  });

  it('does not concern what is not shown', () => {
    const form = makeForm(schema, { url: 'https://a' });
    const union = (form as ObjectField).children().find((field) => field.kind === 'union')!;
    union.choose(1);
    expect(check(form)).toBe(false);
    union.choose(0);
    expect(check(form)).toBe(true);
  });
});

describe('a choice and a flag', () => {
  it('stay unset when they may', () => {
    const form = makeForm(
      {
        type: 'object',
        properties: { mode: { enum: ['a', 'b'] }, on: { type: 'boolean' }, must: { enum: [1, 2] } },
        required: ['must'],
      },
      undefined,
    );
    expect(form.value()).toEqual({});
    expect(check(form)).toBe(false);
    at<ChoiceField>(form, 'must').chosen.set(1);
    at<FlagField>(form, 'on').on.set(false);
    expect(form.value()).toEqual({ must: 2, on: false });
  });
});
