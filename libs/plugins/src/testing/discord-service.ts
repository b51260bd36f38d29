// Discord’s Execute Webhook (https://discord.com/developers/docs/resources/webhook#execute-webhook) and the limits of an embed
// (https://discord.com/developers/docs/resources/message#embed-object-embed-limits). Read 2026-11-23.
import * as z from 'zod';
import type { Rules } from './service.js';

export const discordWebhookPath =
  '/api/webhooks/223704706495545344/3d89bb7572e0fb30d8128367b3b1b44fecd1726de135cbe28a41f8b2f777c372ba2939e72279b94526ff5d1bd4358d65cf11';

const embed = z
  .strictObject({
    title: z.string().min(1).max(256).optional(),
    description: z.string().max(4_096).optional(),
    url: z.url().optional(),
    timestamp: z.iso.datetime().optional(),
    color: z.int().min(0).max(0xffffff).optional(),
    fields: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(256),
          value: z.string().min(1).max(1_024),
          inline: z.boolean().optional(),
        }),
      )
      .max(25)
      .optional(),
  })
  .refine(
    ({ title = '', description = '', fields = [] }) =>
      title.length +
        description.length +
        fields.reduce((sum, { name, value }) => sum + name.length + value.length, 0) <=
      6_000,
  );
const body = z.strictObject({
  content: z.string().max(2_000).optional(),
  embeds: z.array(embed).min(1).max(10),
  allowed_mentions: z.strictObject({ parse: z.array(z.enum(['roles', 'users', 'everyone'])) }).optional(),
});

export const discordService: Rules = (request) => {
  const { pathname, searchParams } = new URL(request.path, 'http://service');
  if (request.method !== 'POST') return json(405, { message: '405: Method Not Allowed', code: 0 });
  if (pathname !== discordWebhookPath) return json(404, { message: 'Unknown Webhook', code: 10015 });
  if (request.headers['content-type'] !== 'application/json')
    return json(400, { message: 'Cannot send an empty message', code: 50006 });
  const given = body.safeParse(JSON.parse(request.body));
  if (!given.success) return json(400, { message: 'Invalid Form Body', code: 50035, errors: given.error.issues });
  if (searchParams.get('wait') !== 'true') return { status: 204 };
  return json(200, {
    id: '1234567890123456789',
    type: 0,
    channel_id: '199737254929760256',
    webhook_id: '223704706495545344',
  });
};

function json(status: number, content: object) {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
