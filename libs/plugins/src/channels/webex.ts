import {
  defineChannel,
  jsonOf,
  renderCard,
  renderMarkdown,
  secretText,
  sendJson,
  sendText,
  shortened,
  webAddress,
  type HttpResponse,
  type Message,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

/** https://developer.webex.com/docs/api/v1/messages/create-a-message */
const maxMarkdown = 7_000;
const maxCardBytes = 20_000;

export const webex = defineChannel({
  kind: 'webex',
  title: 'Webex',
  summary: 'Sends a card as a Webex bot to a space or to one person.',
  icon: 'M1.5 8c0-3 1.2-5 2.7-5 2.6 0 3 10 6 10 1.7 0 3.3-2 3.3-5s-1.6-5-3.3-5c-1.5 0-2.3 2-3 4.500',
  config: z.strictObject({
    token: secretText.meta({ title: 'Bot token', description: 'From developer.webex.com → My Webex Apps.' }),
    apiUrl: webAddress.default('https://webexapis.com/v1').meta({ title: 'API address', advanced: true, target: true }),
  }),
  address: z.strictObject({
    to: z
      .string()
      .trim()
      .min(3)
      .max(320)
      .regex(/^\S+$/, 'must be one id or one mail address')
      .meta({
        title: 'Person or space',
        description: 'A person’s mail address, or the id of a space that the bot is in.',
        examples: ['ada@example.org', 'Y2lzY29zcGFyazovL3VzL1JPT00v…'],
      }),
  }),
  idempotent: false,
  perMinute: 300,
  async send({ config, address, message }, context) {
    const response = await sendJson(context, {
      ...requestOf(config, 'messages'),
      body: {
        ...(address.to.includes('@') ? { toPersonEmail: address.to } : { roomId: address.to }),
        // For clients that show no cards.
        markdown: renderMarkdown(message, 'common', { maxLength: maxMarkdown / 3 }),
        attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: cardOf(message) }],
      },
    });
    const answer = z.object({ id: z.string() }).safeParse(jsonOf(response));
    return answer.success ? { externalId: answer.data.id } : {};
  },
  async verify(config, context) {
    const response = await sendText(context, { ...requestOf(config, 'people/me'), method: 'GET' });
    const me = z.object({ displayName: z.string() }).safeParse(jsonOf(response));
    return `Signed in as ${me.data?.displayName ?? 'somebody without a name'}.`;
  },
});

function requestOf({ token, apiUrl }: { token: string; apiUrl: string }, path: string) {
  return {
    service: 'Webex',
    url: `${apiUrl.replace(/\/+$/, '')}/${path}`,
    headers: { authorization: `Bearer ${token}` },
    reason: (response: HttpResponse) => z.object({ message: z.string() }).safeParse(jsonOf(response)).data?.message,
  };
}

function cardOf(message: Message): object {
  const card = renderCard(message);
  if (Buffer.byteLength(JSON.stringify(card)) <= maxCardBytes) return card;
  return renderCard({ ...message, body: shortened(message.body, 1_500), fields: message.fields.slice(0, 5) });
}
