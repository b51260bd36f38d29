import {
  colourOf,
  defineChannel,
  jsonOf,
  renderBlocks,
  secretText,
  SendFailure,
  sendJson,
  sendText,
  webAddress,
  type HttpResponse,
  type SendContext,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const apiUrl = webAddress.default('https://slack.com/api').meta({
  title: 'API address',
  description: 'Another one for GovSlack: https://slack-gov.com/api',
  advanced: true,
  target: true,
});

const connection = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('webhook'),
      url: webAddress.meta({
        title: 'Webhook URL',
        description: 'Of an app with Incoming Webhooks: it leads to one channel.',
        examples: ['https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX'],
        secret: true,
        target: true,
      }),
    })
    .meta({ title: 'Incoming webhook' }),
  z
    .strictObject({
      type: z.literal('bot'),
      token: secretText.regex(/^xox[a-z]-/, 'must be a token that starts with xoxb-').meta({
        title: 'Bot token',
        description: 'With the scope chat:write, and chat:write.public for channels that the bot is not in.',
      }),
      apiUrl,
    })
    .meta({ title: 'Bot' }),
]);
type Bot = Extract<z.output<typeof connection>, { type: 'bot' }>;

/** Errors of the Web API that pass by themselves (https://docs.slack.dev/reference/methods/chat.postMessage). */
const passing = [
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
];

const sentences: Record<string, string> = {
  channel_not_found: 'There is no such channel, or the bot may not see it: invite the bot.',
  not_in_channel: 'The bot is not in the channel: invite it, or give it the scope chat:write.public.',
  is_archived: 'The channel is archived.',
  invalid_auth: 'The token is not accepted.',
  token_revoked: 'The token was revoked.',
  account_inactive: 'The token belongs to an account that is no more.',
  missing_scope: 'The bot lacks the scope chat:write.',
};

export const slack = defineChannel({
  kind: 'slack',
  title: 'Slack',
  summary: 'Posts to a Slack channel, by an incoming webhook or as a bot that answers in threads.',
  icon: 'M6 2v12M10 2v12M2 6h12M2 10h12',
  config: z.strictObject({ connection: connection.meta({ title: 'Connection' }) }),
  address: z.strictObject({
    channel: z
      .string()
      .trim()
      .max(80)
      .regex(/^[#@]?[\w.-]+$/, 'must be a channel’s name or id')
      .optional()
      .meta({
        title: 'Channel',
        description: 'For a bot: the channel’s id or name, or a member’s id. A webhook has its own channel.',
        examples: ['#operations', 'C0123456789'],
      }),
  }),
  idempotent: false,
  // One message a second to a channel (https://docs.slack.dev/apis/web-api/rate-limits).
  perMinute: 60,
  async send({ config, address, message, previous }, context) {
    const { text, blocks } = renderBlocks(message);
    const body = { text, attachments: [{ color: colourOf(message.importance), fallback: text, blocks }] };
    if (config.connection.type === 'webhook') {
      await sendJson(context, { service: 'Slack', url: config.connection.url, body });
      return {};
    }
    if (address.channel === undefined)
      throw new SendFailure('permanent', 'no_channel', 'A bot needs to be told a channel.');
    const thread = previous?.externalId?.split('/').at(-1);
    const answer = await call(context, config.connection, 'chat.postMessage', {
      channel: address.channel,
      ...body,
      unfurl_links: false,
      unfurl_media: false,
      ...(thread === undefined ? {} : { thread_ts: thread, reply_broadcast: true }),
    });
    // Of the first message: all that follow hang below it.
    const first = thread ?? answer.ts;
    return first === undefined ? {} : { externalId: `${answer.channel ?? ''}/${first}` };
  },
  async verify({ connection }, context) {
    if (connection.type === 'webhook') return 'A webhook can only be tried with a message.';
    const { user = '', team = '' } = await call(context, connection, 'auth.test', {});
    return `Signed in as ${user} in ${team}.`;
  },
});

const answerSchema = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
  user: z.string().optional(),
  team: z.string().optional(),
});

/** A method of the Web API, which says in the body whether it went well. */
async function call(context: SendContext, { token, apiUrl }: Bot, method: string, body: object) {
  const response: HttpResponse = await sendText(context, {
    service: 'Slack',
    url: `${apiUrl.replace(/\/+$/, '')}/${method}`,
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  const answer = answerSchema.safeParse(jsonOf(response));
  if (!answer.success) throw new SendFailure('temporary', 'bad_answer', 'Slack’s answer is none of its API.');
  if (answer.data.ok) return answer.data;
  const { error = 'unknown_error' } = answer.data;
  throw new SendFailure(
    passing.includes(error) ? 'temporary' : 'permanent',
    error,
    `Slack refused it (${error}). ${sentences[error] ?? ''}`.trim(),
  );
}
