import {
  colourOf,
  defineChannel,
  jsonOf,
  renderMarkdown,
  sendJson,
  shortened,
  webAddress,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const sent = z.object({ id: z.string() });

export const discord = defineChannel({
  kind: 'discord',
  title: 'Discord',
  summary: 'Posts to the channel of a Discord webhook.',
  icon: 'M5.5 3.5C4 3.8 3 4.3 3 4.3 1.7 7 1.5 9.5 1.7 12c1.2 1 2.6 1.4 3.3 1.5l.8-1.4m4.7-8.6c1.5.3 2.5.8 2.5.8 1.3 2.7 1.5 5.2 1.3 7.7-1.2 1-2.6 1.4-3.3 1.5l-.8-1.4M5.5 3.5c1.6-.4 3.4-.4 5 0M4.5 11.5c2.2 1 4.8 1 7 0M6 8.2v.6M10 8.2v.6',
  config: z.strictObject({
    url: webAddress.meta({
      title: 'Webhook URL',
      description: 'Channel settings → Integrations → Webhooks → Copy webhook URL.',
      examples: ['https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnopqrstuvwxyz'],
      secret: true,
      target: true,
    }),
  }),
  address: null,
  idempotent: false,
  // 30 messages a minute to one channel, by all its webhooks (https://discord.com/developers/docs/topics/rate-limits).
  perMinute: 30,
  async send({ config, message }, context) {
    const url = new URL(config.url);
    // Only then the answer says whether the message stands in the channel, and what it is called.
    url.searchParams.set('wait', 'true');
    const title = shortened(message.title.replace(/\s+/g, ' ').trim(), 256);
    // All texts of an embed together are 6,000 characters at most.
    const embed = {
      ...(title === '' ? {} : { title }),
      ...(message.action ? { url: message.action.url } : {}),
      description: renderMarkdown(message, 'discord', { title: false, fields: false, maxLength: 2_800 }),
      color: Number.parseInt(colourOf(message.importance).slice(1), 16),
      timestamp: message.at,
      fields: message.fields.slice(0, 10).map(({ label, value }) => ({
        name: shortened(label.trim() || '–', 80),
        value: shortened(plain(value), 200),
        inline: true,
      })),
    };
    const response = await sendJson(context, {
      service: 'Discord',
      url: url.href,
      body: { embeds: [embed], allowed_mentions: { parse: [] } },
    });
    const answer = sent.safeParse(jsonOf(response));
    return answer.success ? { externalId: answer.data.id } : {};
  },
});

/** Fields are Markdown too. */
function plain(value: string): string {
  return value.replace(/[\\*_~`|>[\]()<@#]/g, (sign) => `\\${sign}`).trim() || '–';
}
