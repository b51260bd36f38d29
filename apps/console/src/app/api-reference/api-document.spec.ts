import { describe, expect, it } from 'vitest';
import { boundWords, groupsOf, partsOf, typeWords, type ApiDocument } from './api-document.js';

const schemas = {
  Run: {
    type: 'object',
    properties: { id: { type: 'string', format: 'uuid' }, next: { $ref: '#/components/schemas/Run' } },
    required: ['id'],
  },
};
const document: ApiDocument = {
  info: { version: '1', description: '' },
  tags: [{ name: 'Runs' }, { name: 'Empty' }],
  paths: {
    '/api/v1/runs/{id}': {
      get: {
        operationId: 'runs.read',
        tags: ['Runs'],
        summary: 'One run',
        description: 'Needs the access rule `checks.check.read`.',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Run' } } } },
          default: { $ref: '#/components/responses/Problem' },
        },
      },
      delete: {
        operationId: 'runs.remove',
        tags: ['Runs'],
        summary: 'Delete a run',
        security: [],
        responses: { '204': {} },
      },
    },
  },
  components: { schemas },
};

describe('the API reference', () => {
  it('groups calls with what goes in and comes out', () => {
    const [runs, ...others] = groupsOf(document, '');
    expect(others).toEqual([]);
    expect(runs?.operations.map(({ method, path, answer, access }) => [method, path, answer.status, access])).toEqual([
      ['GET', '/api/v1/runs/{id}', '200', 'Needs the access rule checks.check.read.'],
      ['DELETE', '/api/v1/runs/{id}', '204', 'Anyone may call it.'],
    ]);
  });

  it('finds calls by all of the words', () => {
    expect(groupsOf(document, 'delete RUN')[0]?.operations.map(({ id }) => id)).toEqual(['runs.remove']);
    expect(groupsOf(document, 'satellite')).toEqual([]);
  });

  it.each([
    [{ type: 'array', items: { $ref: '#/components/schemas/Run' } }, 'list of Run'],
    [{ anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] }, 'text (date-time) or null'],
    [{ type: 'string', enum: ['a', 'b'] }, '"a" | "b"'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'map of number'],
    [
      {
        oneOf: [
          { type: 'object', properties: {} },
          { type: 'object', properties: {} },
        ],
      },
      'one of 2 shapes',
    ],
    [{}, 'any value'],
  ])('says what %o is: %s', (schema, words) => {
    expect(typeWords(schema, schemas)).toBe(words);
  });

  it('unfolds named types, lists and maps to their fields', () => {
    expect(partsOf({ type: 'array', items: { $ref: '#/components/schemas/Run' } }, schemas)).toMatchObject([
      { name: 'id', required: true },
      { name: 'next', required: false },
    ]);
  });

  it('tells the bounds that mean something', () => {
    expect(boundWords({ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: 9, default: 3 })).toBe(
      'at most 9, default 3',
    );
  });
});
