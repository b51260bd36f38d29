import type { z } from 'zod';
import type { ChannelDefinition } from './channel.js';
import type { Message } from './message.js';
import type { Receipt, SendContext } from './send.js';

/** The event behind a message, as the hub wrote it down. */
export interface IntegrationEvent {
  id: string;
  /** `incident` */
  type: string;
  /** `opened` */
  what: string;
  /** RFC 3339, UTC. */
  at: string;
  subject: { kind: string; id: string };
  payload: Record<string, unknown>;
}

/** One event on its way to one integration. */
export interface Forwarding<Config, Options> {
  config: Config;
  /** Null when the kind has none. */
  options: Options;
  /** Null for a test. */
  event: IntegrationEvent | null;
  /** The same in words; its `id` is the idempotency key. */
  message: Message;
  /** Of the last event with the same collapse key that was forwarded by this subscription. */
  previous: Receipt | null;
}

type Output<Schema extends z.ZodObject | null> = Schema extends z.ZodObject ? z.output<Schema> : null;

/** A way for events to be forwarded: a kind of integration. A kind of channel is one already, without this. */
export interface IntegrationDefinition<
  Config extends z.ZodObject = z.ZodObject,
  Options extends z.ZodObject | null = z.ZodObject | null,
> {
  /** Stable, lower case: `jira`. Of one kind of channel and of integration, integrations use this. */
  kind: string;
  title: string;
  /** One sentence on what it does and what is needed for it. */
  summary: string;
  /** Path data of strokes on a 16 × 16 grid. */
  icon: string;
  /** The connection, with the marks that a channel's config has. */
  config: Config;
  /** What each subscription adds: a project, a body template (`renderTemplate`); null: nothing. */
  options: Options;
  /** As of a channel. */
  idempotent: boolean;
  /** How many sends may be under way at once, over all replicas; default 4. */
  concurrency?: number;
  /** How many sends may begin within a minute, over all replicas; default: no limit. */
  perMinute?: number;
  /** One attempt. The caller owns time-out, repeats, log and masks; the context's signal is honoured. Throws SendFailure. */
  send(forwarding: Forwarding<Output<Config>, Output<Options>>, context: SendContext): Promise<Receipt>;
  /** Whether the connection works, without an event: one sentence on what was found. Throws SendFailure. */
  verify?(config: Output<Config>, context: SendContext): Promise<string>;
}

export function defineIntegration<Config extends z.ZodObject, Options extends z.ZodObject | null>(
  integration: IntegrationDefinition<Config, Options>,
): IntegrationDefinition {
  return integration;
}

/** A channel as an integration: each subscription has an address. */
export function integrationOf(channel: ChannelDefinition): IntegrationDefinition {
  const { kind, title, summary, icon, config, address, idempotent, concurrency, perMinute } = channel;
  return {
    kind,
    title,
    summary,
    icon,
    config,
    options: address,
    idempotent,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(perMinute === undefined ? {} : { perMinute }),
    send: ({ config, options, message, previous }, context) =>
      channel.send({ config, address: options, message, previous }, context),
    ...(channel.verify ? { verify: (config, context) => channel.verify!(config, context) } : {}),
  };
}
