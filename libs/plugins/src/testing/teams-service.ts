// A Teams workflow “when a webhook request is received”: it takes an Adaptive Card in a message and answers 202 with no body
// (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#send-adaptive-cards-using-an-incoming-webhook,
// https://support.microsoft.com/office/8ae491c7-0394-4861-ba59-055e33f75498). Read 2026-11-23.
import * as z from 'zod';
import { adaptiveCard } from './adaptive-card.js';
import type { Rules } from './service.js';

export const teamsWorkflowPath =
  '/workflows/0a1b2c3d4e5f60718293a4b5c6d7e8f9/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=aSecretSignature';
const maxBytes = 28 * 1024;

const body = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: adaptiveCard,
      }),
    )
    .length(1),
});

export const teamsService: Rules = (request) => {
  if (request.method !== 'POST') return { status: 405 };
  if (request.path !== teamsWorkflowPath)
    return error(
      401,
      'DirectApiAuthorizationRequired',
      'The request must be authenticated only by Shared Access scheme.',
    );
  if (Buffer.byteLength(request.body) > maxBytes)
    return error(413, 'RequestEntityTooLarge', 'The message is too large.');
  if (request.headers['content-type'] !== 'application/json' || !body.safeParse(JSON.parse(request.body)).success)
    return error(
      400,
      'TriggerInputSchemaMismatch',
      'The input body for trigger ‘manual’ of type ‘Request’ did not match its schema.',
    );
  return { status: 202 };
};

function error(status: number, code: string, message: string) {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ error: { code, message } }),
  };
}
