import { expect, it } from 'vitest';
import { routes } from './index.js';
import { openApiDocument } from './openapi.js';

interface Operation {
  operationId: string;
  tags: string[];
  security?: unknown[];
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { schema: { required?: string[] } }> };
  responses: Record<string, { content?: Record<string, { schema: unknown }> }>;
}

const document = openApiDocument('1.2.3') as {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { required?: string[] }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

it('describes every route once, under an id and a tag', () => {
  const count = Object.values(routes).reduce((sum, group) => sum + Object.keys(group).length, 0);
  expect(operations).toHaveLength(count);
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(count);
  const tags = document.tags.map(({ name }) => name);
  for (const { operation } of operations) expect(tags).toContain(operation.tags[0]);
});

it('declares each parameter of a path', () => {
  for (const { path, operation } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
    expect(declared.map(({ name }) => name)).toEqual(inPath);
    expect(declared.every(({ required }) => required)).toBe(true);
  }
});

it('refers to nothing that it lacks', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
  expect(refs.length).toBeGreaterThan(50);
  const components = document.components as Record<string, Record<string, unknown>>;
  for (const [, kind, name] of refs) expect(components[kind ?? '']).toHaveProperty(name ?? '');
  expect(JSON.stringify(document)).not.toContain('#/$defs');
});

it('tells what may be left out of a request from what is always in an answer', () => {
  const body = document.paths['/api/v1/checks']?.['post']?.requestBody?.content['application/json']?.schema;
  expect(body?.required).toEqual(['name', 'kind', 'config', 'collectors']);
  expect(document.components.schemas['Check']?.required).toContain('timeoutMs');
});

it('says which calls need nobody to be signed in', () => {
  const open = operations.filter(({ operation }) => operation.security?.length === 0);
  expect(open.map(({ operation }) => operation.operationId)).toEqual([
    'setup.read',
    'setup.complete',
    'session.logins',
    'session.signIn',
    'announcements.current',
  ]);
});
