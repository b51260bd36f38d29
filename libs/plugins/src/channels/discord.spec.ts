import { sendByChannel } from '@checkstack/plugin-sdk/runtime';
import { describe, expect, it } from 'vitest';
import { discordService, discordWebhookPath } from '../testing/discord-service.js';
import { attemptOptions, describeEndings } from '../testing/endings.js';
import { endlessMessage, sampleMessage } from '../testing/message.js';
import { Service } from '../testing/service.js';
import { discord } from './discord.js';

const send = (url: string, message = sampleMessage(), options = attemptOptions) =>
  sendByChannel(discord, { config: { url: url + discordWebhookPath }, address: {}, message, previous: null }, options);

interface Embed {
  title: string;
  description: string;
  color: number;
  url: string;
  fields: { name: string; value: string }[];
}

async function embedOf(message = sampleMessage()): Promise<Embed> {
  await using service = await Service.start(discordService);
  const { failure } = await send(service.url, message);
  expect(failure).toBeUndefined();
  return (JSON.parse(service.last.body) as { embeds: [Embed] }).embeds[0];
}

describe('by a webhook', () => {
  it('posts one embed with everything in it, and learns what it is called', async () => {
    await using service = await Service.start(discordService);
    expect((await send(service.url)).receipt).toEqual({ externalId: '1234567890123456789' });
    expect(service.last.path).toBe(`${discordWebhookPath}?wait=true`);
    const embed = await embedOf();
    expect(embed).toMatchObject({
      title: 'Shop <front> is unhealthy & slow',
      color: 0xdc2626,
      url: 'https://checkstack.example.org/alerts/1',
    });
    expect(embed.description).toContain('**refused** by `10.0.0.5:443`');
    expect(embed.description).toContain('[Run book](https://wiki.example.org/shop)');
    expect(embed.description).toContain('\\[x\\](javascript:');
    expect(embed.fields[1]).toEqual({ name: 'Check', value: 'Front page', inline: true });
  });

  it('keeps Discord’s limits, however much there is to say', async () => {
    expect((await embedOf(endlessMessage())).title).toHaveLength(256);
  });

  it('has something in every field, and no field is Markdown', async () => {
    const fields = [
      { label: ' ', value: '' },
      { label: 'Check', value: '**bold** [x](https://e.example)' },
    ];
    expect((await embedOf(sampleMessage({ fields }))).fields).toMatchObject([
      { name: '–', value: '–' },
      { value: '\\*\\*bold\\*\\* \\[x\\]\\(https://e.example\\)' },
    ]);
  });

  it('mentions nobody', async () => {
    await using service = await Service.start(discordService);
    await send(service.url, sampleMessage({ body: '@everyone <@&1> <@2>' }));
    expect(JSON.parse(service.last.body)).toMatchObject({ allowed_mentions: { parse: [] } });
  });

  it('is told that the webhook is gone', async () => {
    await using service = await Service.start(discordService);
    const { failure } = await sendByChannel(
      discord,
      { config: { url: `${service.url}/api/webhooks/1/gone` }, address: {}, message: sampleMessage(), previous: null },
      attemptOptions,
    );
    expect(failure).toMatchObject({ kind: 'permanent', code: 'status_404' });
    expect(failure?.message).toContain('Unknown Webhook');
  });
});

describeEndings(discordService, (url, options) => send(url, sampleMessage(), options));
