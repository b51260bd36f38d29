// Slack, as its documentation shows it: incoming webhooks (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks),
// chat.postMessage and auth.test (https://docs.slack.dev/reference/methods), Block Kit's limits
// (https://docs.slack.dev/reference/block-kit/blocks). Read 2026-11-23.
import * as z from 'zod';
import type { Answer, Received, Rules } from './service.js';

export const slackToken = 'xoxb-123456789012-abcdefghijklmnop';
export const slackWebhookPath = '/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX';

const plain = (max: number) =>
  z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() });
const mrkdwn = (max: number) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });
const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  url: z.url().max(3_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});
const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('header'), text: plain(150) }),
  z
    .strictObject({
      type: z.literal('section'),
      text: mrkdwn(3_000).optional(),
      fields: z.array(mrkdwn(2_000)).min(1).max(10).optional(),
    })
    .refine(({ text, fields }) => text !== undefined || fields !== undefined),
  z.strictObject({ type: z.literal('context'), elements: z.array(mrkdwn(3_000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), elements: z.array(button).min(1).max(25) }),
]);
const content = {
  text: z.string().min(1).max(40_000),
  attachments: z
    .array(
      z.strictObject({
        color: z.string().regex(/^#[\da-f]{6}$/),
        fallback: z.string(),
        blocks: z.array(block).min(1).max(50),
      }),
    )
    .max(20),
};
const webhookBody = z.strictObject(content);
const postMessageBody = z.strictObject({
  channel: z.string().min(1),
  ...content,
  thread_ts: z
    .string()
    .regex(/^\d+\.\d{6}$/)
    .optional(),
  reply_broadcast: z.boolean().optional(),
  unfurl_links: z.boolean(),
  unfurl_media: z.boolean(),
});

export const slackService: Rules = (request) => {
  if (request.method !== 'POST') return { status: 405 };
  if (request.path === slackWebhookPath) return webhook(request);
  if (request.path.startsWith('/services/')) return { status: 404, body: 'no_service' };
  if (!request.path.startsWith('/api/')) return { status: 404 };
  if (request.headers['authorization'] !== `Bearer ${slackToken}`) return refused('invalid_auth');
  if (request.path === '/api/auth.test')
    return ok({ url: 'https://subarachnoid.slack.com/', team: 'Subarachnoid Workspace', user: 'bot' });
  if (request.path === '/api/chat.postMessage') return postMessage(request);
  return refused('unknown_method');
};

function webhook({ headers, body }: Received): Answer {
  if (headers['content-type'] !== 'application/json' || !webhookBody.safeParse(JSON.parse(body)).success)
    return { status: 400, body: 'invalid_payload' };
  return { status: 200, body: 'ok' };
}

/** As in the example of the method's page: the answer names channel and time stamp. */
function postMessage({ headers, body }: Received): Answer {
  if (headers['content-type'] !== 'application/json; charset=utf-8') return refused('invalid_post_type');
  const given = postMessageBody.safeParse(JSON.parse(body));
  if (!given.success) return refused('invalid_arguments');
  if (given.data.channel === '#nowhere') return refused('channel_not_found');
  if (given.data.channel === '#busy') return refused('ratelimited');
  return ok({ channel: 'C123ABC456', ts: '1503435956.000247', message: { text: given.data.text } });
}

function ok(fields: object): Answer {
  return json({ ok: true, ...fields });
}

function refused(error: string): Answer {
  return json({ ok: false, error });
}

function json(body: object): Answer {
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(body) };
}
