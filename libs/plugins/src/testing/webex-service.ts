// Webex’s “Create a Message” and “Get My Own Details” (https://developer.webex.com/docs/api/v1/messages/create-a-message,
// https://developer.webex.com/docs/api/v1/people/get-my-own-details). Read 2026-11-23.
import * as z from 'zod';
import { adaptiveCard } from './adaptive-card.js';
import type { Answer, Rules } from './service.js';

export const webexToken = 'YzVlNmM4YWQtMjM0NC00ZjY5LTk0MTYtabcdefghijkl_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f';
export const webexRoom = 'Y2lzY29zcGFyazovL3VzL1JPT00vYmJjZWIxYWQtNDNmMS0zYjU4LTkxNDctZjE0YmIwYzRkMTU0';

const body = z
  .strictObject({
    roomId: z.string().optional(),
    toPersonEmail: z.email().optional(),
    markdown: z.string().min(1),
    attachments: z
      .array(
        z.strictObject({ contentType: z.literal('application/vnd.microsoft.card.adaptive'), content: adaptiveCard }),
      )
      .max(1),
  })
  .refine(({ roomId, toPersonEmail }) => (roomId === undefined) !== (toPersonEmail === undefined))
  .refine(({ markdown }) => Buffer.byteLength(markdown) <= 7_439)
  .refine(({ attachments }) => Buffer.byteLength(JSON.stringify(attachments)) <= 22_000);

export const webexService: Rules = (request) => {
  if (request.headers['authorization'] !== `Bearer ${webexToken}`)
    return json(401, said('The request requires a valid access token set in the Authorization request header.'));
  if (request.method === 'GET' && request.path === '/v1/people/me')
    return json(200, {
      id: 'Y2lzY29zcGFyazovL3VzL1BFT1BMRS9mNWIzNjE4Ny1jOGRkLTQ3MjctOGIyZi1mOWM0NDdmMjkwNDY',
      displayName: 'Checkstack',
      type: 'bot',
    });
  if (request.method !== 'POST' || request.path !== '/v1/messages')
    return json(404, said('The requested resource could not be found.'));
  const given =
    request.headers['content-type'] === 'application/json' ? body.safeParse(JSON.parse(request.body)) : null;
  if (!given?.success) return json(400, said('Unable to post message to room: the request is not valid.'));
  if (given.data.roomId !== undefined && given.data.roomId !== webexRoom)
    return json(404, said('Could not find a room with provided ID.'));
  return json(200, {
    id: 'Y2lzY29zcGFyazovL3VzL01FU1NBR0UvOTJkYjNiZTAtNDNiZC0xMWU2LThhZTktZGQ1YjNkZmM1NjVk',
    roomId: webexRoom,
  });
};

function said(message: string): object {
  return { message, errors: [{ description: message }], trackingId: 'ROUTER_1' };
}

function json(status: number, content: object): Answer {
  return { status, headers: { 'content-type': 'application/json;charset=UTF-8' }, body: JSON.stringify(content) };
}
