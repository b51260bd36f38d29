// The Bot API’s sendMessage and getMe, and how requests end (https://core.telegram.org/bots/api#making-requests,
// #sendmessage, #responseparameters, #html-style). Read 2026-11-23.
import * as z from 'zod';
import type { Answer, Rules } from './service.js';

export const telegramToken = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';

const sendMessage = z.strictObject({
  chat_id: z.string(),
  text: z.string().min(1),
  parse_mode: z.literal('HTML'),
  link_preview_options: z.strictObject({ is_disabled: z.boolean() }),
  disable_notification: z.boolean(),
  message_thread_id: z.int().optional(),
  reply_parameters: z.strictObject({ message_id: z.int(), allow_sending_without_reply: z.boolean() }).optional(),
});
const known = /^(?:[^<>&]|&(?:lt|gt|amp|quot|#\d+);|<\/?(?:b|i|s|code|pre|a|blockquote)>|<a href="[^"<>]+">)*$/;

export const telegramService: Rules = ({ method, path, headers, body }) => {
  const [, token, name] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
  if (token !== telegramToken)
    return refused(token === undefined ? 404 : 401, token === undefined ? 'Not Found' : 'Unauthorized');
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return refused(400, 'Bad Request');
  if (name === 'getMe')
    return ok({ id: 110201543, is_bot: true, first_name: 'Checkstack', username: 'checkstack_bot' });
  if (name !== 'sendMessage') return refused(404, 'Not Found: method not found');
  const given = sendMessage.safeParse(JSON.parse(body));
  if (!given.success) return refused(400, 'Bad Request: wrong parameters');
  const { chat_id: chat, text } = given.data;
  if (!known.test(text)) return refused(400, "Bad Request: can't parse entities: Unsupported start tag");
  // Counted after the entities are parsed.
  if (text.replace(/<[^>]*>/g, '').length > 4_096) return refused(400, 'Bad Request: message is too long');
  if (chat === '404') return refused(400, 'Bad Request: chat not found');
  if (chat === '403') return refused(403, 'Forbidden: bot was blocked by the user');
  if (chat === '429') return refused(429, 'Too Many Requests: retry after 35', { retry_after: 35 });
  if (chat === '-1')
    return refused(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: -1001234567890,
    });
  return ok({ message_id: 365, date: 1441645532, chat: { id: 1111111, type: 'private' }, text });
};

function ok(result: object): Answer {
  return json(200, { ok: true, result });
}

function refused(code: number, description: string, parameters?: object): Answer {
  return json(code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) });
}

function json(status: number, content: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
