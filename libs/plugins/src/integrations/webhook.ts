import {
  checkTemplate,
  defineIntegration,
  renderTemplate,
  renderText,
  secretText,
  SendFailure,
  sendText,
  signingSecret,
  TemplateError,
  tlsOptions,
  webAddress,
  webhookHeaders,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const headerName = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Set by the request itself, or by the signature. */
const ownHeaders = /^(content-length|transfer-encoding|host|connection|idempotency-key|webhook-.*)$/i;

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }).meta({ title: 'None' }),
  z
    .strictObject({
      type: z.literal('basic'),
      username: z.string().max(200).meta({ title: 'User' }),
      password: secretText.meta({ title: 'Password' }),
    })
    .meta({ title: 'User and password (Basic)' }),
  z
    .strictObject({ type: z.literal('bearer'), token: secretText.meta({ title: 'Token' }) })
    .meta({ title: 'Bearer token' }),
]);

export const webhook = defineIntegration({
  kind: 'webhook',
  title: 'Webhook',
  summary:
    'Sends each event to a URL, as JSON or as a body of your own, signed by the Standard Webhooks specification.',
  icon: 'M6.2 6.6a2.75 2.75 0 1 1 3.9-1M9.6 6l2 3.6a2.7 2.7 0 1 1-1 4.4M6.5 6.5L4.6 10a2.7 2.7 0 1 0 2.4 2.4h4',
  config: z.strictObject({
    url: webAddress.meta({
      title: 'URL',
      description: 'Must answer with 2xx. Redirects are not followed.',
      examples: ['https://hooks.example.org/events'],
      secret: true,
      target: true,
    }),
    auth: auth.default({ type: 'none' }).meta({ title: 'Authentication' }),
    secret: signingSecret.optional(),
    tls: z.strictObject({ ca: tlsOptions.ca, insecure: tlsOptions.insecure }).optional().meta({
      title: 'TLS',
      advanced: true,
    }),
  }),
  options: z.strictObject({
    method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').meta({ title: 'Method' }),
    headers: z
      .record(
        z
          .string()
          .max(200)
          .regex(headerName, 'must be a header name')
          .refine((name) => !ownHeaders.test(name), 'is set by the webhook itself'),
        z
          .string()
          .max(4_000)
          .regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, 'must be one line of Latin characters'),
      )
      .default({})
      .meta({ title: 'Headers', examples: [{ 'X-Source': 'checkstack' }] }),
    contentType: z
      .union([
        z.literal('application/json').meta({ title: 'JSON' }),
        z.literal('text/plain; charset=utf-8').meta({ title: 'Text' }),
      ])
      .default('application/json')
      .meta({ title: 'Body is' }),
    body: z
      .string()
      .max(20_000)
      .optional()
      .superRefine((text = '', issues) => {
        try {
          checkTemplate(text);
        } catch (error) {
          if (error instanceof TemplateError) issues.addIssue({ code: 'custom', message: error.message });
        }
      })
      .meta({
        title: 'Body',
        description:
          'Logic-less (Mustache): {{message.title}}, {{#message.subjects}}{{name}} {{/message.subjects}}, {{event.payload.title}}. In JSON values are escaped, and {{{event}}} is a whole value. Left empty: message and event.',
        multiline: true,
        examples: ['{"text": "{{message.title}}"}'],
      }),
  }),
  idempotent: true,
  concurrency: 16,
  async send({ config, options, event, message }, context) {
    const body = bodyOf(options, { message: { ...message, text: renderText(message, { title: false }) }, event });
    await sendText(context, {
      service: 'The webhook',
      url: config.url,
      method: options.method,
      headers: {
        ...options.headers,
        'content-type': options.contentType,
        ...authorization(config.auth),
        ...webhookHeaders({ id: message.id, body, secret: config.secret }),
      },
      ...(config.tls ? { tls: config.tls } : {}),
      body,
    });
    return {};
  },
});

function bodyOf({ body = '', contentType }: { body?: string | undefined; contentType: string }, data: object): string {
  if (body.trim() === '') return JSON.stringify(data);
  const isJson = contentType === 'application/json';
  try {
    const made = renderTemplate(body, data, isJson ? 'json' : 'text');
    if (isJson) JSON.parse(made);
    return made;
  } catch (error) {
    if (error instanceof TemplateError) throw new SendFailure('permanent', 'bad_template', error.message);
    throw new SendFailure('permanent', 'bad_template', 'The body template does not make JSON.', { cause: error });
  }
}

function authorization(given: z.output<typeof auth>): Record<string, string> {
  if (given.type === 'none') return {};
  if (given.type === 'bearer') return { authorization: `Bearer ${given.token}` };
  const login = Buffer.from(`${given.username}:${given.password}`).toString('base64');
  return { authorization: `Basic ${login}` };
}
