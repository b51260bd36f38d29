// How messages leave: channels, and where each recipient gets them.
import * as z from 'zod';
import { partialOf } from './catalog.js';
import { byId, id, instant, name, named, pageOf, paging, version } from './fields.js';
import { route } from './route.js';

const jsonObject = z.record(z.string(), z.unknown());

/** A kind of channel or integration, with its forms. */
export const senderKind = z.object({
  kind: z.string(),
  title: z.string(),
  summary: z.string(),
  /** Path data of strokes on a 16 × 16 grid. */
  icon: z.string(),
  /** JSON Schema; `secret: true` marks fields. */
  configSchema: jsonObject,
  /** What a recipient, or a subscription of an integration, adds; null: nothing. */
  addressSchema: jsonObject.nullable(),
  /** Whether a repeat is recognised: without it, a hub that dies while it sends may send once more. */
  idempotent: z.boolean(),
  /** Whether a configuration can be tried without a message. */
  verifiable: z.boolean(),
});
export type SenderKind = z.infer<typeof senderKind>;

/** What came of a test. */
export const senderTrial = z.object({
  ok: z.boolean(),
  /** What was found, or the error as the service told it. */
  sentence: z.string(),
  durationMs: z.number(),
  answer: z.object({ status: z.int(), text: z.string() }).nullable(),
  log: z.array(z.object({ atMs: z.number(), text: z.string() })),
});
export type SenderTrial = z.infer<typeof senderTrial>;

const senderFields = {
  name,
  kind: z.string().max(60),
  config: jsonObject,
  enabled: z.boolean().default(true),
};

/** How what is to leave stands. */
export const senderTraffic = z.object({
  waiting: z.int(),
  /** Given up within the last day. */
  dead: z.int(),
  lastSentAt: instant.nullable(),
  /** The error of the last attempt; null: it was good, or there was none. */
  lastError: z.string().nullable(),
});
export type SenderTraffic = z.infer<typeof senderTraffic>;

export const channel = z.object({
  id,
  ...senderFields,
  /** How many users and teams get its messages. */
  destinationCount: z.int(),
  traffic: senderTraffic,
  createdAt: instant,
  version,
});
export type Channel = z.infer<typeof channel>;

/** What is to be tried: a stored thing gives the secrets that are kept. */
export const senderTest = {
  /** Of the stored one that is being edited. */
  id: id.optional(),
  kind: senderFields.kind,
  config: jsonObject,
  /** `verify` sends nothing. */
  what: z.enum(['verify', 'message']).default('message'),
};

export const channelRoutes = {
  kinds: route('GET /channel-kinds', {
    access: 'signed-in',
    summary: 'The kinds of channel that can be made, with their forms',
    response: z.object({ items: z.array(senderKind) }),
  }),
  list: route('GET /channels', {
    access: 'notifications.channel.read',
    summary: 'Channels by name',
    query: z.object(paging),
    response: pageOf(channel),
  }),
  create: route('POST /channels', {
    access: 'notifications.channel.manage',
    summary: 'Add a channel',
    body: z.strictObject(senderFields),
    response: channel,
    status: 201,
  }),
  read: route('GET /channels/:id', {
    access: 'notifications.channel.read',
    summary: 'One channel',
    params: byId,
    response: channel,
  }),
  update: route('PATCH /channels/:id', {
    access: 'notifications.channel.manage',
    summary: 'Change a channel; the kind stays',
    params: byId,
    body: partialOf(senderFields),
    response: channel,
  }),
  remove: route('DELETE /channels/:id', {
    access: 'notifications.channel.manage',
    summary: 'Delete a channel with its destinations; what waits is cancelled',
    params: byId,
  }),
  test: route('POST /channels/test', {
    access: 'notifications.channel.manage',
    summary: 'Try a configuration as entered, saved or not',
    body: z.strictObject({ ...senderTest, address: jsonObject.default({}) }),
    response: senderTrial,
  }),
};

const destinationFields = {
  address: jsonObject.default({}),
  enabled: z.boolean().default(true),
};

export const destination = z.object({
  id,
  channel: named.extend({ kind: z.string() }),
  /** The team whose messages arrive there; null: one’s own. */
  team: named.nullable(),
  ...destinationFields,
  version,
});
export type Destination = z.infer<typeof destination>;

export const destinationRoutes = {
  channels: route('GET /destination-channels', {
    access: 'signed-in',
    summary: 'The channels that one can be reached by',
    response: z.object({ items: z.array(named.extend({ kind: z.string() })) }),
  }),
  list: route('GET /destinations', {
    access: 'signed-in',
    summary: 'Where one’s own messages arrive, and those of one’s teams; or those of one team',
    query: z.object({ teamId: id.optional() }),
    response: z.object({ items: z.array(destination) }),
  }),
  create: route('POST /destinations', {
    access: 'signed-in',
    summary: 'Be reached by a channel: oneself, or a team that one manages',
    body: z.strictObject({ channelId: id, teamId: id.nullable().default(null), ...destinationFields }),
    response: destination,
    status: 201,
  }),
  update: route('PATCH /destinations/:id', {
    access: 'signed-in',
    summary: 'Change where one’s own messages arrive, or those of a team that one manages',
    params: byId,
    body: partialOf(destinationFields),
    response: destination,
  }),
  remove: route('DELETE /destinations/:id', {
    access: 'signed-in',
    summary: 'Be reached there no more',
    params: byId,
  }),
  test: route('POST /destinations/test', {
    access: 'signed-in',
    summary: 'Send a test message to an address as entered, saved or not',
    body: z.strictObject({ id: id.optional(), channelId: id, address: destinationFields.address }),
    response: senderTrial,
  }),
};
