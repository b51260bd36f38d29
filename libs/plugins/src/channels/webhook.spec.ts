import { sendByChannel } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { standardWebhooks } from '../testing/standard-webhooks.js';
import { webhook } from './webhook.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const message = sampleMessage();
const send = (url: string, config: object = {}, options = attemptOptions) =>
  sendByChannel(webhook, { config: { url, ...config }, address: {}, message }, options);

describe('a webhook', () => {
  it('posts the message as JSON, signed', async () => {
    await using service = await Service.start(standardWebhooks(secret));
    const outcome = await send(`${service.url}/hook?a=1`, { secret });
    expect(outcome).toMatchObject({ receipt: {}, answer: { status: 200, text: 'taken' } });
    expect(service.last).toMatchObject({
      method: 'POST',
      path: '/hook?a=1',
      headers: { 'content-type': 'application/json', 'user-agent': 'Checkstack' },
    });
    expect(JSON.parse(service.last.body)).toMatchObject({
      ...message,
      text: expect.stringContaining(message.title) as string,
    });
  });

  it('is refused where the secrets differ', async () => {
    await using service = await Service.start(standardWebhooks(secret));
    const outcome = await send(service.url, { secret: 'another secret of some length' });
    expect(outcome.failure).toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('webhook-signature') as string,
    });
  });

  it('is taken once, however often it comes', async () => {
    await using service = await Service.start(standardWebhooks());
    await send(service.url);
    expect((await send(service.url)).answer?.text).toBe('known already');
  });

  it('trusts the CA that it is given, over TLS', async () => {
    await using service = await Service.start(standardWebhooks(), { tls: true });
    expect((await send(service.url, { tls: { ca: service.ca } })).receipt).toBeDefined();
    expect((await send(service.url, { tls: { insecure: true } })).receipt).toBeDefined();
  });

  it('shows neither URL nor secret in what it says', async () => {
    await using service = await Service.start((request) => ({ status: 400, body: `${request.path} ${secret}` }));
    const outcome = await send(`${service.url}/very-secret-path`, { secret });
    expect(JSON.stringify(outcome)).not.toContain(secret);
    expect(outcome.failure?.kind).toBe('permanent');
  });
});

describeEndings(standardWebhooks(), (url, options) => send(url, {}, options));
