import * as z from 'zod';
import { actor } from './audit.js';
import { partialOf } from './catalog.js';
import { byId, id, instant, markdown, named, pageOf, paging, stateNow, version } from './fields.js';
import { audience, incidentUpdate, updateRevision } from './incidents.js';
import { subject } from './results.js';
import { route } from './route.js';

/** It begins and completes by the clock; it is cancelled before it begins, and ended early after. */
export const maintenanceStatuses = ['scheduled', 'in-progress', 'completed', 'cancelled'] as const;
export const maintenanceStatus = z.enum(maintenanceStatuses);
export type MaintenanceStatus = z.infer<typeof maintenanceStatus>;

const title = z.string().trim().min(1, 'Give it a title.').max(200);
/** The longest reminder is four weeks before. */
const reminderMinutes = z
  .array(z.int().min(1).max(40_320))
  .max(5)
  .refine((minutes) => new Set(minutes).size === minutes.length, 'Name each reminder once.');

const maintenanceFields = {
  title,
  description: markdown.default(''),
  from: instant,
  to: instant,
  systemIds: z.array(id).max(500).default([]),
  /** Those that are in these groups while it is in progress, too. */
  groupIds: z.array(id).max(100).default([]),
  /** While it is in progress, its systems alert nobody anew. */
  suppressNotifications: z.boolean().default(true),
  /** Its time is left out of availability where that is asked for without maintenance. */
  excludeFromAvailability: z.boolean().default(true),
  /** So many minutes before it begins. */
  reminderMinutes: reminderMinutes.default([]),
};

const recurrenceFields = {
  /** RRULE of RFC 5545, without its name: `FREQ=WEEKLY;BYDAY=SU`. Once a day at most. */
  rule: z.string().trim().min(1).max(500),
  /** IANA name. The time of day is that of the first one there, also when clocks are changed. */
  timeZone: z.string().trim().min(1).max(60),
};

const seriesFields = { ...maintenanceFields, ...recurrenceFields };

const about = {
  id,
  title: z.string(),
  description: z.string(),
  from: instant,
  to: instant,
  systems: z.array(named),
  groups: z.array(named),
  suppressNotifications: z.boolean(),
  excludeFromAvailability: z.boolean(),
  reminderMinutes: z.array(z.int()),
  createdBy: actor,
  createdAt: instant,
  updatedAt: instant,
  version,
};

export const maintenanceSummary = z.object({
  ...about,
  status: maintenanceStatus,
  /** When it came to be so: as planned, or earlier. */
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  series: z
    .object({
      id,
      /** When the rule had it begin. */
      occurrence: instant,
      /** Somebody changed this one alone: it does not follow the series any more. */
      changedAlone: z.boolean(),
    })
    .nullable(),
});
export type MaintenanceSummary = z.infer<typeof maintenanceSummary>;

export const maintenance = maintenanceSummary.extend({
  /** Named or in a named group: now, or while it was in progress. */
  affected: z.array(z.object({ system: named, state: stateNow })),
});
export type Maintenance = z.infer<typeof maintenance>;

export const maintenanceSeries = z.object({
  ...about,
  ...recurrenceFields,
  /** Those ahead that exist already, the next ones first; more follow in time. */
  next: z.array(z.object({ id, from: instant, to: instant, changedAlone: z.boolean() })),
  /** null: it goes on as the rule says. */
  endedAt: instant.nullable(),
});
export type MaintenanceSeries = z.infer<typeof maintenanceSeries>;

/** A time in which the subject was in maintenance. */
export const maintenanceSpan = z.object({
  maintenance: z.object({ id, title: z.string() }),
  from: instant,
  /** null: it still is. */
  to: instant.nullable(),
  excludeFromAvailability: z.boolean(),
});
export type MaintenanceSpan = z.infer<typeof maintenanceSpan>;

const updateFields = { body: markdown.min(1, 'Write something.'), audience: audience.default('signed-in') };
const byUpdate = z.object({ id, updateId: id });

const read = 'maintenance.maintenance.read';
const manage = 'maintenance.maintenance.manage';

export const maintenanceRoutes = {
  list: route('GET /maintenances', {
    access: read,
    summary: 'Maintenances by their begin; of those that are past the last first',
    query: z.object({
      ...paging,
      phase: z.enum(['upcoming', 'current', 'past']).optional(),
      systemId: id.optional(),
      seriesId: id.optional(),
      /** In title and description. */
      search: z.string().max(120).optional(),
      /** Those that last, or are to last, at some time of this span. */
      from: instant.optional(),
      to: instant.optional(),
    }),
    response: pageOf(maintenanceSummary),
  }),
  create: route('POST /maintenances', {
    access: manage,
    summary: 'Plan a maintenance; one that lies in the past is noted as completed',
    body: z.strictObject(maintenanceFields),
    response: maintenance,
    status: 201,
  }),
  read: route('GET /maintenances/:id', {
    access: read,
    summary: 'One maintenance',
    params: byId,
    response: maintenance,
  }),
  update: route('PATCH /maintenances/:id', {
    access: manage,
    summary: 'Change a maintenance: all of it before it begins, its end while it is in progress, its words after',
    params: byId,
    body: partialOf(maintenanceFields),
    response: maintenance,
  }),
  end: route('POST /maintenances/:id/end', {
    access: manage,
    summary: 'End a maintenance that is in progress, now',
    params: byId,
    response: maintenance,
  }),
  cancel: route('POST /maintenances/:id/cancel', {
    access: manage,
    summary: 'Cancel a maintenance before it begins; of a series, this one alone',
    params: byId,
    response: maintenance,
  }),
  remove: route('DELETE /maintenances/:id', {
    access: manage,
    summary: 'Delete a maintenance that never began and belongs to no series',
    params: byId,
  }),
  updates: route('GET /maintenances/:id/updates', {
    access: read,
    summary: 'The updates that you may read, newest first',
    params: byId,
    query: z.object(paging),
    response: pageOf(incidentUpdate),
  }),
  post: route('POST /maintenances/:id/updates', {
    access: manage,
    summary: 'Post an update',
    params: byId,
    body: z.strictObject(updateFields),
    response: incidentUpdate,
    status: 201,
  }),
  edit: route('PATCH /maintenances/:id/updates/:updateId', {
    access: manage,
    summary: 'Change an update; what it said is kept',
    params: byUpdate,
    body: partialOf(updateFields),
    response: incidentUpdate,
  }),
  withdraw: route('DELETE /maintenances/:id/updates/:updateId', {
    access: manage,
    summary: 'Delete an update; that there was one is kept',
    params: byUpdate,
  }),
  revisions: route('GET /maintenances/:id/updates/:updateId/revisions', {
    access: manage,
    summary: 'What an update said, newest first',
    params: byUpdate,
    response: z.object({ items: z.array(updateRevision) }),
  }),
  spans: route('GET /maintenance-spans', {
    access: read,
    summary: 'When a system, a slice, or all systems of a check were in maintenance, the first first',
    query: z.object({ ...subject, from: instant, to: instant }),
    response: z.object({ items: z.array(maintenanceSpan) }),
  }),
};

export const maintenanceSeriesRoutes = {
  list: route('GET /maintenance-series', {
    access: read,
    summary: 'Maintenances that recur, by title',
    query: z.object(paging),
    response: pageOf(maintenanceSeries),
  }),
  create: route('POST /maintenance-series', {
    access: manage,
    summary: 'Plan a maintenance that recurs; `from` and `to` are those of the first one',
    body: z.strictObject(seriesFields),
    response: maintenanceSeries,
    status: 201,
  }),
  read: route('GET /maintenance-series/:id', {
    access: read,
    summary: 'One maintenance that recurs',
    params: byId,
    response: maintenanceSeries,
  }),
  update: route('PATCH /maintenance-series/:id', {
    access: manage,
    summary: 'Change all that are still to begin, except those that were changed alone',
    params: byId,
    body: partialOf(seriesFields),
    response: maintenanceSeries,
  }),
  end: route('POST /maintenance-series/:id/end', {
    access: manage,
    summary: 'Let it recur no more: what is still to begin is cancelled',
    params: byId,
    response: maintenanceSeries,
  }),
  preview: route('GET /recurrences', {
    access: manage,
    summary: 'The next dates of a rule, before it is saved',
    query: z.object({
      ...recurrenceFields,
      from: instant,
      to: instant,
      count: z.coerce.number().int().min(1).max(50).default(5),
    }),
    response: z.object({ items: z.array(z.object({ from: instant, to: instant })) }),
  }),
};
