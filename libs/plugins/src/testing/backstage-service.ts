// Backstage’s notifications for external services (https://backstage.io/docs/notifications/#sending-notifications-by-external-services,
// the plugin’s README and its NotificationPayload), behind a static token (https://backstage.io/docs/auth/service-to-service-auth#static-tokens).
// Read 2026-11-23.
import * as z from 'zod';
import type { Answer, Rules } from './service.js';

export const backstageToken = 'lBb9+r50NUNYxKicBZob0NjespLBAb9C';

const body = z.strictObject({
  recipients: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('broadcast') }),
    z.strictObject({ type: z.literal('entity'), entityRef: z.string().regex(/^[a-z]+:([\w.-]+\/)?[\w.-]+$/i) }),
  ]),
  payload: z.strictObject({
    title: z.string().min(1),
    description: z.string().optional(),
    link: z.url().optional(),
    severity: z.enum(['critical', 'high', 'normal', 'low']).optional(),
    topic: z.string().optional(),
    scope: z.string().optional(),
  }),
});

export const backstageService: Rules = (request) => {
  if (request.headers['authorization'] !== `Bearer ${backstageToken}`)
    return refused(401, 'AuthenticationError', 'Illegal token');
  if (request.method !== 'POST' || request.path !== '/api/notifications/notifications')
    return refused(404, 'NotFoundError', 'Not found');
  const given =
    request.headers['content-type'] === 'application/json' ? body.safeParse(JSON.parse(request.body)) : null;
  if (!given?.success) return refused(400, 'InputError', 'Invalid input');
  return json(200, [
    {
      id: 'd1c2a3b4-0000-4000-8000-000000000001',
      user: null,
      created: '2026-11-23T10:04:06.000Z',
      payload: given.data.payload,
    },
  ]);
};

function refused(statusCode: number, name: string, message: string): Answer {
  return json(statusCode, { error: { name, message }, response: { statusCode } });
}

function json(status: number, content: object): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(content) };
}
