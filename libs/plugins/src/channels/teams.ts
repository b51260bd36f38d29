import { defineChannel, renderCard, sendJson, shortened, webAddress, type Message } from '@checkstack/plugin-sdk';
import * as z from 'zod';

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
const maxBytes = 28_000;

export const teams = defineChannel({
  kind: 'teams',
  title: 'Microsoft Teams',
  summary: 'Posts a card to a Teams channel or chat, by a workflow that starts when a webhook request is received.',
  icon: 'M2 5h6v7H2zM3.5 7h3M5 7v3.5M8 6.5h5V11a2.5 2.5 0 0 1-5 0M10.5 5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3',
  config: z.strictObject({
    url: webAddress.meta({
      title: 'Workflow URL',
      description:
        'In Teams: the channel’s menu → Workflows → “Post to a channel when a webhook request is received”; its last page shows the URL.',
      examples: ['https://prod-01.westeurope.logic.azure.com:443/workflows/…/triggers/manual/paths/invoke?…&sig=…'],
      secret: true,
      target: true,
    }),
  }),
  address: null,
  idempotent: false,
  perMinute: 60,
  async send({ config, message }, context) {
    await sendJson(context, { service: 'Teams', url: config.url, body: bodyOf(message) });
    return {};
  },
});

function bodyOf(message: Message): object {
  const body = posted(message);
  if (Buffer.byteLength(JSON.stringify(body)) <= maxBytes) return body;
  return posted({ ...message, body: shortened(message.body, 1_500), fields: message.fields.slice(0, 5) });
}

function posted(message: Message): object {
  const card = {
    contentType: 'application/vnd.microsoft.card.adaptive',
    contentUrl: null,
    content: renderCard(message),
  };
  return { type: 'message', attachments: [card] };
}
