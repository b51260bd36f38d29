import {
  defineChannel,
  jsonOf,
  renderText,
  secretText,
  sendJson,
  shortened,
  tlsOptions,
  webAddress,
  type HttpResponse,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const severities = { info: 'normal', warning: 'high', critical: 'critical' };

export const backstage = defineChannel({
  kind: 'backstage',
  title: 'Backstage',
  summary: 'Notifies the owners of an entity, or everybody, in Backstage by its notifications plugin.',
  icon: 'M2 11.5c2 2 10 2 12 0M2 8.5c2 2 10 2 12 0M3 2h6.5a2 2 0 0 1 0 4H3zM3 6h7a2 2 0 0 1 1.5 3.5',
  config: z.strictObject({
    url: webAddress.meta({
      title: 'Backend',
      description: 'The address of Backstage’s backend, without /api.',
      examples: ['https://backstage.example.org'],
      target: true,
    }),
    token: secretText.meta({
      title: 'Token',
      description: 'A static token for external access (backend.auth.externalAccess in Backstage’s configuration).',
    }),
    tls: z.strictObject({ ca: tlsOptions.ca, insecure: tlsOptions.insecure }).optional().meta({
      title: 'TLS',
      advanced: true,
    }),
  }),
  address: z.strictObject({
    entity: z
      .string()
      .trim()
      .regex(/^[A-Za-z]+:([\w.-]+\/)?[\w.-]+$/, 'must look like group:default/payments')
      .optional()
      .meta({
        title: 'Entity',
        description: 'A user, a group, or what has an owner. Absent: everybody.',
        examples: ['group:default/payments', 'component:default/shop'],
      }),
  }),
  idempotent: false,
  async send({ config, address, message }, context) {
    const link = message.action?.url ?? message.subjects[0]?.url;
    await sendJson(context, {
      service: 'Backstage',
      url: `${config.url.replace(/\/+$/, '')}/api/notifications/notifications`,
      headers: { authorization: `Bearer ${config.token}` },
      ...(config.tls ? { tls: config.tls } : {}),
      reason: (refused: HttpResponse) =>
        z.object({ error: z.object({ message: z.string() }) }).safeParse(jsonOf(refused)).data?.error.message,
      body: {
        recipients:
          address.entity === undefined ? { type: 'broadcast' } : { type: 'entity', entityRef: address.entity },
        payload: {
          title: shortened(message.title.replace(/\s+/g, ' ').trim() || 'Checkstack', 250),
          description: renderText(message, { title: false, links: false, maxLength: 4_000 }),
          severity: severities[message.importance],
          topic: message.family,
          // Of one scope there is one notification: what goes on takes the place of what was.
          scope: `checkstack:${message.collapseKey}`,
          ...(link === undefined ? {} : { link }),
        },
      },
    });
    return {};
  },
});
