import {
  defineChannel,
  jsonOf,
  renderMarkdown,
  secretText,
  sendJson,
  shortened,
  tlsOptions,
  webAddress,
  type HttpResponse,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

/** From 4 on a phone makes a sound, from 8 on it insists (https://gotify.net/docs/msgextras, the Android app). */
const priorities = { info: 2, warning: 5, critical: 8 };

export const gotify = defineChannel({
  kind: 'gotify',
  title: 'Gotify',
  summary: 'Sends messages to a Gotify server of your own.',
  icon: 'M3 12.5V7a5 5 0 0 1 10 0v5.5zM1.5 12.5h13M6.5 14.5h3M6.2 7.5h.1M9.7 7.5h.1',
  config: z.strictObject({
    url: webAddress.meta({
      title: 'Server',
      examples: ['https://gotify.example.org'],
      target: true,
    }),
    token: secretText.meta({ title: 'Application token', description: 'Of an application made under Apps.' }),
    tls: z.strictObject({ ca: tlsOptions.ca, insecure: tlsOptions.insecure }).optional().meta({
      title: 'TLS',
      advanced: true,
    }),
  }),
  address: null,
  idempotent: false,
  async send({ config, message }, context) {
    const response = await sendJson(context, {
      service: 'Gotify',
      url: `${config.url.replace(/\/+$/, '')}/message`,
      headers: { 'x-gotify-key': config.token },
      ...(config.tls ? { tls: config.tls } : {}),
      reason: (refused: HttpResponse) =>
        z.object({ errorDescription: z.string() }).safeParse(jsonOf(refused)).data?.errorDescription,
      body: {
        title: shortened(message.title.replace(/\s+/g, ' ').trim() || 'Checkstack', 250),
        message: renderMarkdown(message, 'common', { title: false, maxLength: 8_000 }) || '–',
        priority: priorities[message.importance],
        extras: {
          'client::display': { contentType: 'text/markdown' },
          ...(message.action ? { 'client::notification': { click: { url: message.action.url } } } : {}),
        },
      },
    });
    const answer = z.object({ id: z.number() }).safeParse(jsonOf(response));
    return answer.success ? { externalId: String(answer.data.id) } : {};
  },
});
