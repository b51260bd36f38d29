import type { SenderKind } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { SenderDraft } from './sender-draft.js';

const kind: SenderKind = {
  kind: 'mail',
  title: 'Mail',
  summary: '',
  icon: '',
  configSchema: {
    type: 'object',
    properties: { host: { type: 'string', title: 'Host', minLength: 1 }, password: { type: 'string', secret: true } },
    required: ['host'],
  },
  addressSchema: { type: 'object', properties: { email: { type: 'string', minLength: 1 } }, required: ['email'] },
  idempotent: false,
  verifiable: true,
};

describe('a channel while it is written', () => {
  it('is named after its kind until it has a name', () => {
    expect(new SenderDraft(kind).value()).toMatchObject({ name: 'Mail', kind: 'mail' });
  });

  it('keeps the secrets that it does not show', () => {
    const password = { $secret: 'kept', from: '/password' };
    const draft = new SenderDraft(kind, { name: 'Ours', config: { host: 'smtp', password } });
    expect(draft.value()).toEqual({ name: 'Ours', kind: 'mail', config: { host: 'smtp', password } });
  });

  it('shows what is missing', () => {
    const draft = new SenderDraft(kind);
    expect(draft.check()).toBe(false);
    expect(draft.firstError()).toBeDefined();
  });

  it('brings what the hub says to its controls, and hands back the rest', () => {
    const draft = new SenderDraft(kind, { config: { host: 'smtp' } });
    const homeless = draft.refuse([
      { path: 'config.host', message: 'Not this one.' },
      { path: 'elsewhere', message: 'Odd.' },
    ]);
    expect(homeless).toEqual(['elsewhere: Odd.']);
    expect(draft.firstError()?.error()).toBe('Not this one.');
  });
});
