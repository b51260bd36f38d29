// What left, what waits to leave, and what could not.
import * as z from 'zod';
import { byId, id, instant, named, pageOf, paging } from './fields.js';
import { family, importance } from './notifications.js';
import { route } from './route.js';

/** Dead: given up. Superseded: a newer message took its place before it left. */
export const deliveryStates = ['waiting', 'sending', 'sent', 'dead', 'cancelled', 'superseded'] as const;
export const deliveryState = z.enum(deliveryStates);
export type DeliveryState = z.infer<typeof deliveryState>;

const summary = {
  id,
  state: deliveryState,
  /** What it leaves by; `id` is null when it is no more. */
  by: z.object({ kind: z.enum(['channel', 'integration']), id: id.nullable(), name: z.string() }),
  /** Whom it is for; null: an integration, or somebody who is no more. */
  recipient: z.object({ kind: z.enum(['user', 'team']), id, name: z.string() }).nullable(),
  /** The subscription of an integration. */
  subscription: named.nullable(),
  title: z.string(),
  family,
  importance,
  attempts: z.int(),
  /** Of the last attempt; null: it was good, or there was none. */
  lastError: z.string().nullable(),
  createdAt: instant,
  /** Of one that waits: when it is tried next. */
  dueAt: instant.nullable(),
  /** Of one that waits: when it is given up. */
  giveUpAt: instant.nullable(),
  endedAt: instant.nullable(),
};

export const delivery = z.object(summary);
export type Delivery = z.infer<typeof delivery>;

export const deliveryAttempt = z.object({
  number: z.int(),
  startedAt: instant,
  /** Null: it is under way. Lost: the hub that made it died, and nobody knows whether it arrived. */
  outcome: z.enum(['sent', 'temporary', 'permanent', 'lost']).nullable(),
  durationMs: z.int().nullable(),
  answer: z.object({ status: z.int(), text: z.string() }).nullable(),
  /** Stable, snake_case. */
  code: z.string().nullable(),
  error: z.string().nullable(),
});
export type DeliveryAttempt = z.infer<typeof deliveryAttempt>;

export const deliveryDetail = z.object({
  ...summary,
  /** Markdown. */
  body: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  /** The last ones, oldest first. */
  log: z.array(deliveryAttempt),
});
export type DeliveryDetail = z.infer<typeof deliveryDetail>;

export const deliveryRoutes = {
  list: route('GET /deliveries', {
    access: 'notifications.delivery.read',
    summary: 'Deliveries, newest first',
    query: z.object({
      ...paging,
      state: deliveryState.optional(),
      channelId: id.optional(),
      integrationId: id.optional(),
      search: z.string().max(120).optional(),
    }),
    response: pageOf(delivery),
  }),
  read: route('GET /deliveries/:id', {
    access: 'notifications.delivery.read',
    summary: 'One delivery with its attempts',
    params: byId,
    response: deliveryDetail,
  }),
  retry: route('POST /deliveries/:id/retry', {
    access: 'notifications.delivery.manage',
    summary: 'Try a delivery at once that waits, was given up or cancelled',
    params: byId,
    response: delivery,
  }),
  cancel: route('POST /deliveries/:id/cancel', {
    access: 'notifications.delivery.manage',
    summary: 'Cancel a delivery that waits',
    params: byId,
    response: delivery,
  }),
  retryDead: route('POST /deliveries/retry', {
    access: 'notifications.delivery.manage',
    summary: 'Try all at once that were given up, of one channel or integration or of all',
    body: z.strictObject({ channelId: id.optional(), integrationId: id.optional() }),
    response: z.object({ count: z.int() }),
  }),
};
