import {
  defineChannel,
  jsonOf,
  refusal,
  renderHtml,
  secretText,
  SendFailure,
  webAddress,
  type SendContext,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

/** What a message may be made of (https://core.telegram.org/bots/api#html-style). */
const elements = ['b', 'i', 's', 'code', 'pre', 'a', 'blockquote'];
const maxLength = 4_096;

export const telegram = defineChannel({
  kind: 'telegram',
  title: 'Telegram',
  summary: 'Sends messages as a Telegram bot to people, groups and channels.',
  icon: 'M14 2.5L1.5 7.5l4 1.7M14 2.5l-2.5 11-6-4.3M14 2.5L5.5 9.2v4l2.2-2.4',
  config: z.strictObject({
    token: secretText.regex(/^\d+:[\w-]+$/, 'must look like 123456:ABC-DEF…').meta({
      title: 'Bot token',
      description: 'From @BotFather.',
    }),
    apiUrl: webAddress.default('https://api.telegram.org').meta({
      title: 'API address',
      description: 'Another one for a Bot API server of your own.',
      advanced: true,
      target: true,
    }),
  }),
  address: z.strictObject({
    chat: z
      .string()
      .trim()
      .regex(/^(-?\d{1,20}|@[A-Za-z]\w{3,31})$/, 'must be a chat’s number or a public channel’s @name')
      .meta({
        title: 'Chat',
        description:
          'The number of a chat with the bot or of a group that it is in, or a public channel’s name. Write to the bot first: it cannot begin.',
        examples: ['-1001234567890', '@operations_channel'],
      }),
    topic: z.int().min(1).optional().meta({ title: 'Topic', description: 'Of a group with topics.', advanced: true }),
  }),
  idempotent: false,
  // 30 a second to all, fewer to one group: it says so itself (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
  perMinute: 1_200,
  async send({ config, address, message, previous }, context) {
    const sent = await call(context, config, 'sendMessage', {
      chat_id: address.chat,
      text: renderHtml(message, { elements, maxLength }),
      parse_mode: 'HTML',
      link_preview_options: { is_disabled: true },
      disable_notification: message.importance === 'info',
      ...(address.topic === undefined ? {} : { message_thread_id: address.topic }),
      ...(previous?.externalId === undefined
        ? {}
        : { reply_parameters: { message_id: Number(previous.externalId), allow_sending_without_reply: true } }),
    });
    return sent.message_id === undefined ? {} : { externalId: String(sent.message_id) };
  },
  async verify(config, context) {
    const { username = '' } = await call(context, config, 'getMe', {});
    return `Signed in as @${username}.`;
  },
});

const answerSchema = z.object({
  ok: z.boolean(),
  result: z.object({ message_id: z.int().optional(), username: z.string().optional() }).optional(),
  description: z.string().optional(),
  parameters: z.object({ retry_after: z.number().optional(), migrate_to_chat_id: z.number().optional() }).optional(),
});

/** A method of the Bot API; how long to wait it says in the body. */
async function call(
  context: SendContext,
  { token, apiUrl }: { token: string; apiUrl: string },
  method: string,
  body: object,
): Promise<{ message_id?: number | undefined; username?: string | undefined }> {
  const response = await context.request({
    url: `${apiUrl.replace(/\/+$/, '')}/bot${token}/${method}`,
    method: 'POST',
    headers: { 'user-agent': 'Checkstack', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    maxBodyBytes: 65_536,
  });
  const answer = answerSchema.safeParse(jsonOf(response)).data;
  if (response.status === 200 && answer?.ok) return answer.result ?? {};
  if (response.status === 200)
    throw new SendFailure('temporary', 'bad_answer', 'Telegram’s answer is none of its API.');
  const { retry_after: seconds, migrate_to_chat_id: movedTo } = answer?.parameters ?? {};
  const failure = refusal(response, 'Telegram', answer?.description);
  if (movedTo !== undefined)
    throw new SendFailure('permanent', failure.code, `The group became another one: give ${movedTo} as its chat.`);
  if (seconds === undefined) throw failure;
  throw new SendFailure('temporary', failure.code, failure.message, { retryAfterMs: Math.ceil(seconds * 1_000) });
}
