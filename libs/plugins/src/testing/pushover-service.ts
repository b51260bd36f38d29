// Pushover’s messages.json and apps/limits.json (https://pushover.net/api, #limits, #friendly). Read 2026-11-23.
import * as z from 'zod';
import type { Answer, Rules } from './service.js';

export const pushoverToken = 'azGDORePK8gMaC0QOYAMyEEuzJnyUi';
export const pushoverUser = 'uQiRzpo4DXghDmr9QzzfQu27cmVRsG';

const form = z.strictObject({
  token: z.string(),
  user: z.string(),
  device: z
    .string()
    .regex(/^[\w-]{1,25}$/)
    .optional(),
  title: z.string().min(1).max(250),
  message: z.string().min(1).max(1_024),
  html: z.literal('1'),
  priority: z.enum(['-2', '-1', '0', '1']),
  timestamp: z.string().regex(/^\d+$/),
  url: z.url().max(512).optional(),
  url_title: z.string().min(1).max(100).optional(),
});

export const pushoverService: Rules = ({ method, path, headers, body }) => {
  const { pathname, searchParams } = new URL(path, 'http://service');
  if (method === 'GET' && pathname === '/1/apps/limits.json')
    return searchParams.get('token') === pushoverToken
      ? json(200, { limit: 10_000, remaining: 7_496, reset: 1393653600, status: 1 })
      : json(400, { errors: ['application token is invalid'], status: 0 });
  if (method !== 'POST' || pathname !== '/1/messages.json') return json(404, { errors: ['not found'], status: 0 });
  if (headers['content-type'] !== 'application/x-www-form-urlencoded')
    return json(400, { message: 'cannot be blank', errors: ['message cannot be blank'], status: 0 });
  const given = form.safeParse(Object.fromEntries(new URLSearchParams(body)));
  if (!given.success)
    return json(400, { errors: given.error.issues.map(({ path: at }) => `${at.join('.')} is invalid`), status: 0 });
  if (given.data.token !== pushoverToken)
    return json(400, { token: 'invalid', errors: ['application token is invalid'], status: 0 });
  if (given.data.user !== pushoverUser)
    return json(400, {
      user: 'invalid',
      errors: ['user identifier is not a valid user, group, or subscribed user key'],
      status: 0,
    });
  return json(200, { status: 1, request: '647d2300-702c-4b38-8b2f-d56326ae460b' });
};

function json(status: number, content: object): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(content) };
}
