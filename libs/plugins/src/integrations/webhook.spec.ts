import { sendByIntegration } from '@checkstack/plugin-sdk/runtime';
import type { IntegrationEvent } from '@checkstack/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { standardWebhooks } from '../testing/standard-webhooks.js';
import { webhook } from './webhook.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = sampleMessage();
const event: IntegrationEvent = {
  id: '42',
  type: 'incident',
  what: 'opened',
  at: message.at,
  subject: { kind: 'incident', id: '7c1d3a52-56a7-4d5c-8b0e-2f0f6f1f8a11' },
  payload: { title: 'A "quoted"\nline', systems: [{ name: 'Shop' }, { name: 'Till' }] },
};
const send = (url: string, config: object = {}, given: object = {}, options = attemptOptions) =>
  sendByIntegration(webhook, { config: { url, ...config }, options: given, event, message }, options);

describe('a webhook', () => {
  it('sends message and event as JSON, signed', async () => {
    await using service = await Service.start(standardWebhooks(secret));
    expect((await send(service.url, { secret })).failure).toBeUndefined();
    expect(JSON.parse(service.last.body)).toMatchObject({ message: { ...message }, event });
  });

  it('sends a body of one’s own, in which no value can break out of its text', async () => {
    await using service = await Service.start(standardWebhooks());
    const body =
      '{"text": "{{event.payload.title}}", "all": {{{event.payload.systems}}}, "names": "{{#event.payload.systems}}{{name}};{{/event.payload.systems}}"}';
    expect((await send(service.url, {}, { body, method: 'PUT' })).failure).toBeUndefined();
    expect(service.last.method).toBe('PUT');
    expect(JSON.parse(service.last.body)).toEqual({
      text: event.payload['title'],
      all: event.payload['systems'],
      names: 'Shop;Till;',
    });
  });

  it('says that a body is not JSON, and sends nothing', async () => {
    await using service = await Service.start(standardWebhooks());
    const { failure } = await send(service.url, {}, { body: '{"text": {{event.payload.title}}}' });
    expect(failure).toMatchObject({ kind: 'permanent', code: 'bad_template' });
    expect(service.received).toEqual([]);
  });

  it('sends text where asked', async () => {
    await using service = await Service.start(standardWebhooks());
    await send(service.url, {}, { contentType: 'text/plain; charset=utf-8', body: '{{message.title}}' });
    expect(service.last.body).toBe(message.title);
    expect(service.last.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  it.each([
    [{ type: 'bearer', token: 'abc' }, 'Bearer abc'],
    [{ type: 'basic', username: 'ada', password: 'pa:ss' }, `Basic ${Buffer.from('ada:pa:ss').toString('base64')}`],
  ])('signs in with %j', async (auth, authorization) => {
    await using service = await Service.start(standardWebhooks());
    await send(service.url, { auth }, { headers: { 'X-Source': 'checkstack' } });
    expect(service.last.headers).toMatchObject({ authorization, 'x-source': 'checkstack' });
  });
});

describe('its form', () => {
  it.each([
    [{ headers: { 'X-A': 'b\r\nHost: evil' } }],
    [{ headers: { 'X-A\r\nHost': 'evil' } }],
    [{ headers: { Host: 'evil' } }],
    [{ headers: { 'webhook-signature': 'v1,x' } }],
    [{ body: '{{#a}}' }],
    [{ body: '{{>partial}}' }],
  ])('refuses %j', (options) => expect(webhook.options?.safeParse(options).success).toBe(false));
});

describeEndings(standardWebhooks(), (url, options) => send(url, {}, {}, options));
