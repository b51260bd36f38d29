import {
  certificateFacts,
  certificateReading,
  defineProbe,
  fact,
  httpFailures,
  ipFamily,
  networkFailures,
  pemCertificates,
  pemKey,
  ProbeFailure,
  tlsOptions,
  withoutTemplates,
  type HttpRequest,
  type HttpResponse,
  type ProbeContext,
  type Reading,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const maxBodyBytes = 1_048_576;

const token = /^[!#$%&'*+.^_`|~\w-]+$/;
// Of HTTP's field values, those that can be written: no control characters but the tab, no character beyond Latin-1.
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;
const ownHeaders = ['content-length', 'transfer-encoding'];

const secret = z.string().min(1).max(10_000).meta({ secret: true });

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }).meta({ title: 'None' }),
  z
    .strictObject({
      type: z.literal('basic'),
      username: z.string().max(200).meta({ title: 'User', templatable: true }),
      password: secret.meta({ title: 'Password' }),
    })
    .meta({ title: 'User and password (Basic)' }),
  z
    .strictObject({ type: z.literal('bearer'), token: secret.regex(headerValue).meta({ title: 'Token' }) })
    .meta({ title: 'Bearer token' }),
  z
    .strictObject({
      type: z.literal('certificate'),
      certificate: pemCertificates.meta({
        title: 'Certificate',
        description: 'PEM, with its intermediate certificates.',
        multiline: true,
      }),
      key: pemKey.meta({ title: 'Private key', description: 'PEM, without a passphrase.' }),
    })
    .meta({ title: 'Client certificate' }),
]);

const config = z.strictObject({
  url: z
    .string()
    .trim()
    .min(1)
    .max(4_000)
    .refine((text) => isWebAddress(text), 'must be a URL that starts with http:// or https://')
    .refine((text) => !hasLogin(text), 'must not hold user and password: they belong to Authentication')
    .meta({ title: 'URL', examples: ['https://www.example.org/health'], templatable: true, target: true }),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET').meta({ title: 'Method' }),
  headers: z
    .record(
      z
        .string()
        .regex(token, 'must be a header name')
        .refine((name) => !ownHeaders.includes(name.toLowerCase()), 'is set by the probe itself'),
      z.string().max(8_000).regex(headerValue, 'must be one line of Latin characters').meta({ templatable: true }),
    )
    .default({})
    .meta({ title: 'Headers', examples: [{ Accept: 'application/json' }] }),
  body: z
    .string()
    .max(100_000)
    .optional()
    .meta({ title: 'Body', description: 'Give its Content-Type as a header.', multiline: true, templatable: true }),
  auth: auth.default({ type: 'none' }).meta({ title: 'Authentication' }),
  expectedStatus: z
    .string()
    .trim()
    .regex(/^\d{3}(\s*-\s*\d{3})?(\s*,\s*\d{3}(\s*-\s*\d{3})?)*$/, 'must be statuses and ranges, such as 200-299,301')
    .default('200-299')
    .meta({
      title: 'Expected status',
      description: 'Any other status is unhealthy.',
      examples: ['200-299,301', '401'],
    }),
  maxRedirects: z.int().min(0).max(20).default(5).meta({
    title: 'Redirects',
    description: 'How many are followed. 0: a redirect is the answer.',
    advanced: true,
  }),
  tls: z.strictObject(tlsOptions).optional().meta({ title: 'TLS', advanced: true }),
  proxy: z
    .strictObject({
      url: z
        .string()
        .trim()
        .min(1)
        .max(1_000)
        .refine((text) => isProxy(text), 'must be http://host:port')
        .meta({ title: 'URL', examples: ['http://proxy.example.org:3128'], templatable: true, target: true }),
      username: z.string().max(200).optional().meta({ title: 'User' }),
      password: secret.optional().meta({ title: 'Password' }),
    })
    .optional()
    .meta({ title: 'Proxy', advanced: true }),
  ipFamily,
});
type Config = z.output<typeof config>;

export const http = defineProbe({
  kind: 'http',
  title: 'HTTP',
  description: 'Requests a URL and reads status, timings, headers, body and certificate.',
  config,
  collectors: {
    response: {
      title: 'Response',
      facts: {
        status: fact.number('Status', { chart: 'step' }),
        totalMs: fact.number('Total time', { unit: 'ms', chart: 'line', description: 'With all redirects.' }),
        dnsMs: fact.number('Name lookup', { unit: 'ms', chart: 'line' }),
        connectMs: fact.number('Connect', { unit: 'ms', chart: 'line' }),
        tlsMs: fact.number('TLS handshake', { unit: 'ms', chart: 'line' }),
        firstByteMs: fact.number('First byte', {
          unit: 'ms',
          chart: 'line',
          description: 'From the sent request to the response headers.',
        }),
        body: fact.text('Body', { transient: true }),
        bodyBytes: fact.number('Body size', { unit: 'bytes', chart: 'line', description: 'Decompressed.' }),
        bodyCut: fact.flag('Body cut', { description: 'Longer than 1 MiB; the rest was not read.' }),
        header: fact.text('Header', { transient: true, family: true }),
        redirects: fact.number('Redirects followed'),
        httpVersion: fact.text('HTTP version'),
        remoteAddress: fact.text('Address'),
        ...certificateFacts,
      },
      defaultAssertions: [
        {
          any: [
            { fact: 'certificateDays', operator: 'not_exists' },
            { fact: 'certificateDays', operator: 'at_least', value: 14 },
          ],
          severity: 'degraded',
        },
      ],
    },
  },
  failures: {
    ...networkFailures,
    ...httpFailures,
    unexpected_status: { side: 'target', title: 'Another status than expected' },
    too_many_redirects: { side: 'target', title: 'More redirects than are followed' },
    bad_redirect: { side: 'target', title: 'A redirect that leads nowhere' },
  },
  async run(config: Config, context: ProbeContext) {
    const startedAt = performance.now();
    let request = firstRequest(config);
    for (let redirects = 0; ; redirects += 1) {
      const response = await context.request(request);
      const readings = { response: readingOf(response, redirects, startedAt) };
      const failed = (code: string, message: string): ProbeFailure =>
        new ProbeFailure('target', code, message, { readings });

      const location = redirectOf(response);
      if (location === undefined || config.maxRedirects === 0) {
        if (!isExpected(config.expectedStatus, response.status)) {
          throw failed('unexpected_status', sentenceOf(response, config.expectedStatus));
        }
        return readings;
      }
      if (redirects >= config.maxRedirects) {
        throw failed(
          'too_many_redirects',
          `More than ${config.maxRedirects} redirects; the last leads to ${location}.`,
        );
      }
      const next = parsed(location, request.url);
      if (!next || !isWebAddress(next.href))
        throw failed('bad_redirect', `The redirect to ${location} cannot be followed.`);
      context.log(`Redirected to ${next.origin}${next.pathname}`);
      request = redirected(request, next, response.status);
    }
  },
});

function firstRequest(config: Config): HttpRequest {
  const headers: Record<string, string> = { 'user-agent': 'Checkstack', accept: '*/*' };
  for (const [name, value] of Object.entries(config.headers)) headers[name.toLowerCase()] = value;
  const { auth } = config;
  if (auth.type === 'basic') headers['authorization'] = `Basic ${base64(`${auth.username}:${auth.password}`)}`;
  if (auth.type === 'bearer') headers['authorization'] = `Bearer ${auth.token}`;
  return {
    url: config.url,
    method: config.method,
    headers,
    ...(config.body === undefined ? {} : { body: config.body }),
    family: config.ipFamily,
    tls: { ...config.tls, ...(auth.type === 'certificate' ? { certificate: auth.certificate, key: auth.key } : {}) },
    ...(config.proxy ? { proxy: proxyUrl(config.proxy) } : {}),
    maxBodyBytes,
  };
}

function proxyUrl({ url, username, password }: NonNullable<Config['proxy']>): string {
  const proxy = new URL(url);
  if (username !== undefined) proxy.username = encodeURIComponent(username);
  if (password !== undefined) proxy.password = encodeURIComponent(password);
  return proxy.href;
}

/** Where a response sends its client (RFC 9110 §15.4). */
function redirectOf({ status, headers }: HttpResponse): string | undefined {
  return [301, 302, 303, 307, 308].includes(status) ? headers['location'] : undefined;
}

/** What another origin may be told: nothing that could be a secret of the first. */
const harmlessHeaders = ['accept', 'accept-language', 'content-type', 'user-agent'];

function redirected(request: HttpRequest, url: URL, status: number): HttpRequest {
  const { body, headers, tls, ...rest } = request;
  const becomesGet = status === 303 ? request.method !== 'HEAD' : request.method === 'POST' && status < 303;
  const isElsewhere = url.origin !== new URL(request.url).origin;
  const kept = Object.entries(headers).filter(
    ([name]) => (!isElsewhere || harmlessHeaders.includes(name)) && !(becomesGet && name.startsWith('content-')),
  );
  return {
    ...rest,
    url: url.href,
    headers: Object.fromEntries(kept),
    tls: isElsewhere ? { ca: tls?.ca, insecure: tls?.insecure, minVersion: tls?.minVersion } : (tls ?? {}),
    ...(becomesGet ? { method: 'GET' } : body === undefined ? {} : { body }),
  };
}

function readingOf(response: HttpResponse, redirects: number, startedAt: number): Reading {
  const reading: Reading = {
    status: response.status,
    ...response.timings,
    totalMs: Math.round((performance.now() - startedAt) * 1000) / 1000,
    body: response.body,
    bodyBytes: response.bodyBytes,
    bodyCut: response.truncated,
    redirects,
    httpVersion: response.httpVersion,
    remoteAddress: response.remoteAddress,
    ...certificateReading(response.tls),
  };
  for (const [name, value] of Object.entries(response.headers)) reading[`header.${name}`] = value;
  return reading;
}

function isExpected(expected: string, status: number): boolean {
  return expected.split(',').some((part) => {
    const [from = 0, to = from] = part.split('-').map(Number);
    return status >= from && status <= to;
  });
}

function sentenceOf({ status, statusText }: HttpResponse, expected: string): string {
  const hint = status === 401 ? ' The credentials are missing or not accepted.' : '';
  return `The answer is ${`${status} ${statusText}`.trim()}, expected is ${expected}.${hint}`;
}

function isWebAddress(text: string): boolean {
  if (text.startsWith('{{')) return true;
  const url = parsed(withoutTemplates(text));
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '';
}

function hasLogin(text: string): boolean {
  const url = parsed(withoutTemplates(text));
  return url !== null && (url.username !== '' || url.password !== '');
}

function isProxy(text: string): boolean {
  if (text.startsWith('{{')) return true;
  const url = parsed(withoutTemplates(text));
  return url !== null && url.protocol === 'http:' && url.username === '' && url.pathname === '/' && url.search === '';
}

function parsed(text: string, base?: string): URL | null {
  return URL.canParse(text, base) ? new URL(text, base) : null;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
