import {
  defineIntegration,
  jsonOf,
  renderText,
  secretText,
  SendFailure,
  sendJson,
  sendText,
  shortened,
  tlsOptions,
  webAddress,
  type HttpResponse,
  type Message,
  type SendContext,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const auth = z.discriminatedUnion('type', [
  z
    .strictObject({
      type: z.literal('cloud'),
      email: z.email().max(254).meta({ title: 'Mail address', description: 'Of the account whose token it is.' }),
      token: secretText.meta({ title: 'API token', description: 'From id.atlassian.com → Security → API tokens.' }),
    })
    .meta({ title: 'Jira Cloud' }),
  z
    .strictObject({
      type: z.literal('server'),
      token: secretText.meta({ title: 'Personal access token', description: 'From the profile of the account.' }),
    })
    .meta({ title: 'Jira Data Center' }),
]);

const config = z.strictObject({
  url: webAddress.meta({ title: 'Address', examples: ['https://example.atlassian.net'], target: true }),
  auth: auth.meta({ title: 'Authentication' }),
  tls: z.strictObject({ ca: tlsOptions.ca, insecure: tlsOptions.insecure }).optional().meta({
    title: 'TLS',
    advanced: true,
  }),
});
type Config = z.output<typeof config>;

/** What ends what a message tells of: its ticket may be closed. */
const endings = ['resolved', 'recovered', 'completed', 'cancelled', 'online'];

export const jira = defineIntegration({
  kind: 'jira',
  title: 'Jira',
  summary: 'Creates a Jira work item for what happens, comments on it as it goes on, and closes it when it is over.',
  icon: 'M8 1.5l6.5 6.5L8 14.5 1.5 8zM8 5.5L10.5 8 8 10.5 5.5 8z',
  config,
  options: z.strictObject({
    project: z
      .string()
      .trim()
      .regex(/^[A-Z][A-Z0-9_]{0,19}$/, 'must be a project’s key')
      .meta({ title: 'Project', examples: ['OPS'] }),
    issueType: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .default('Task')
      .meta({ title: 'Type', examples: ['Task', 'Incident'] }),
    labels: z
      .array(z.string().regex(/^\S{1,255}$/, 'must be one word'))
      .max(20)
      .default(['checkstack'])
      .meta({ title: 'Labels' }),
    closeBy: z
      .string()
      .trim()
      .max(60)
      .default('')
      .meta({
        title: 'Transition when it is over',
        description: 'Its name, as on the button in Jira. Empty: only a comment.',
        examples: ['Done'],
      }),
  }),
  idempotent: false,
  async send({ config, options, message, previous }, context) {
    const isOver = endings.includes(message.event.what);
    const known = previous?.externalId;
    if (known !== undefined && (await comment(config, known, message, context))) {
      if (isOver && options.closeBy !== '') await close(config, known, options.closeBy, context);
      return { externalId: known };
    }
    if (isOver && known === undefined) {
      context.log('It is over, and no work item was made for it: nothing to do.');
      return {};
    }
    const response = await sendJson(context, {
      ...requestOf(config, 'issue'),
      body: {
        fields: {
          project: { key: options.project },
          issuetype: { name: options.issueType },
          summary: shortened(message.title.replace(/\s+/g, ' ').trim() || 'Checkstack', 255),
          description: textOf(message),
          labels: options.labels,
        },
      },
    });
    const answer = z.object({ key: z.string() }).safeParse(jsonOf(response));
    if (!answer.success)
      throw new SendFailure('permanent', 'bad_answer', 'Jira did not say what the work item is called.');
    return { externalId: answer.data.key };
  },
  async verify(config, context) {
    const response = await sendText(context, { ...requestOf(config, 'myself'), method: 'GET' });
    const me = z.object({ displayName: z.string() }).safeParse(jsonOf(response));
    return `Signed in as ${me.data?.displayName ?? 'somebody without a name'}.`;
  },
});

/** false: the work item is not there any more. */
async function comment(config: Config, key: string, message: Message, context: SendContext): Promise<boolean> {
  try {
    await sendJson(context, {
      ...requestOf(config, `issue/${encodeURIComponent(key)}/comment`),
      body: { body: textOf(message, true) },
    });
    return true;
  } catch (error) {
    if (error instanceof SendFailure && error.code === 'status_404') return false;
    throw error;
  }
}

const transitions = z.object({ transitions: z.array(z.object({ id: z.string(), name: z.string() })) });

/** A work item that somebody closed already has no such transition: that is no failure. */
async function close(config: Config, key: string, name: string, context: SendContext): Promise<void> {
  const request = requestOf(config, `issue/${encodeURIComponent(key)}/transitions`);
  const found = transitions.safeParse(jsonOf(await sendText(context, { ...request, method: 'GET' })));
  const transition = found.data?.transitions.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!transition) return context.log(`${key} has no transition “${name}” now: it stays as it is.`);
  await sendJson(context, { ...request, body: { transition: { id: transition.id } } });
}

const refused = z.object({
  errorMessages: z.array(z.string()).optional(),
  errors: z.record(z.string(), z.string()).optional(),
});

function requestOf({ url, auth, tls }: Config, path: string) {
  const login = auth.type === 'cloud' ? Buffer.from(`${auth.email}:${auth.token}`).toString('base64') : '';
  return {
    service: 'Jira',
    url: `${url.replace(/\/+$/, '')}/rest/api/2/${path}`,
    headers: {
      accept: 'application/json',
      authorization: auth.type === 'cloud' ? `Basic ${login}` : `Bearer ${auth.token}`,
    },
    ...(tls ? { tls } : {}),
    reason: (response: HttpResponse) => {
      const { errorMessages = [], errors = {} } = refused.safeParse(jsonOf(response)).data ?? {};
      const fields = Object.entries(errors).map(([field, message]) => `${field}: ${message}`);
      return [...errorMessages, ...fields].join('; ') || undefined;
    },
  };
}

/** Jira takes texts for wiki markup: signs that mean something in it mean themselves. */
function textOf(message: Message, title = false): string {
  return renderText(message, { title, maxLength: 15_000 }).replace(
    /[\\{}[\]!*_?^~|+#]|(?<=^|\s)-/gm,
    (sign) => `\\${sign}`,
  );
}
