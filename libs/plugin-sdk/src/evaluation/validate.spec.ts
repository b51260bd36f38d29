import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { fact } from '../facts.js';
import { defineProbe } from '../probe.js';
import { validateCollectors, validateConfig } from './validate.js';

const probe = defineProbe({
  kind: 'sample',
  title: 'Sample',
  description: '',
  config: z.strictObject({ host: z.string(), nested: z.strictObject({ port: z.int() }).optional() }),
  collectors: {
    disk: {
      title: 'Disk',
      config: z.strictObject({ mount: z.string().startsWith('/') }),
      facts: { used: fact.number('Used', { unit: '%' }), path: fact.text('Path'), names: fact.list('Names') },
    },
    cpu: { title: 'CPU', facts: { idle: fact.flag('Idle'), label: fact.text('Label', { family: true }) } },
  },
  failures: {},
  run: async () => ({}),
});

const disk = (...assertions: unknown[]) => [{ collector: 'disk', config: { mount: '/' }, assertions }];

describe('a configuration with mistakes', () => {
  it.each([
    ['no list', {}, [], 'must be a list'],
    ['no object', [1], [0], 'Invalid input'],
    ['unknown collector', [{ collector: 'gpu' }], [0, 'collector'], 'sample has no collector "gpu"'],
    ['inherited name', [{ collector: 'constructor' }], [0, 'collector'], 'sample has no collector "constructor"'],
    ['collector twice', [{ collector: 'cpu' }, { collector: 'cpu' }], [1, 'collector'], '"cpu" is there already'],
    ['missing option', [{ collector: 'disk' }], [0, 'config', 'mount'], 'Invalid input'],
    ['wrong option', [{ collector: 'disk', config: { mount: 'C:' } }], [0, 'config', 'mount'], 'Invalid string'],
    ['options where none are', [{ collector: 'cpu', config: { a: 1 } }], [0, 'config'], 'no options'],
    [
      'unknown fact',
      disk({ fact: 'free', operator: 'less', value: 1 }),
      [0, 'assertions', 0, 'fact'],
      'no fact is called "free"; there are used',
    ],
    [
      'family without member',
      [{ collector: 'cpu', assertions: [{ fact: 'label', operator: 'exists' }] }],
      [0, 'assertions', 0, 'fact'],
      'label.…',
    ],
    [
      'operator of another type',
      disk({ fact: 'used', operator: 'contains', value: 'a' }),
      [0, 'assertions', 0, 'operator'],
      'Used is a number',
    ],
    [
      'unknown operator',
      disk({ fact: 'used', operator: 'near', value: 1 }),
      [0, 'assertions', 0, 'operator'],
      'Invalid option',
    ],
    ['missing value', disk({ fact: 'used', operator: 'less' }), [0, 'assertions', 0, 'value'], 'a value is needed'],
    [
      'text for a number',
      disk({ fact: 'used', operator: 'equals', value: '5' }),
      [0, 'assertions', 0, 'value'],
      'must be a number',
    ],
    [
      'number for a text',
      disk({ fact: 'path', operator: 'contains', value: 5 }),
      [0, 'assertions', 0, 'value'],
      'must be a text',
    ],
    [
      'no upper bound',
      disk({ fact: 'used', operator: 'between', value: 5 }),
      [0, 'assertions', 0, 'upTo'],
      'upper bound',
    ],
    [
      'bounds reversed',
      disk({ fact: 'used', operator: 'between', value: 5, upTo: 4 }),
      [0, 'assertions', 0, 'upTo'],
      'below',
    ],
    [
      'broken length',
      disk({ fact: 'names', operator: 'length_equals', value: 1.5 }),
      [0, 'assertions', 0, 'value'],
      'whole number',
    ],
    [
      'bad pattern',
      disk({ fact: 'path', operator: 'matches', value: '(a' }),
      [0, 'assertions', 0, 'value'],
      'not a regular expression',
    ],
    [
      'look-behind',
      disk({ fact: 'path', operator: 'matches', value: '(?<=a)b' }),
      [0, 'assertions', 0, 'value'],
      'not a regular expression',
    ],
    [
      'endless pattern',
      disk({ fact: 'path', operator: 'matches', value: 'a'.repeat(1_001) }),
      [0, 'assertions', 0, 'value'],
      'longer than',
    ],
    [
      'bad path',
      disk({ fact: 'path', path: '$[', operator: 'exists' }),
      [0, 'assertions', 0, 'path'],
      'not a JSONPath',
    ],
    [
      'path into a number',
      disk({ fact: 'used', path: '$', operator: 'exists' }),
      [0, 'assertions', 0, 'path'],
      'Used is a number',
    ],
    [
      'mistake in a group',
      disk({
        any: [
          { fact: 'used', operator: 'exists' },
          { fact: 'used', operator: 'less' },
        ],
      }),
      [0, 'assertions', 0, 'any', 1, 'value'],
      'a value is needed',
    ],
  ])('names the field: %s', (_, collectors, path, message) => {
    const problems = validateCollectors(probe, collectors);
    expect(problems).toHaveLength(1);
    expect(problems[0]!.path).toEqual(path);
    expect(problems[0]!.message).toContain(message);
  });

  it('is named by path in the config too', () => {
    const problems = validateConfig(probe, { host: 'a', nested: { port: 'x' }, more: 1 });
    expect(problems.map(({ path }) => path)).toEqual([['nested', 'port'], ['more']]);
  });
});

describe('a configuration without mistakes', () => {
  it('has no problems', () => {
    const collectors = [
      {
        collector: 'disk',
        config: { mount: '/var' },
        assertions: [
          { fact: 'used', operator: 'between', value: 0, upTo: 90, severity: 'degraded' },
          { fact: 'path', path: '$.a', operator: 'less', value: 5 },
          { all: [{ fact: 'names', operator: 'includes', value: 'x' }] },
          { fact: 'used', operator: 'exists' },
        ],
      },
      { collector: 'cpu', assertions: [{ fact: 'label.zone', operator: 'equals', value: 'a' }] },
    ];
    expect(validateCollectors(probe, collectors)).toEqual([]);
    expect(validateConfig(probe, { host: 'a' })).toEqual([]);
  });
});
