import {
  defineChannel,
  jsonOf,
  renderHtml,
  secretText,
  sendForm,
  sendText,
  shortened,
  webAddress,
  type HttpResponse,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const key = /^[A-Za-z0-9]{30}$/;
/** −1 is quiet, 1 passes a person’s quiet hours (https://pushover.net/api#priority). */
const priorities = { info: '-1', warning: '0', critical: '1' };

export const pushover = defineChannel({
  kind: 'pushover',
  title: 'Pushover',
  summary: 'Sends push messages to phones and desktops by Pushover.',
  icon: 'M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13M6 12.5l3-8.5H7.5M7.2 9c3 .3 4.3-1.3 4.3-2.900C11.5 4.600 10 4 8.5 4',
  config: z.strictObject({
    token: secretText.regex(key, 'must be 30 letters and digits').meta({
      title: 'Application token',
      description: 'Of an application made at pushover.net/apps/build.',
    }),
    apiUrl: webAddress.default('https://api.pushover.net').meta({ title: 'API address', advanced: true, target: true }),
  }),
  address: z.strictObject({
    user: secretText.regex(key, 'must be 30 letters and digits').meta({
      title: 'User or group key',
      description: 'Stands on the first page after signing in at pushover.net.',
    }),
    device: z
      .string()
      .trim()
      .regex(/^[\w-]{1,25}$/, 'must be a device’s name')
      .optional()
      .meta({ title: 'Device', description: 'Absent: all devices.' }),
  }),
  idempotent: false,
  // Two connections at once (https://pushover.net/api#friendly).
  concurrency: 2,
  async send({ config, address, message }, context) {
    const link = message.action ?? message.subjects.map(({ name, url }) => ({ label: name, url }))[0];
    await sendForm(context, {
      ...requestOf(config, '/1/messages.json'),
      body: {
        token: config.token,
        user: address.user,
        ...(address.device === undefined ? {} : { device: address.device }),
        title: shortened(message.title.replace(/\s+/g, ' ').trim() || 'Checkstack', 250),
        message:
          renderHtml(message, { title: false, links: false, elements: ['b', 'i', 'a'], maxLength: 1_024 }) || '–',
        html: '1',
        priority: priorities[message.importance],
        timestamp: String(Math.floor(Date.parse(message.at) / 1_000)),
        ...(link && link.url.length <= 512 ? { url: link.url, url_title: shortened(link.label, 100) } : {}),
      },
    });
    return {};
  },
  async verify(config, context) {
    const url = `/1/apps/limits.json?token=${encodeURIComponent(config.token)}`;
    const response = await sendText(context, { ...requestOf(config, url), method: 'GET' });
    const limits = z.object({ limit: z.number(), remaining: z.number() }).safeParse(jsonOf(response)).data;
    if (!limits) return 'The application token is accepted.';
    return `The application token is accepted; ${limits.remaining} of ${limits.limit} messages are left this month.`;
  },
});

function requestOf({ apiUrl }: { apiUrl: string }, path: string) {
  return {
    service: 'Pushover',
    url: apiUrl.replace(/\/+$/, '') + path,
    reason: (response: HttpResponse) =>
      z
        .object({ errors: z.array(z.string()) })
        .safeParse(jsonOf(response))
        .data?.errors.join('; '),
  };
}
