import { sendByChannel, verifyConfig } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { webexRoom, webexService, webexToken } from '../testing/webex-service.js';
import { webex } from './webex.js';

const configOf = (url: string, token = webexToken) => ({ token, apiUrl: `${url}/v1` });
const send = (url: string, to = webexRoom, message = sampleMessage(), options = attemptOptions) =>
  sendByChannel(webex, { config: configOf(url), address: { to }, message, previous: null }, options);

describe('a bot', () => {
  it('sends a card to a space, with text for who sees no cards', async () => {
    await using service = await Service.start(webexService);
    expect((await send(service.url)).receipt?.externalId).toMatch(/^Y2lz/);
    const sent = JSON.parse(service.last.body) as Record<string, unknown>;
    expect(sent).toMatchObject({ roomId: webexRoom, markdown: expect.stringContaining('[Acknowledge]') as string });
    expect(JSON.stringify(sent['attachments'])).toContain('Front page');
    expect(sent['markdown']).toContain('\\[x\\](javascript:');
  });

  it('sends to a person by mail address', async () => {
    await using service = await Service.start(webexService);
    await send(service.url, 'ada@example.org');
    expect(JSON.parse(service.last.body)).toMatchObject({ toPersonEmail: 'ada@example.org' });
  });

  it('keeps Webex’s limits, however much there is to say', async () => {
    await using service = await Service.start(webexService);
    expect((await send(service.url, webexRoom, endlessMessage())).failure).toBeUndefined();
  });

  it('to a space that it is not in is permanent, in Webex’s own words', async () => {
    await using service = await Service.start(webexService);
    const { failure } = await send(service.url, 'Y2lzY29zcGFyazovL3VzL1JPT00vother');
    expect(failure).toMatchObject({ kind: 'permanent', code: 'status_404' });
    expect(failure?.message).toContain('Could not find a room');
  });

  it('says who it is, or that the token is wrong, and never the token', async () => {
    await using service = await Service.start(webexService);
    const good = await verifyConfig(webex, configOf(service.url), attemptOptions);
    expect(good?.sentence).toBe('Signed in as Checkstack.');
    const bad = await verifyConfig(webex, configOf(service.url, 'a-wrong-token'), attemptOptions);
    expect(bad?.failure).toMatchObject({ kind: 'permanent', code: 'status_401' });
    expect(JSON.stringify([good, bad])).not.toMatch(/a-wrong-token|YzVlNm/);
  });
});

describeEndings(webexService, (url, options) => send(url, webexRoom, sampleMessage(), options));
