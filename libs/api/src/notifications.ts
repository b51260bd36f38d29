// Who is told of what: alerts, inbox, subscriptions, quiet hours, escalation.
import * as z from 'zod';
import { partialOf } from './catalog.js';
import { byId, id, instant, name, named, pageOf, paging, state, version } from './fields.js';
import { route } from './route.js';

/** What notifications are about. */
export const families = ['state', 'incident', 'maintenance', 'dependency', 'satellite', 'slo', 'platform'] as const;
export const family = z.enum(families);
export type Family = z.infer<typeof family>;

/** Least first. */
export const importances = ['info', 'warning', 'critical'] as const;
export const importance = z.enum(importances);
export type Importance = z.infer<typeof importance>;

/** What keeps an alert quiet. */
export const quietKinds = ['maintenance', 'incident', 'flapping', 'dependency'] as const;
export const quietKind = z.enum(quietKinds);
export type QuietKind = z.infer<typeof quietKind>;

const quiet = z.object({
  kind: quietKind,
  /** Of the maintenance, the incident, or the system it inherits from; null: it is not one thing. */
  id: id.nullable(),
  /** `Kept quiet because …` */
  text: z.string(),
});
export type Quiet = z.infer<typeof quiet>;

/** The span in which a system is not healthy. */
export const alert = z.object({
  id,
  system: named,
  /** As it is told: what is only inherited does not count while its own checks say more. */
  state,
  /** null where the system has none for it. */
  reason: z.string().nullable(),
  /** The worst so far. */
  importance,
  openedAt: instant,
  /** When people were told of it; null: nobody was yet. */
  toldAt: instant.nullable(),
  /** Why nobody is told, or not at this importance. */
  quiet: quiet.nullable(),
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  endedAt: instant.nullable(),
});
export type Alert = z.infer<typeof alert>;

/** Something that was not told. */
export const keptQuiet = z.object({
  id: z.string(),
  at: instant,
  system: named,
  alertId: id.nullable(),
  /** What would have been told. */
  title: z.string(),
  quiet,
});
export type KeptQuiet = z.infer<typeof keptQuiet>;

export const notification = z.object({
  id,
  family,
  importance,
  title: z.string(),
  /** Markdown. */
  body: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  /** `url` is a path of the console. */
  subjects: z.array(z.object({ kind: z.string(), id, name: z.string(), url: z.string() })),
  action: z.object({ label: z.string(), url: z.string() }).nullable(),
  /** Of the alert it tells of. */
  alertId: id.nullable(),
  /** How many messages it stands for. */
  count: z.int(),
  /** The latest of them, newest first. */
  entries: z.array(z.object({ at: instant, title: z.string(), importance })),
  firstAt: instant,
  at: instant,
  readAt: instant.nullable(),
  /** Why it reached this user, in words. */
  why: z.array(z.string()),
});
export type Notification = z.infer<typeof notification>;

/** What a subscription or an escalation is for. */
export const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everything') }),
  z.strictObject({ kind: z.literal('group'), id }),
  z.strictObject({ kind: z.literal('tag'), tag: z.string().trim().min(1).max(60) }),
  z.strictObject({ kind: z.literal('system'), id }),
]);
export type Target = z.infer<typeof target>;

/** With the name that people know it by. */
const namedTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everything') }),
  z.object({ kind: z.literal('group'), id, name: z.string() }),
  z.object({ kind: z.literal('tag'), tag: z.string() }),
  z.object({ kind: z.literal('system'), id, name: z.string() }),
]);
export type NamedTarget = z.infer<typeof namedTarget>;

export const recipient = z.object({ kind: z.enum(['user', 'team']), id, name: z.string() });
export type Recipient = z.infer<typeof recipient>;

const subscriptionFields = {
  families: z
    .array(family)
    .min(1, 'Choose at least one.')
    .refine((chosen) => new Set(chosen).size === chosen.length, 'Name each once.')
    .default(['state', 'incident', 'maintenance']),
  leastImportance: importance.default('info'),
  /** Tell again this often while a system is still down and nobody acknowledged it; null: never. */
  reminderMinutes: z.int().min(5).max(10_080).nullable().default(null),
};

export const subscription = z.object({ id, recipient, target: namedTarget, ...subscriptionFields, version });
export type Subscription = z.infer<typeof subscription>;

/** Why something would reach the user. */
export const reach = z.object({
  /** Of one system; null: whatever happens. */
  system: named.nullable(),
  /** The user wants to hear nothing of this system. */
  muted: z.boolean(),
  items: z.array(
    z.object({
      subscription,
      /** `inherited from group Payments` */
      why: z.string(),
    }),
  ),
  /** Where it goes besides the inbox. */
  destinations: z.array(z.string()),
  /** When it waits; null: never. */
  quietHours: z.string().nullable(),
});
export type Reach = z.infer<typeof reach>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time looks like 22:00.');
export const quietHours = z.strictObject({
  /** ISO 8601: 1 is Monday; the days on which it begins. */
  days: z
    .array(z.int().min(1).max(7))
    .min(1, 'Choose at least one day.')
    .refine((days) => new Set(days).size === days.length, 'Name each day once.'),
  from: timeOfDay,
  /** On the next day when it is not after `from`. */
  until: timeOfDay,
});
export type QuietHours = z.infer<typeof quietHours>;

const settingsFields = {
  /** IANA name: what the quiet hours are counted in. */
  timeZone: z
    .string()
    .max(60)
    .refine((zone) => isTimeZone(zone), 'There is no such time zone.'),
  quietHours: z.array(quietHours).max(14),
  /** What is critical does not wait. */
  criticalPasses: z.boolean(),
};
export const notificationSettings = z.object({
  ...settingsFields,
  mutedSystems: z.array(named),
  /** The end of the quiet hours that it is now; null: it is none. */
  quietUntil: instant.nullable(),
  version,
});
export type NotificationSettings = z.infer<typeof notificationSettings>;

const escalationFields = {
  name,
  target,
  leastImportance: importance.default('critical'),
  /** In the order in which they come. */
  steps: z
    .array(
      z.strictObject({
        afterMinutes: z.int().min(0).max(10_080),
        userIds: z.array(id).max(100).default([]),
        teamIds: z.array(id).max(100).default([]),
      }),
    )
    .min(1, 'Give it at least one step.')
    .max(20)
    .refine(
      (steps) => steps.every((step, index) => step.afterMinutes >= (steps[index - 1]?.afterMinutes ?? 0)),
      'Each step comes after the one before.',
    )
    .refine(
      (steps) => steps.every(({ userIds, teamIds }) => userIds.length + teamIds.length > 0),
      'Whom shall it tell?',
    ),
};
export const escalationPolicy = z.object({
  id,
  ...escalationFields,
  target: namedTarget,
  steps: z.array(z.object({ afterMinutes: z.int(), users: z.array(named), teams: z.array(named) })),
  version,
});
export type EscalationPolicy = z.infer<typeof escalationPolicy>;

export const notificationRoutes = {
  list: route('GET /notifications', {
    access: 'signed-in',
    summary: 'One’s own inbox, newest first',
    query: z.object({ ...paging, unread: z.stringbool().optional(), family: family.optional() }),
    response: pageOf(notification),
  }),
  count: route('GET /notifications/count', {
    access: 'signed-in',
    summary: 'How many of one’s own notifications are unread',
    response: z.object({ unread: z.int() }),
  }),
  read: route('GET /notifications/:id', {
    access: 'signed-in',
    summary: 'One of one’s own notifications, with why it came',
    params: byId,
    response: notification,
  }),
  mark: route('PUT /notifications/:id/read', {
    access: 'signed-in',
    summary: 'Mark one’s own notification as read, or as unread',
    params: byId,
    body: z.strictObject({ read: z.boolean() }),
  }),
  markAll: route('POST /notifications/read', {
    access: 'signed-in',
    summary: 'Mark all one’s own notifications as read that were there at a time',
    body: z.strictObject({ until: instant }),
  }),
  settings: route('GET /notification-settings', {
    access: 'signed-in',
    summary: 'One’s own quiet hours and muted systems',
    response: notificationSettings,
  }),
  changeSettings: route('PATCH /notification-settings', {
    access: 'signed-in',
    summary: 'Change one’s own quiet hours',
    body: z.strictObject(settingsFields).partial(),
    response: notificationSettings,
  }),
  mute: route('PUT /muted-systems/:id', {
    access: 'catalog.system.read',
    summary: 'Hear nothing more of a system, whatever one is subscribed to',
    params: byId,
  }),
  unmute: route('DELETE /muted-systems/:id', {
    access: 'signed-in',
    summary: 'Hear of a system again',
    params: byId,
  }),
  reach: route('GET /notification-reach', {
    access: 'signed-in',
    summary: 'What will reach oneself, and why: of one system, or at all',
    query: z.object({ systemId: id.optional() }),
    response: reach,
  }),
};

export const subscriptionRoutes = {
  list: route('GET /subscriptions', {
    access: 'signed-in',
    summary: 'One’s own subscriptions and those of one’s teams; or those of one team',
    query: z.object({ teamId: id.optional() }),
    response: z.object({ items: z.array(subscription) }),
  }),
  create: route('POST /subscriptions', {
    access: 'signed-in',
    summary: 'Subscribe oneself, or a team that one manages',
    body: z.strictObject({ teamId: id.nullable().default(null), target, ...subscriptionFields }),
    response: subscription,
    status: 201,
  }),
  update: route('PATCH /subscriptions/:id', {
    access: 'signed-in',
    summary: 'Change one’s own subscription, or one of a team that one manages',
    params: byId,
    body: partialOf(subscriptionFields),
    response: subscription,
  }),
  remove: route('DELETE /subscriptions/:id', {
    access: 'signed-in',
    summary: 'End one’s own subscription, or one of a team that one manages',
    params: byId,
  }),
};

export const alertRoutes = {
  list: route('GET /alerts', {
    access: 'notifications.alert.read',
    summary: 'Alerts, newest first',
    query: z.object({ ...paging, systemId: id.optional(), open: z.stringbool().optional() }),
    response: pageOf(alert),
  }),
  acknowledge: route('POST /alerts/:id/acknowledge', {
    access: 'notifications.alert.manage',
    summary: 'Say that one looks after it: reminders and escalation stop',
    params: byId,
    response: alert,
  }),
  keptQuiet: route('GET /kept-quiet', {
    access: 'notifications.alert.read',
    summary: 'What was not told, and why, newest first',
    query: z.object({ ...paging, systemId: id.optional() }),
    response: pageOf(keptQuiet),
  }),
};

export const escalationRoutes = {
  list: route('GET /escalation-policies', {
    access: 'notifications.escalation.read',
    summary: 'Escalation policies by name',
    response: z.object({ items: z.array(escalationPolicy) }),
  }),
  create: route('POST /escalation-policies', {
    access: 'notifications.escalation.manage',
    summary: 'Add an escalation policy',
    body: z.strictObject(escalationFields),
    response: escalationPolicy,
    status: 201,
  }),
  update: route('PATCH /escalation-policies/:id', {
    access: 'notifications.escalation.manage',
    summary: 'Change an escalation policy; alerts that go by it begin its steps anew',
    params: byId,
    body: partialOf(escalationFields),
    response: escalationPolicy,
  }),
  remove: route('DELETE /escalation-policies/:id', {
    access: 'notifications.escalation.manage',
    summary: 'Delete an escalation policy',
    params: byId,
  }),
};

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
