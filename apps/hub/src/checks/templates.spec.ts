import { probes } from '@checkstack/plugins/probes';
import { expect, it } from 'vitest';
import { fill, prepareTemplates, type TemplateValues } from './templates.js';

const values: TemplateValues = {
  check: 'Front page',
  system: 'Shop',
  environment: { name: 'Production', fields: { host: 'shop.test', empty: '', 'a-b': '1' } },
};

it.each([
  ['https://{{ environment.host }}/{{environment.a-b}}', 'https://shop.test/1'],
  ['{{ system.name }}: {{ check.name }}', 'Shop: Front page'],
  ['{{ environment.name }}', 'Production'],
  ['[{{ environment.empty }}]', '[]'],
  ['{{ environment.missing }}', '{{ environment.missing }}'],
  ['{{ environment.toString }}', '{{ environment.toString }}'],
  ['{{ system.host }}', '{{ system.host }}'],
  ['{{ user.name }} {"a":{"b":1}}', '{{ user.name }} {"a":{"b":1}}'],
])('%s', (text, filled) => {
  expect(fill(text, values)).toBe(filled);
});

it('leaves templates of an environment that the slice does not have', () => {
  expect(fill('{{ environment.host }}', { ...values, environment: null })).toBe('{{ environment.host }}');
});

it('lets a field that is called name win over the name', () => {
  const environment = { name: 'Production', fields: { name: 'prod' } };
  expect(fill('{{ environment.name }}', { ...values, environment })).toBe('prod');
});

it('fills only what the probe marks templatable, and says when there is nothing to fill', () => {
  const http = probes.find(({ kind }) => kind === 'http')!;
  const definition = {
    kind: 'http',
    config: {
      url: 'https://{{ environment.host }}/',
      headers: { 'x-system': '{{ system.name }}' },
      expectedStatus: '{{ environment.a-b }}',
      auth: { type: 'basic', username: '{{ check.name }}', password: { $sealed: '{{ system.name }}' } },
    },
    collectors: [],
    timeoutMs: 1000,
  };
  expect(prepareTemplates(http, definition)?.(values).config).toEqual({
    url: 'https://shop.test/',
    headers: { 'x-system': 'Shop' },
    expectedStatus: '{{ environment.a-b }}',
    auth: { type: 'basic', username: 'Front page', password: { $sealed: '{{ system.name }}' } },
  });
  expect(prepareTemplates(http, { ...definition, config: { url: 'https://shop.test/' } })).toBeNull();
});
