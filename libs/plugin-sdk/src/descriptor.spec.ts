import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeProbe } from './descriptor.js';
import { fact } from './facts.js';
import { defineProbe } from './probe.js';

const probe = defineProbe({
  kind: 'sample',
  title: 'Sample',
  description: 'For the test.',
  config: z.strictObject({
    host: z
      .string()
      .min(1)
      .meta({ title: 'Host', description: 'Name.', examples: ['a.example'], templatable: true }),
    password: z.string().meta({ title: 'Password', secret: true }).optional(),
    mode: z.enum(['fast', 'slow']).default('fast').meta({ title: 'Mode' }),
    auth: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }).meta({ title: 'None' }),
      z.strictObject({ type: z.literal('key'), key: z.string().meta({ secret: true }) }).meta({ title: 'Key' }),
    ]),
    list: z.array(z.int()).default([]),
    map: z.record(z.string(), z.string()).default({}),
  }),
  collectors: {
    one: {
      title: 'One',
      facts: { ms: fact.number('Time', { unit: 'ms', chart: 'line' }), names: fact.list('Names') },
      defaultAssertions: [{ fact: 'ms', operator: 'less', value: 5, severity: 'degraded' }],
    },
    two: { title: 'Two', description: 'Second.', config: z.strictObject({ path: z.string() }), facts: {} },
  },
  failures: { odd: { side: 'target', title: 'Odd' } },
  run: async () => ({}),
});

describe('the description of a probe', () => {
  const description = describeProbe(probe);

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    expect(describeProbe(probe)).toEqual(description);
  });

  it('holds what a form needs', () => {
    expect(description.configSchema).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['host', 'auth'],
      properties: {
        host: {
          type: 'string',
          minLength: 1,
          title: 'Host',
          description: 'Name.',
          examples: ['a.example'],
          templatable: true,
        },
        password: { type: 'string', title: 'Password', secret: true },
        mode: { type: 'string', enum: ['fast', 'slow'], default: 'fast', title: 'Mode' },
        auth: {
          oneOf: [
            {
              type: 'object',
              title: 'None',
              properties: { type: { type: 'string', const: 'none' } },
              required: ['type'],
              additionalProperties: false,
            },
            {
              type: 'object',
              title: 'Key',
              properties: { type: { type: 'string', const: 'key' }, key: { type: 'string', secret: true } },
              required: ['type', 'key'],
              additionalProperties: false,
            },
          ],
        },
        list: {
          type: 'array',
          items: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
          default: [],
        },
        map: {
          type: 'object',
          propertyNames: { type: 'string' },
          additionalProperties: { type: 'string' },
          default: {},
        },
      },
    });
  });

  it('holds collectors with facts and default assertions', () => {
    const [one, two] = description.collectors;
    expect(one).toMatchObject({ name: 'one', description: '', configSchema: null });
    expect(one!.defaultAssertions).toHaveLength(1);
    expect(one!.facts).toEqual([
      {
        name: 'ms',
        type: 'number',
        label: 'Time',
        description: '',
        unit: 'ms',
        chart: 'line',
        transient: false,
        family: false,
      },
      {
        name: 'names',
        type: 'list',
        label: 'Names',
        description: '',
        unit: null,
        chart: null,
        transient: true,
        family: false,
      },
    ]);
    expect(two).toMatchObject({ description: 'Second.', configSchema: { properties: { path: { type: 'string' } } } });
  });

  it('lists the failures of the probe and of every run', () => {
    expect(description.failures).toContainEqual({ code: 'odd', side: 'target', title: 'Odd' });
    expect(description.failures.map(({ code }) => code)).toContain('probe_crashed');
  });
});
