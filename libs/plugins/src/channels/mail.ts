import {
  defineChannel,
  host,
  port,
  renderMail,
  secretText,
  SendFailure,
  tlsOptions,
  type SendContext,
} from '@checkstack/plugin-sdk';
import { createTransport, type Transporter } from 'nodemailer';
import * as z from 'zod';

// What RFC 5322 and practice agree on; no quoting, no comments, nothing that could end a header.
const mailAddress = z.email('must be a mail address').max(254);
const sender = z
  .string()
  .trim()
  .max(320)
  .refine(
    (text) => partsOf(text) !== null,
    'must be a mail address, or a name with one: Checkstack <alerts@example.org>',
  )
  .meta({ title: 'From', examples: ['alerts@example.org', 'Checkstack <alerts@example.org>'] });

const config = z.strictObject({
  host: host.meta({ title: 'SMTP host', examples: ['smtp.example.org'], templatable: false, target: true }),
  port: port.default(587),
  security: z
    .union([
      z.literal('starttls').meta({ title: 'STARTTLS' }),
      z.literal('tls').meta({ title: 'TLS from the start' }),
      z.literal('none').meta({ title: 'None' }),
    ])
    .default('starttls')
    .meta({
      title: 'Security',
      description: 'STARTTLS, usually port 587, is demanded: without it nothing is sent. TLS from the start, port 465.',
      target: true,
    }),
  user: z.string().trim().min(1).max(320).optional().meta({ title: 'User' }),
  password: secretText.optional().meta({ title: 'Password' }),
  from: sender,
  brand: z
    .strictObject({
      name: z
        .string()
        .trim()
        .min(1)
        .max(60)
        .regex(/^[^\p{Cc}]*$/u)
        .default('Checkstack')
        .meta({
          title: 'Name',
          description: 'Begins the subject and stands above the message.',
        }),
      colour: z
        .string()
        .regex(/^#[\da-f]{6}$/i, 'must look like #2563eb')
        .optional()
        .meta({ title: 'Colour', description: 'In place of one by importance.', examples: ['#2563eb'] }),
      footer: z.string().max(1_000).optional().meta({ title: 'Footer', multiline: true }),
    })
    .default({ name: 'Checkstack' })
    .meta({ title: 'Branding', advanced: true }),
  tls: z.strictObject(tlsOptions).optional().meta({ title: 'TLS', advanced: true }),
});
type Config = z.output<typeof config>;

export const mail = defineChannel({
  kind: 'mail',
  title: 'Mail',
  summary: 'Sends mail over an SMTP server, with a text and an HTML part.',
  icon: 'M1.75 3.5h12.5v9H1.75zM2 4l6 5l6-5',
  config,
  address: z.strictObject({
    email: mailAddress.meta({ title: 'Mail address', examples: ['ada@example.org'] }),
  }),
  // SMTP has no word for "this one again": a server may take it twice.
  idempotent: false,
  async send({ config, address, message, previous }, context) {
    const { subject, text, html } = renderMail(message, config.brand);
    const from = partsOf(config.from)!;
    const messageId = `<${message.id}@${from.address.split('@').at(-1)!}>`;
    const root = previous?.externalId;
    return withServer(config, context, async (transport) => {
      const { response = '' } = await transport.sendMail({
        from,
        to: { name: '', address: address.email },
        subject,
        text,
        html,
        messageId,
        date: new Date(message.at),
        ...(root === undefined ? {} : { inReplyTo: root, references: [root] }),
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
      context.answered(Number(/^\d{3}/.exec(response)?.[0] ?? 250), response);
      // Of the first mail: all that follow answer it.
      return { externalId: root ?? messageId };
    });
  },
  async verify(config, context) {
    await withServer(config, context, (transport) => transport.verify());
    return config.user === undefined
      ? `${config.host} takes mail from this hub.`
      : `Signed in to ${config.host} as ${config.user}.`;
  },
});

/** Over a connection that the policy has seen. */
async function withServer<Result>(
  config: Config,
  context: SendContext,
  work: (transport: Transporter) => Promise<Result>,
): Promise<Result> {
  const { host, port, security, user, password = '' } = config;
  const tls: Partial<NonNullable<Config['tls']>> = config.tls ?? {};
  const { stream } = await context.dial({ host, port, ...(security === 'tls' ? { tls } : {}) });
  const transport: Transporter = createTransport({
    host,
    port,
    // What the host dials is a socket.
    connection: stream as never,
    secure: security === 'tls',
    secured: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security !== 'starttls',
    ...(user === undefined ? {} : { auth: { user, pass: password } }),
    tls: {
      servername: tls.serverName ?? host,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      rejectUnauthorized: !tls.insecure,
      minVersion: tls.minVersion ?? 'TLSv1.2',
    },
    connectionTimeout: context.timeoutMs,
    greetingTimeout: context.timeoutMs,
    socketTimeout: context.timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    return await work(transport);
  } catch (error) {
    throw failureOf(error, host, context);
  } finally {
    transport.close();
  }
}

interface SmtpError {
  code?: string;
  responseCode?: number;
  response?: string;
  message: string;
}

/** 4yz is for now, 5yz for good (RFC 5321 §4.2.1). */
function failureOf(error: unknown, host: string, context: SendContext): SendFailure {
  const { code = '', responseCode, response = '', message } = error as SmtpError;
  if (code === 'ETLS' || (responseCode === undefined && /certificate|\bTLS\b|\bSSL\b|altname/i.test(message))) {
    const sentence =
      responseCode === undefined
        ? `The TLS handshake with ${host} failed: ${message}`
        : `${host} does not offer STARTTLS: ${response || message}`;
    return new SendFailure('temporary', 'tls_failed', sentence, { cause: error });
  }
  if (responseCode !== undefined) {
    context.answered(responseCode, response);
    const kind = responseCode >= 500 ? 'permanent' : 'temporary';
    const what =
      code === 'EAUTH'
        ? 'does not accept the user or password'
        : code === 'EENVELOPE'
          ? 'refuses an address'
          : 'refused it';
    return new SendFailure(kind, `smtp_${responseCode}`, `${host} ${what}: ${response || message}`, { cause: error });
  }
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return new SendFailure('permanent', 'smtp_auth', `${host}: ${message}`, { cause: error });
  return new SendFailure('temporary', 'smtp_failed', `The connection to ${host} failed: ${message}`, { cause: error });
}

/** `Name <a@b>` or `a@b`. */
function partsOf(text: string): { name: string; address: string } | null {
  const [, name = '', address = text] = /^([^<>"\p{Cc}]*?)\s*<([^<>\s]+)>$/u.exec(text) ?? [];
  return mailAddress.safeParse(address).success ? { name: name.trim(), address } : null;
}
