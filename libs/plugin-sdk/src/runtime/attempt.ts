// One attempt of a channel or integration: time-out, cancel, log, policy and masks. It never throws.
import type { Socket } from 'node:net';
import type { z } from 'zod';
import type { ChannelDefinition } from '../channel.js';
import type { HttpRequest, HttpResponse } from '../context.js';
import type { IntegrationDefinition, IntegrationEvent } from '../integration.js';
import { markedValues } from '../marks.js';
import type { Message } from '../message.js';
import { SendFailure, type Receipt, type SendContext } from '../send.js';
import { ProbeFailure } from '../verdict.js';
import { dial } from './dial.js';
import { exchange } from './http.js';
import { resolveBySystem } from './lookup.js';
import { maskFor, type Mask } from './mask.js';
import { elapsedMs, seconds, type Network, type Resolve } from './network.js';
import type { NetworkPolicy } from './policy.js';
import { RunAbort } from './run-abort.js';
import { RunLog, type LogLine } from './run-log.js';
import { describeError, storable } from './text.js';

export interface AttemptOptions {
  timeoutMs: number;
  policy: NetworkPolicy;
  /** Ends it. */
  signal?: AbortSignal;
  /** Further texts to be masked, besides the secrets of config, address and options. */
  secrets?: readonly string[];
  /** In place of the system's resolver. */
  resolve?: Resolve;
}

export interface AttemptOutcome {
  /** Absent when it failed. */
  receipt?: Receipt;
  failure?: { kind: SendFailure['kind']; code: string; message: string; retryAfterMs?: number };
  durationMs: number;
  /** What the service answered, when it did: without secrets, and short. */
  answer?: { status: number; text: string };
  log: LogLine[];
}

export interface VerifyOutcome extends Omit<AttemptOutcome, 'receipt'> {
  /** What was found. */
  sentence?: string;
}

type Definition = ChannelDefinition | IntegrationDefinition;

const maxTextLength = 1_000;
const maxExternalIdLength = 500;
/** What has not ended by itself so long after its time-out is left behind. */
const graceMs = 500;

/** Sends a message by a channel. `address` is ignored where the kind has none. */
export function sendByChannel(
  channel: ChannelDefinition,
  given: { config: object; address: object; message: Message; previous?: Receipt | null },
  options: AttemptOptions,
): Promise<AttemptOutcome> {
  const { message, previous = null } = given;
  const secrets = [...secretsOf(channel.config, given.config), ...secretsOf(channel.address, given.address)];
  return attempt(secrets, options, async (context) => {
    const config = parsed(channel.config, given.config, 'The configuration');
    const address = channel.address && parsed(channel.address, given.address, 'The address');
    return { receipt: await channel.send({ config, address: address, message, previous }, context) };
  });
}

/** Forwards an event by an integration. `options` of the subscription are ignored where the kind has none. */
export function sendByIntegration(
  integration: IntegrationDefinition,
  given: {
    config: object;
    options: object;
    event: IntegrationEvent | null;
    message: Message;
    previous?: Receipt | null;
  },
  options: AttemptOptions,
): Promise<AttemptOutcome> {
  const { event, message, previous = null } = given;
  const secrets = [...secretsOf(integration.config, given.config), ...secretsOf(integration.options, given.options)];
  return attempt(secrets, options, async (context) => {
    const config = parsed(integration.config, given.config, 'The connection');
    const chosen = integration.options && parsed(integration.options, given.options, 'The subscription');
    const forwarding = { config, options: chosen as never, event, message, previous };
    return { receipt: await integration.send(forwarding, context) };
  });
}

/** Whether a configuration works; undefined where only a test message can tell. */
export function verifyConfig(
  definition: Definition,
  config: object,
  options: AttemptOptions,
): Promise<VerifyOutcome> | undefined {
  if (!definition.verify) return undefined;
  return attempt(secretsOf(definition.config, config), options, async (context, mask) => {
    const sentence = await definition.verify!(parsed(definition.config, config, 'The configuration'), context);
    return { sentence: storable(mask(sentence), maxTextLength) };
  });
}

function secretsOf(schema: z.ZodObject | null, config: object): string[] {
  if (schema === null) return [];
  return markedValues(schema, config, 'secret').map(({ value }) => String(value));
}

function parsed(schema: z.ZodObject, config: object, what: string): Record<string, unknown> {
  const result = schema.safeParse(config);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SendFailure(
    'permanent',
    'invalid_config',
    `${what} is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
  );
}

async function attempt<Result extends { receipt?: Receipt; sentence?: string }>(
  secrets: readonly string[],
  options: AttemptOptions,
  work: (context: SendContext, mask: Mask) => Promise<Result>,
): Promise<AttemptOutcome & Result> {
  const mask = maskFor([...secrets, ...(options.secrets ?? [])]);
  const lines: LogLine[] = [];
  const log = new RunLog(mask, (line) => lines.push(line));
  const startedAt = performance.now();
  let answer: { status: number; text: string } | undefined;
  const answered = (status: number, text: string): void => {
    answer = { status, text: storable(mask(text.slice(0, 20_000)), maxTextLength) };
  };
  const ending = await bounded(options, log, answered, (context) => work(context, mask));
  const durationMs = elapsedMs(startedAt);
  const common = { durationMs, log: lines, ...(answer ? { answer } : {}) };
  if (!(ending instanceof SendFailure)) return { ...common, ...kept(ending) };
  const { kind, code, retryAfterMs } = ending;
  const message = storable(mask(ending.message), maxTextLength);
  log.add(message);
  const failure = { kind, code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return { ...common, failure } as AttemptOutcome & Result;
}

/** The work's end, or the one that the time-out makes. Closes what the work left open. */
function bounded<Result>(
  { timeoutMs, policy, signal, resolve: resolver = resolveBySystem }: AttemptOptions,
  log: RunLog,
  answered: SendContext['answered'],
  work: (context: SendContext) => Promise<Result>,
): Promise<Result | SendFailure> {
  const abort = new RunAbort();
  const opened = new Set<Socket>();
  const network: Network = {
    policy,
    abort,
    timeoutMs,
    log: (text) => log.add(text),
    opened,
    resolve: resolver,
  };
  const context: SendContext = {
    signal: abort.signal,
    timeoutMs,
    log: (text) => log.add(text),
    answered,
    request: async (request: HttpRequest): Promise<HttpResponse> => {
      const response = await exchange(network, request);
      answered(response.status, response.body);
      return response;
    },
    dial: (request) => dial(network, request),
  };
  return new Promise((resolve) => {
    const late = (): SendFailure =>
      signal?.aborted
        ? new SendFailure('temporary', 'cancelled', 'The hub stopped before it ended.')
        : new SendFailure('temporary', 'timeout', `It did not end within ${seconds(timeoutMs)}.`);
    let grace: NodeJS.Timeout | undefined;
    const stop = (): void => {
      abort.abort();
      clearTimeout(grace);
      grace = setTimeout(() => end(late()), graceMs);
    };
    const end = (result: Result | SendFailure): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal?.removeEventListener('abort', stop);
      abort.abort();
      for (const socket of opened) socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(stop, timeoutMs);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) return end(late());
    work(context).then(
      // What was taken was taken, however late.
      end,
      (error: unknown) => end(failureOf(error, abort.isAborted ? late() : undefined)),
    );
  });
}

function failureOf(error: unknown, late: SendFailure | undefined): SendFailure {
  if (error instanceof SendFailure) return error;
  if (error instanceof ProbeFailure) return fromNetwork(error);
  return late ?? new SendFailure('temporary', 'crashed', `It has an error of its own: ${describeError(error)}`);
}

/** The sentences of the network speak of the satellite that probes; here it is the hub that dials. */
function fromNetwork({ side, code, message }: ProbeFailure): SendFailure {
  const sentence = message.replaceAll('The satellite', 'The hub').replaceAll('the satellite', 'the hub');
  return new SendFailure(side === 'config' ? 'permanent' : 'temporary', code, sentence);
}

/** A receipt as it is stored: text, and short. */
function kept<Result extends { receipt?: Receipt }>(result: Result): Result {
  const externalId = result.receipt?.externalId;
  if (result.receipt === undefined) return result;
  return {
    ...result,
    receipt: externalId === undefined ? {} : { externalId: storable(String(externalId), maxExternalIdLength) },
  };
}
