import { sendByChannel } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { backstageService, backstageToken } from '../testing/backstage-service.js';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { backstage } from './backstage.js';

const send = (
  url: string,
  address: { entity?: string } = {},
  message = sampleMessage(),
  options = attemptOptions,
  token = backstageToken,
) => sendByChannel(backstage, { config: { url, token }, address, message, previous: null }, options);

describe('a notification', () => {
  it('reaches who owns the entity', async () => {
    await using service = await Service.start(backstageService);
    expect((await send(service.url, { entity: 'group:default/payments' })).receipt).toEqual({});
    const { recipients, payload } = JSON.parse(service.last.body) as Record<string, Record<string, string>>;
    expect(recipients).toEqual({ type: 'entity', entityRef: 'group:default/payments' });
    expect(payload).toMatchObject({
      title: 'Shop <front> is unhealthy & slow',
      severity: 'critical',
      topic: 'state',
      scope: 'checkstack:alert:1',
      link: 'https://checkstack.example.org/alerts/1',
    });
    expect(payload?.['description']).toContain('Connection refused by 10.0.0.5:443.');
    expect(payload?.['description']).toContain('Check: Front page');
  });

  it('without an entity reaches everybody', async () => {
    await using service = await Service.start(backstageService);
    await send(service.url, {}, sampleMessage({ importance: 'info', action: null, subjects: [] }));
    const { recipients, payload } = JSON.parse(service.last.body) as Record<string, object>;
    expect(recipients).toEqual({ type: 'broadcast' });
    expect(payload).toMatchObject({ severity: 'normal' });
    expect(payload).not.toHaveProperty('link');
  });

  it('goes through, however much or little there is to say', async () => {
    await using service = await Service.start(backstageService);
    expect((await send(service.url, {}, endlessMessage())).failure).toBeUndefined();
    const little = sampleMessage({ title: '', body: '', fields: [], subjects: [], action: null });
    expect((await send(service.url, {}, little)).failure).toBeUndefined();
  });

  it('with a wrong token is permanent, and without the token', async () => {
    await using service = await Service.start(backstageService);
    const outcome = await send(service.url, {}, sampleMessage(), attemptOptions, 'wrong-token');
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'status_401' });
    expect(outcome.failure?.message).toContain('Illegal token');
    expect(JSON.stringify(outcome)).not.toContain('wrong-token');
  });
});

describeEndings(backstageService, (url, options) => send(url, {}, sampleMessage(), options));
