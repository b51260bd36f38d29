import {
  certificateFacts,
  certificateReading,
  compilePattern,
  defineProbe,
  fact,
  host,
  ipFamily,
  networkFailure,
  networkFailures,
  port,
  ProbeFailure,
  tlsOptions,
  type Connection,
  type ProbeContext,
  type Reading,
} from '@checkstack/plugin-sdk';
import * as z from 'zod';

const maxAnswerBytes = 16_384;
const line = z.string().min(1).max(1_000);

const config = z.strictObject({
  host,
  port: port.meta({ examples: [25, 5432] }),
  send: z
    .string()
    .max(10_000)
    .optional()
    .meta({
      title: 'Send',
      description: 'Sent after connecting. \\r, \\n, \\t, \\0, \\xHH and \\\\ stand for what they are in C.',
      examples: ['PING\\r\\n'],
      templatable: true,
    }),
  expect: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }).meta({ title: 'Nothing: connecting is enough' }),
      z.strictObject({ type: z.literal('data') }).meta({ title: 'Any answer' }),
      z
        .strictObject({
          type: z.literal('contains'),
          text: line.meta({ title: 'Text', examples: ['+PONG'], templatable: true }),
        })
        .meta({ title: 'An answer that contains a text' }),
      z
        .strictObject({
          type: z.literal('matches'),
          pattern: line
            .refine((text) => isPattern(text), 'must be a regular expression (RE2)')
            .meta({ title: 'Regular expression', description: 'RE2 syntax, found anywhere.', examples: ['^220 '] }),
        })
        .meta({ title: 'An answer that matches a regular expression' }),
    ])
    .default({ type: 'none' })
    .meta({ title: 'Expect' }),
  tls: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('none') }).meta({ title: 'No' }),
      z.strictObject({ type: z.literal('tls'), ...tlsOptions }).meta({ title: 'Yes, from the first byte' }),
    ])
    .default({ type: 'none' })
    .meta({ title: 'TLS' }),
  ipFamily,
});
type Config = z.output<typeof config>;

export const tcp = defineProbe({
  kind: 'tcp',
  title: 'TCP port',
  description: 'Connects to a port, with TLS when asked, and can send a text and wait for the answer.',
  config,
  collectors: {
    connection: {
      title: 'Connection',
      facts: {
        connected: fact.flag('Connected', { chart: 'step' }),
        dnsMs: fact.number('Name lookup', { unit: 'ms', chart: 'line' }),
        connectMs: fact.number('Connect', { unit: 'ms', chart: 'line' }),
        tlsMs: fact.number('TLS handshake', { unit: 'ms', chart: 'line' }),
        answerMs: fact.number('Answer', {
          unit: 'ms',
          chart: 'line',
          description: 'From connected to the expected answer.',
        }),
        banner: fact.text('Banner', { description: 'What the target sent.' }),
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
    answer_timeout: { side: 'target', title: 'The expected answer did not come in time' },
    unexpected_answer: { side: 'target', title: 'The target sent something else' },
  },
  async run(config: Config, context: ProbeContext) {
    const connection = await dialled(config, context);
    const reading: Reading = {
      connected: true,
      ...connection.timings,
      remoteAddress: connection.remoteAddress,
      ...certificateReading(connection.tls),
    };
    const startedAt = performance.now();
    if (config.send) connection.stream.write(unescaped(config.send));
    if (config.expect.type !== 'none') {
      Object.assign(reading, await answer(config, context, connection, reading));
      reading['answerMs'] = Math.round((performance.now() - startedAt) * 1000) / 1000;
    }
    connection.stream.destroy();
    return { connection: reading };
  },
});

/** That nothing listens is a reading too. */
async function dialled(config: Config, context: ProbeContext): Promise<Connection> {
  const { type, ...options } = config.tls;
  try {
    return await context.dial({
      host: config.host,
      port: config.port,
      family: config.ipFamily,
      ...(type === 'tls' ? { tls: options } : {}),
    });
  } catch (error) {
    if (!(error instanceof ProbeFailure) || error.side === 'satellite' || error.side === 'config') throw error;
    throw new ProbeFailure(error.side, error.code, error.message, {
      cause: error,
      readings: { connection: { connected: false } },
    });
  }
}

/** Reads until the answer is the expected one. */
async function answer(
  config: Config,
  context: ProbeContext,
  { stream }: Connection,
  reading: Reading,
): Promise<Reading> {
  const isExpected = expectation(config);
  let received = Buffer.alloc(0);
  let banner = '';
  const failed = (code: 'answer_timeout' | 'unexpected_answer', reason: string): ProbeFailure =>
    new ProbeFailure('target', code, `${config.host}:${config.port} ${reason}; ${said(banner)}.`, {
      readings: { connection: { ...reading, banner } },
    });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]).subarray(0, maxAnswerBytes);
      banner = received.toString('utf8');
      if (isExpected(banner)) {
        context.log(`The answer is the expected one: ${said(banner)}`);
        return { banner };
      }
      if (received.length === maxAnswerBytes) throw failed('unexpected_answer', 'sent more than is looked at');
    }
  } catch (error) {
    if (error instanceof ProbeFailure) throw error;
    if (context.signal.aborted) throw failed('answer_timeout', `did not send the expected answer in time`);
    const { side, code, message } = networkFailure(error, `${config.host}:${config.port}`);
    throw new ProbeFailure(side, code, message, { cause: error, readings: { connection: { ...reading, banner } } });
  }
  throw failed('unexpected_answer', 'closed the connection without the expected answer');
}

function expectation({ expect }: Config): (text: string) => boolean {
  switch (expect.type) {
    case 'contains':
      return (text) => text.includes(expect.text);
    case 'matches':
      return compilePattern(expect.pattern);
    case 'data':
    case 'none':
      return (text) => text !== '';
  }
}

function said(banner: string): string {
  return banner === '' ? 'it sent nothing' : `it sent ${JSON.stringify(banner.slice(0, 200))}`;
}

const escapes: Record<string, string> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** Bytes beyond ASCII are written by `\xHH`; other characters are sent as UTF-8. */
function unescaped(text: string): Buffer {
  const parts = text.split(/(\\x[\da-fA-F]{2}|\\[rnt0\\])/);
  return Buffer.concat(
    parts.map((part) =>
      part.startsWith('\\x') && part.length === 4
        ? Buffer.from([parseInt(part.slice(2), 16)])
        : Buffer.from(part.length === 2 && part.startsWith('\\') ? (escapes[part[1]!] ?? part) : part),
    ),
  );
}

function isPattern(text: string): boolean {
  try {
    compilePattern(text);
    return true;
  } catch {
    return false;
  }
}
