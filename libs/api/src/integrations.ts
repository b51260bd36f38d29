// Where events of the whole organisation are forwarded to.
import * as z from 'zod';
import { partialOf } from './catalog.js';
import { senderKind, senderTest, senderTraffic, senderTrial } from './channels.js';
import { byId, id, instant, name, named, pageOf, paging, version } from './fields.js';
import { family, importance } from './notifications.js';
import { route } from './route.js';

const jsonObject = z.record(z.string(), z.unknown());

const integrationFields = {
  name,
  kind: z.string().max(60),
  /** The connection. */
  config: jsonObject,
  enabled: z.boolean().default(true),
};

const subscriptionFields = {
  name,
  enabled: z.boolean().default(true),
  /** `incident`, or `incident.opened`; none: all. */
  events: z
    .array(
      z
        .string()
        .trim()
        .regex(/^[a-z-]{1,40}(\.[a-z-]{1,40})?$/, 'An event looks like incident or incident.opened.'),
    )
    .max(50)
    .default([]),
  /** None: all. */
  families: z.array(family).default([]),
  leastImportance: importance.default('info'),
  /** Any of systems, groups and tags fits; with none of them, everything does. */
  systemIds: z.array(id).max(500).default([]),
  groupIds: z.array(id).max(500).default([]),
  tags: z.array(z.string().trim().min(1).max(60)).max(50).default([]),
  /** What the kind asks of a subscription. */
  options: jsonObject.default({}),
  /** Logic-less (Mustache), makes Markdown: stands in place of the message’s own body. */
  template: z.string().max(20_000).nullable().default(null),
};

export const integrationSubscription = z.object({
  id,
  ...subscriptionFields,
  systems: z.array(named),
  groups: z.array(named),
  version,
});
export type IntegrationSubscription = z.infer<typeof integrationSubscription>;

export const integration = z.object({
  id,
  ...integrationFields,
  subscriptionCount: z.int(),
  traffic: senderTraffic,
  createdAt: instant,
  version,
});
export type Integration = z.infer<typeof integration>;

export const integrationDetail = integration.extend({ subscriptions: z.array(integrationSubscription) });
export type IntegrationDetail = z.infer<typeof integrationDetail>;

export const integrationRoutes = {
  kinds: route('GET /integration-kinds', {
    access: 'notifications.integration.read',
    summary: 'The kinds of integration that can be made, with their forms',
    response: z.object({ items: z.array(senderKind) }),
  }),
  list: route('GET /integrations', {
    access: 'notifications.integration.read',
    summary: 'Integrations by name',
    query: z.object(paging),
    response: pageOf(integration),
  }),
  create: route('POST /integrations', {
    access: 'notifications.integration.manage',
    summary: 'Add an integration: a connection, which forwards nothing yet',
    body: z.strictObject(integrationFields),
    response: integrationDetail,
    status: 201,
  }),
  read: route('GET /integrations/:id', {
    access: 'notifications.integration.read',
    summary: 'One integration with its subscriptions',
    params: byId,
    response: integrationDetail,
  }),
  update: route('PATCH /integrations/:id', {
    access: 'notifications.integration.manage',
    summary: 'Change an integration; the kind stays',
    params: byId,
    body: partialOf(integrationFields),
    response: integrationDetail,
  }),
  remove: route('DELETE /integrations/:id', {
    access: 'notifications.integration.manage',
    summary: 'Delete an integration with its subscriptions; what waits is cancelled',
    params: byId,
  }),
  test: route('POST /integrations/test', {
    access: 'notifications.integration.manage',
    summary: 'Try a connection as entered, saved or not',
    body: z.strictObject({
      ...senderTest,
      /** Of the stored subscription that is being edited. */
      subscriptionId: id.optional(),
      options: jsonObject.default({}),
      template: subscriptionFields.template,
    }),
    response: senderTrial,
  }),
  subscribe: route('POST /integrations/:id/subscriptions', {
    access: 'notifications.integration.manage',
    summary: 'Say which events an integration forwards',
    params: byId,
    body: z.strictObject(subscriptionFields),
    response: integrationSubscription,
    status: 201,
  }),
  changeSubscription: route('PATCH /integration-subscriptions/:id', {
    access: 'notifications.integration.manage',
    summary: 'Change which events are forwarded',
    params: byId,
    body: partialOf(subscriptionFields),
    response: integrationSubscription,
  }),
  unsubscribe: route('DELETE /integration-subscriptions/:id', {
    access: 'notifications.integration.manage',
    summary: 'Forward these events no more',
    params: byId,
  }),
};
