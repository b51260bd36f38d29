import { sendByChannel } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { gotifyService, gotifyToken } from '../testing/gotify-service.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { gotify } from './gotify.js';

const send = (url: string, config: object = {}, message = sampleMessage(), options = attemptOptions) =>
  sendByChannel(
    gotify,
    { config: { url: `${url}/gotify/`, token: gotifyToken, ...config }, address: {}, message, previous: null },
    options,
  );

describe('a message', () => {
  it('has everything in it as Markdown, and leads to what is to be done', async () => {
    await using service = await Service.start(gotifyService);
    expect((await send(service.url)).receipt).toEqual({ externalId: '25' });
    expect(service.last.path).toBe('/gotify/message');
    const body = JSON.parse(service.last.body) as { message: string };
    expect(body).toMatchObject({
      title: 'Shop <front> is unhealthy & slow',
      priority: 8,
      extras: { 'client::notification': { click: { url: 'https://checkstack.example.org/alerts/1' } } },
    });
    expect(body.message).toContain('**refused**');
    expect(body.message).toContain('Front page');
    expect(body.message).toContain('\\[x\\](javascript:');
  });

  it.each([
    ['info', 2],
    ['warning', 5],
  ] as const)('of importance %s has priority %i', async (importance, priority) => {
    await using service = await Service.start(gotifyService);
    await send(service.url, {}, sampleMessage({ importance }));
    expect(JSON.parse(service.last.body)).toMatchObject({ priority });
  });

  it('goes through, however much or little there is to say', async () => {
    await using service = await Service.start(gotifyService);
    expect((await send(service.url, {}, endlessMessage())).failure).toBeUndefined();
    const little = sampleMessage({ title: '', body: '', fields: [], subjects: [], action: null });
    expect((await send(service.url, {}, little)).failure).toBeUndefined();
  });

  it('with a wrong token is permanent, in Gotify’s own words, and without the token', async () => {
    await using service = await Service.start(gotifyService);
    const outcome = await send(service.url, { token: 'wrong-token' });
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'status_401' });
    expect(outcome.failure?.message).toContain('valid access token');
    expect(JSON.stringify(outcome)).not.toContain('wrong-token');
  });

  it('trusts the CA that it is given', async () => {
    await using service = await Service.start(gotifyService, { tls: true });
    expect((await send(service.url, { tls: { ca: service.ca } })).receipt).toBeDefined();
  });
});

describeEndings(gotifyService, (url, options) => send(url, {}, sampleMessage(), options));
