import type { Receipt } from '@checkstack/plugin-sdk';
import { sendByChannel, verifyConfig } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { telegramService, telegramToken } from '../testing/telegram-service.js';
import { telegram } from './telegram.js';

const send = (
  apiUrl: string,
  given: { chat?: string; topic?: number; message?: ReturnType<typeof sampleMessage>; previous?: Receipt } = {},
  options = attemptOptions,
) => {
  const { chat = '1111111', topic, message = sampleMessage(), previous = null } = given;
  const address = { chat, ...(topic === undefined ? {} : { topic }) };
  return sendByChannel(telegram, { config: { token: telegramToken, apiUrl }, address, message, previous }, options);
};

describe('a bot', () => {
  it('sends everything, in the elements that Telegram knows', async () => {
    await using service = await Service.start(telegramService);
    expect((await send(service.url)).receipt).toEqual({ externalId: '365' });
    const { text, disable_notification: isQuiet } = JSON.parse(service.last.body) as Record<string, string>;
    expect(text).toContain('<b>Shop &lt;front&gt; is unhealthy &amp; slow</b>');
    expect(text).toContain('<code>10.0.0.5:443</code>');
    expect(text).toContain('<a href="https://checkstack.example.org/alerts/1">Acknowledge</a>');
    expect(text).not.toContain('javascript:alert(1)">');
    expect(isQuiet).toBe(false);
  });

  it('makes no sound for what is only good to know', async () => {
    await using service = await Service.start(telegramService);
    await send(service.url, { message: sampleMessage({ importance: 'info' }) });
    expect(JSON.parse(service.last.body)).toMatchObject({ disable_notification: true });
  });

  it('answers the message before, in the topic', async () => {
    await using service = await Service.start(telegramService);
    await send(service.url, { topic: 7, previous: { externalId: '364' } });
    expect(JSON.parse(service.last.body)).toMatchObject({
      message_thread_id: 7,
      reply_parameters: { message_id: 364, allow_sending_without_reply: true },
    });
  });

  it('keeps Telegram’s limit, however much there is to say', async () => {
    await using service = await Service.start(telegramService);
    expect((await send(service.url, { message: endlessMessage() })).failure).toBeUndefined();
  });

  it.each([
    ['404', 'permanent', 'status_400', 'chat not found'],
    ['403', 'permanent', 'status_403', 'blocked by the user'],
    ['-1', 'permanent', 'status_400', '-1001234567890'],
    ['429', 'temporary', 'status_429', 'retry after'],
  ])('to the chat %s is %s', async (chat, kind, code, message) => {
    await using service = await Service.start(telegramService);
    const { failure } = await send(service.url, { chat });
    expect(failure).toMatchObject({ kind, code, message: expect.stringContaining(message) as string });
    expect(failure?.retryAfterMs).toBe(chat === '429' ? 35_000 : undefined);
  });

  it('says who it is, or that the token is wrong, and never the token', async () => {
    await using service = await Service.start(telegramService);
    const good = await verifyConfig(telegram, { token: telegramToken, apiUrl: service.url }, attemptOptions);
    expect(good?.sentence).toBe('Signed in as @checkstack_bot.');
    const bad = await verifyConfig(telegram, { token: '1:wrong-token', apiUrl: service.url }, attemptOptions);
    expect(bad?.failure).toMatchObject({ kind: 'permanent', code: 'status_401' });
    expect(JSON.stringify([good, bad])).not.toMatch(/wrong-token|AAHdq/);
  });
});

describeEndings(telegramService, (url, options) => send(url, {}, options));
