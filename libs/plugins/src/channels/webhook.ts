import {
  defineChannel,
  renderMarkdown,
  renderText,
  sendText,
  signingSecret,
  tlsOptions,
  webAddress,
  webhookHeaders,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

export const webhook = defineChannel({
  kind: 'webhook',
  title: 'Webhook',
  summary: 'Posts each message as JSON to a URL, signed by the Standard Webhooks specification.',
  icon: 'M6.2 6.6a2.75 2.75 0 1 1 3.9-1M9.6 6l2 3.6a2.7 2.7 0 1 1-1 4.4M6.5 6.5L4.6 10a2.7 2.7 0 1 0 2.4 2.4h4',
  config: z.strictObject({
    url: webAddress.meta({
      title: 'URL',
      description: 'Must answer with 2xx. Redirects are not followed.',
      examples: ['https://hooks.example.org/checkstack'],
      secret: true,
      target: true,
    }),
    secret: signingSecret.optional(),
    tls: z.strictObject({ ca: tlsOptions.ca, insecure: tlsOptions.insecure }).optional().meta({
      title: 'TLS',
      advanced: true,
    }),
  }),
  address: null,
  idempotent: true,
  concurrency: 16,
  async send({ config, message }, context) {
    const body = JSON.stringify({
      ...message,
      text: renderText(message, { links: false }),
      markdown: renderMarkdown(message, 'common'),
    });
    await sendText(context, {
      service: 'The webhook',
      url: config.url,
      headers: {
        'content-type': 'application/json',
        ...webhookHeaders({ id: message.id, body, secret: config.secret }),
      },
      ...(config.tls ? { tls: config.tls } : {}),
      body,
    });
    return {};
  },
});
