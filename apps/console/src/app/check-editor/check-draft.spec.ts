import type { Check, ProbeDescriptor } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { fieldAt } from '../schema-form/field.js';
import type { TextField } from '../schema-form/leaf-fields.js';
import { CheckDraft } from './check-draft.js';

const fact = { type: 'number', description: '', unit: null, chart: null, transient: false, family: false } as const;

const probe: ProbeDescriptor = {
  kind: 'ssh',
  title: 'SSH',
  description: '',
  configSchema: {
    type: 'object',
    properties: { host: { type: 'string', minLength: 1 }, password: { type: 'string', secret: true } },
    required: ['host'],
  },
  collectors: ['command', 'disk'].map((name) => ({
    name,
    title: name,
    description: '',
    configSchema: name === 'disk' ? { type: 'object', properties: { path: { type: 'string', default: '/' } } } : null,
    facts: [{ ...fact, name: 'exitCode', label: 'Exit code' }],
    defaultAssertions: [{ fact: 'exitCode', operator: 'equals', value: 0, severity: 'unhealthy' }],
  })),
  failures: [],
};

const stored: Check = {
  id: '6f1c6a0e-7f6e-4d5b-9c64-0d8c3f1c2b11',
  name: 'Disk',
  kind: 'ssh',
  config: { host: 'a', password: { $secret: 'kept' } },
  collectors: [{ collector: 'disk', config: { path: '/var' }, assertions: [] }],
  schedule: { everySeconds: 60 },
  timeoutMs: 5000,
  paused: true,
  tags: ['x'],
  state: { state: 'unknown', since: null, reason: null },
  flappingSince: null,
  maintenance: null,
  assignmentCount: 0,
  createdAt: '2030-01-01T00:00:00Z',
  updatedAt: '2030-01-01T00:00:00Z',
  version: 3,
};

describe('a check being written', () => {
  it('starts with the first collector and what it asserts by default', () => {
    expect(new CheckDraft(probe).value()).toEqual({
      name: '',
      kind: 'ssh',
      config: { host: '' },
      collectors: [
        {
          collector: 'command',
          config: {},
          assertions: [{ fact: 'exitCode', operator: 'equals', value: 0, severity: 'unhealthy' }],
        },
      ],
      schedule: { everySeconds: 60 },
      timeoutMs: 30_000,
      paused: false,
      tags: [],
    });
  });

  it('sends a stored check back as it was, kept secrets too', () => {
    const { name, kind, config, collectors, schedule, timeoutMs, paused, tags } = stored;
    const draft = new CheckDraft(probe, stored);
    expect(draft.value()).toEqual({ name, kind, config, collectors, schedule, timeoutMs, paused, tags });
    expect(draft.check()).toBe(true);
  });

  it('needs no name for a test run', () => {
    const draft = new CheckDraft(probe);
    (fieldAt(draft.config, ['host']) as TextField).text.set('a');
    expect(draft.check('run')).toBe(true);
    expect(draft.check()).toBe(false);
    expect(draft.firstError()).toBe(fieldAt(draft.name, ['name']));
  });

  it('brings what the hub refuses to its control, counting the collectors that are in use', () => {
    const draft = new CheckDraft(probe, stored);
    draft.collectors[1]?.add();
    const homeless = draft.refuse([
      { path: 'config.password', message: 'Enter it again.' },
      { path: 'collectors.0.config.path', message: 'No such path.' },
      { path: 'collectors.0.assertions.0.value', message: 'No.' },
      { path: 'schedule.everySeconds', message: 'Too often.' },
      { path: 'collectors', message: 'Too many.' },
      { path: '', message: 'Nonsense.' },
    ]);
    expect(homeless).toEqual(['collectors: Too many.', 'Nonsense.']);
    expect(fieldAt(draft.config, ['password']).error()).toBe('Enter it again.');
    expect(draft.collectors[1]?.options && fieldAt(draft.collectors[1].options, ['path']).error()).toBe(
      'No such path.',
    );
    expect(draft.collectors[1]?.assertions()[0]?.comparisons()[0]?.error()).toBe('No.');
    expect(draft.schedule.error()).toBe('Too often.');
    expect(draft.firstError()).toBe(fieldAt(draft.config, ['password']));
  });
});
