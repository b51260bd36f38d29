import type { z } from 'zod';
import type { Message } from './message.js';
import type { Receipt, SendContext } from './send.js';

/** One message on its way to one destination. */
export interface Sending<Config, Address> {
  config: Config;
  /** Null when the kind has none. */
  address: Address;
  message: Message;
  /** Of the last message with the same collapse key that reached this destination: to go on in its thread. */
  previous: Receipt | null;
}

type Output<Schema extends z.ZodObject | null> = Schema extends z.ZodObject ? z.output<Schema> : null;

/** A way for messages to leave: a kind of channel. Each also serves as an integration, with the address as its options. */
export interface ChannelDefinition<
  Config extends z.ZodObject = z.ZodObject,
  Address extends z.ZodObject | null = z.ZodObject | null,
> {
  /** Stable, lower case: `slack`. */
  kind: string;
  title: string;
  /** One sentence on what it does and what is needed for it. */
  summary: string;
  /** Path data of strokes on a 16 × 16 grid. */
  icon: string;
  /**
   * What is set up once: server, token, webhook. Titles, descriptions, examples and the marks `secret`, `target`,
   * `multiline` and `advanced` become the form, the validation and the reference page.
   */
  config: Config;
  /** What each recipient adds: a mail address, a chat; null: nothing, all of it goes to one place. */
  address: Address;
  /**
   * True: the service, told `message.id`, takes a repeat for the same message. False: when the hub dies between sending
   * and writing that down, the message comes once more.
   */
  idempotent: boolean;
  /** How many sends may be under way at once, over all replicas; default 4. */
  concurrency?: number;
  /** How many sends may begin within a minute, over all replicas; default: no limit. */
  perMinute?: number;
  /** One attempt. The caller owns time-out, repeats, log and masks; the context's signal is honoured. Throws SendFailure. */
  send(sending: Sending<Output<Config>, Output<Address>>, context: SendContext): Promise<Receipt>;
  /**
   * Whether the configuration works, without a message: one sentence on what was found (`Signed in as Checkstack Bot`).
   * Throws SendFailure. Absent: only a test message tells.
   */
  verify?(config: Output<Config>, context: SendContext): Promise<string>;
}

export function defineChannel<Config extends z.ZodObject, Address extends z.ZodObject | null>(
  channel: ChannelDefinition<Config, Address>,
): ChannelDefinition {
  return channel;
}
