// Gotify’s “Create a message” (https://gotify.net/api-docs, https://gotify.net/docs/pushmsg, https://gotify.net/docs/msgextras).
// Read 2026-11-23.
import * as z from 'zod';
import type { Answer, Rules } from './service.js';

export const gotifyToken = 'AWH0wZ5r0Mbac.r';

const body = z.strictObject({
  title: z.string().optional(),
  message: z.string().min(1),
  priority: z.int().optional(),
  extras: z
    .strictObject({
      'client::display': z.strictObject({ contentType: z.enum(['text/plain', 'text/markdown']) }).optional(),
      'client::notification': z.strictObject({ click: z.strictObject({ url: z.string() }) }).optional(),
    })
    .optional(),
});

export const gotifyService: Rules = (request) => {
  if (request.path !== '/gotify/message' || request.method !== 'POST')
    return refused(404, 'Not Found', 'page not found');
  if (request.headers['x-gotify-key'] !== gotifyToken)
    return refused(
      401,
      'Unauthorized',
      'you need to provide a valid access token or user credentials to access this api',
    );
  const given =
    request.headers['content-type'] === 'application/json' ? body.safeParse(JSON.parse(request.body)) : null;
  if (!given?.success) return refused(400, 'Bad Request', "Field 'message' is required");
  return json(200, { id: 25, appid: 5, ...given.data, date: '2026-11-23T10:04:06.000000000Z' });
};

function refused(errorCode: number, error: string, errorDescription: string): Answer {
  return json(errorCode, { error, errorCode, errorDescription });
}

function json(status: number, content: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
