import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { jsonSchemaOf, markedValues, secretPaths } from './marks.js';

const secret = z.string().meta({ secret: true });

const config = z.strictObject({
  url: z.string().meta({ templatable: true, target: true }),
  password: secret.optional(),
  withDefault: secret.default('none'),
  auth: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({ type: z.literal('basic'), user: z.string(), value: secret }),
    z.strictObject({ type: z.literal('open'), value: z.string() }),
  ]),
  keys: z.array(z.strictObject({ name: z.string(), key: secret })).optional(),
  pair: z.tuple([z.string(), secret]).optional(),
  headers: z.record(z.string(), z.string().meta({ templatable: true })).optional(),
  metadata: z.record(z.string(), z.string()).optional().meta({ secret: true }),
  either: z.union([z.number(), z.strictObject({ token: secret })]).optional(),
});

describe('the secrets of a config', () => {
  it.each([
    ['none', { url: 'u', auth: { type: 'none' } }, []],
    ['plain, through optional and default', { password: 'a', withDefault: 'b' }, ['/password', '/withDefault']],
    ['the variant that is chosen', { auth: { type: 'basic', user: 'u', value: 'a' } }, ['/auth/value']],
    ['not another variant', { auth: { type: 'open', value: 'a' } }, []],
    ['any variant, of a broken union', { auth: { type: 'gone', value: 'a' } }, ['/auth/value']],
    [
      'lists',
      {
        keys: [
          { name: 'a', key: 'x' },
          { name: 'b', key: 'y' },
        ],
      },
      ['/keys/0/key', '/keys/1/key'],
    ],
    ['tuples', { pair: ['a', 'b'] }, ['/pair/1']],
    ['whole maps, with odd keys', { metadata: { 'a/b': 'x', '~c': 'y' } }, ['/metadata/a~1b', '/metadata/~0c']],
    ['unions without a discriminator', { either: { token: 'x' } }, ['/either/token']],
    ['nothing there', { password: null, keys: 'no list', url: 5 }, []],
  ])('are found: %s', (_, value, pointers) => {
    expect(secretPaths(config, value)).toEqual(pointers);
    expect(secretPaths(jsonSchemaOf(config), value)).toEqual(pointers);
  });

  it('are found whatever the config is', () => {
    for (const value of [null, undefined, 5, 'text', []]) expect(secretPaths(config, value)).toEqual([]);
  });
});

describe('other marks', () => {
  it('come with their values', () => {
    const value = { url: 'http://{{ system.name }}', headers: { a: '1', b: '2' } };
    expect(markedValues(config, value, 'templatable')).toEqual([
      { pointer: '/url', value: 'http://{{ system.name }}' },
      { pointer: '/headers/a', value: '1' },
      { pointer: '/headers/b', value: '2' },
    ]);
    expect(markedValues(config, value, 'target')).toEqual([{ pointer: '/url', value: 'http://{{ system.name }}' }]);
  });
});
