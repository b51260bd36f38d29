import { sendByChannel, verifyConfig } from '@checkstack/plugin-sdk/runtime';
import type { Receipt } from '@checkstack/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { slackService, slackToken, slackWebhookPath } from '../testing/slack-service.js';
import { slack } from './slack.js';

const message = sampleMessage();
const byWebhook = (url: string) => ({ connection: { type: 'webhook', url: url + slackWebhookPath } });
const byBot = (url: string, token = slackToken) => ({ connection: { type: 'bot', token, apiUrl: `${url}/api` } });

const send = (
  config: object,
  given: { channel?: string; message?: typeof message; previous?: Receipt } = {},
  options = attemptOptions,
) =>
  sendByChannel(
    slack,
    {
      config,
      address: given.channel === undefined ? {} : { channel: given.channel },
      message: given.message ?? message,
      previous: given.previous ?? null,
    },
    options,
  );

interface Body {
  attachments: { blocks: { type: string; text?: { text: string }; elements?: { text: string }[] }[] }[];
  thread_ts?: string;
}

describe('by an incoming webhook', () => {
  it('posts blocks with everything in them, and what others wrote escaped', async () => {
    await using service = await Service.start(slackService);
    const outcome = await send(byWebhook(service.url));
    expect(outcome).toMatchObject({ receipt: {}, answer: { status: 200, text: 'ok' } });
    const { attachments } = JSON.parse(service.last.body) as Body;
    const blocks = attachments[0]!.blocks;
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'context', 'actions']);
    expect(blocks[0]!.text!.text).toBe(message.title);
    expect(blocks[1]!.text!.text).toContain('Connection *refused* by `10.0.0.5:443`.');
    expect(blocks[1]!.text!.text).toContain('<https://wiki.example.org/shop|Run book>');
    expect(blocks[1]!.text!.text).toContain('&lt;script&gt;');
    expect(blocks[1]!.text!.text).not.toContain('<javascript:');
  });

  it('keeps Slack’s limits, however much there is to say', async () => {
    await using service = await Service.start(slackService);
    const long = sampleMessage({
      title: 'T'.repeat(5_000),
      body: `**bold** &<> `.repeat(4_000),
      fields: Array.from({ length: 60 }, (_, number) => ({ label: `L${number}`, value: '<&>'.repeat(2_000) })),
      subjects: Array.from({ length: 60 }, (_, number) => ({
        kind: 'system',
        id: String(number),
        name: 'N'.repeat(500),
        url: `https://example.org/${number}`,
      })),
      action: { label: 'A'.repeat(500), url: 'https://example.org/' },
    });
    expect((await send(byWebhook(service.url), { message: long })).failure).toBeUndefined();
  });

  it('cannot mention everybody', async () => {
    await using service = await Service.start(slackService);
    const message = sampleMessage({ body: '<!here> <@U1> [x](https://e.example/|<!channel>)' });
    await send(byWebhook(service.url), { message });
    expect(service.last.body).not.toMatch(/<!|<@/);
  });

  it('is told that the webhook is gone', async () => {
    await using service = await Service.start(slackService);
    const url = `${service.url}/services/T0/B0/gone`;
    const outcome = await send({ connection: { type: 'webhook', url } });
    expect(outcome.failure).toMatchObject({ kind: 'permanent', code: 'status_404' });
    expect(outcome.answer).toEqual({ status: 404, text: 'no_service' });
  });
});

describe('as a bot', () => {
  it('posts to the channel, and what follows hangs below it', async () => {
    await using service = await Service.start(slackService);
    const { receipt } = await send(byBot(service.url), { channel: '#operations' });
    expect(receipt).toEqual({ externalId: 'C123ABC456/1503435956.000247' });
    const next = await send(byBot(service.url), { channel: '#operations', previous: receipt! });
    expect((JSON.parse(service.last.body) as Body).thread_ts).toBe('1503435956.000247');
    expect(next.receipt).toEqual(receipt);
  });

  it.each([
    ['#nowhere', 'permanent', 'channel_not_found'],
    ['#busy', 'temporary', 'ratelimited'],
  ])('to %s is %s', async (channel, kind, code) => {
    await using service = await Service.start(slackService);
    expect((await send(byBot(service.url), { channel })).failure).toMatchObject({ kind, code });
  });

  it('needs a channel', async () => {
    await using service = await Service.start(slackService);
    expect((await send(byBot(service.url))).failure).toMatchObject({ kind: 'permanent', code: 'no_channel' });
    expect(service.received).toEqual([]);
  });

  it('says who it is, or that the token is wrong, and never the token', async () => {
    await using service = await Service.start(slackService);
    const good = await verifyConfig(slack, byBot(service.url), attemptOptions);
    expect(good?.sentence).toBe('Signed in as bot in Subarachnoid Workspace.');
    const bad = await verifyConfig(slack, byBot(service.url, 'xoxb-wrong-token'), attemptOptions);
    expect(bad?.failure).toMatchObject({ kind: 'permanent', code: 'invalid_auth' });
    expect(JSON.stringify([good, bad])).not.toMatch(/xoxb-/);
  });
});

describeEndings(slackService, (url, options) => send(byWebhook(url), {}, options));
describe('as a bot', () => {
  describeEndings(slackService, (url, options) => send(byBot(url), { channel: '#operations' }, options));
});
