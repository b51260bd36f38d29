import * as z from 'zod';
import { actor } from './audit.js';
import { link, partialOf } from './catalog.js';
import { byId, id, instant, markdown, named, pageOf, paging, state, stateNow, version } from './fields.js';
import { route } from './route.js';

/** In the order in which they usually follow each other; any may follow any. */
export const incidentStatuses = ['investigating', 'identified', 'fixing', 'monitoring', 'resolved'] as const;
export const incidentStatus = z.enum(incidentStatuses);
export type IncidentStatus = z.infer<typeof incidentStatus>;

/** Least first. */
export const incidentSeverities = ['minor', 'major', 'critical'] as const;
export const incidentSeverity = z.enum(incidentSeverities);
export type IncidentSeverity = z.infer<typeof incidentSeverity>;

/** What an incident does to one of its systems, least first. */
export const incidentImpacts = ['degraded', 'partial-outage', 'outage'] as const;
export const incidentImpact = z.enum(incidentImpacts);
export type IncidentImpact = z.infer<typeof incidentImpact>;

/** Who may read an update: everyone, who is signed in, or who manages incidents. */
export const audiences = ['public', 'signed-in', 'internal'] as const;
export const audience = z.enum(audiences);
export type Audience = z.infer<typeof audience>;

const actionItem = z.strictObject({
  /** Given by whoever adds it, so that two lists can be told apart item by item. */
  id,
  text: z.string().trim().min(1, 'Say what is to be done.').max(500),
  done: z.boolean().default(false),
  ownerId: id.nullable().default(null),
  dueOn: z.iso.date().nullable().default(null),
});

function once<Item>(keyOf: (item: Item) => string): (items: Item[]) => boolean {
  return (items) => new Set(items.map(keyOf)).size === items.length;
}

const title = z.string().trim().min(1, 'Give it a title.').max(200);
const incidentFields = {
  title,
  description: markdown.default(''),
  status: incidentStatus.default('investigating'),
  severity: incidentSeverity.default('minor'),
  systems: z
    .array(z.strictObject({ systemId: id, impact: incidentImpact }))
    .max(200)
    .refine(
      once<{ systemId: string }>(({ systemId }) => systemId),
      'Name each system once.',
    )
    .default([]),
  links: z.array(link).max(50).default([]),
  /** While it is open, its systems alert nobody anew. */
  suppressNotifications: z.boolean().default(false),
  leadId: id.nullable().default(null),
  responderIds: z.array(id).max(50).default([]),
  /** Other incidents; they name this one too. */
  relatedIds: z.array(id).max(500).default([]),
  postMortem: markdown.default(''),
  actionItems: z
    .array(actionItem)
    .max(100)
    .refine(
      once<{ id: string }>((item) => item.id),
      'Each item needs an id of its own.',
    )
    .default([]),
};

const affectedSystem = z.object({
  /** As it was called last, where it was deleted. */
  system: named,
  impact: incidentImpact,
  /** null: the system was deleted. */
  state: stateNow.nullable(),
});

const summary = {
  id,
  title: z.string(),
  status: incidentStatus,
  severity: incidentSeverity,
  systems: z.array(affectedSystem),
  suppressNotifications: z.boolean(),
  lead: named.nullable(),
  openedAt: instant,
  acknowledgedAt: instant.nullable(),
  /** null: it is open. */
  resolvedAt: instant.nullable(),
  version,
};
export const incidentSummary = z.object(summary);
export type IncidentSummary = z.infer<typeof incidentSummary>;

export const incident = z.object({
  ...summary,
  description: z.string(),
  links: z.array(link),
  responders: z.array(named),
  related: z.array(z.object({ id, title: z.string(), status: incidentStatus })),
  postMortem: z.string(),
  actionItems: z.array(actionItem.extend({ owner: named.nullable() })),
  openedBy: actor,
  acknowledgedBy: actor.nullable(),
  /** From its opening. */
  secondsToAcknowledge: z.number().nullable(),
  secondsToResolve: z.number().nullable(),
  updatedAt: instant,
});
export type Incident = z.infer<typeof incident>;

const updateFields = {
  body: markdown.min(1, 'Write something.'),
  audience: audience.default('signed-in'),
};

export const incidentUpdate = z.object({
  id,
  author: actor,
  audience,
  /** Markdown; null: it was deleted. */
  body: z.string().nullable(),
  postedAt: instant,
  editedAt: instant.nullable(),
  deletedAt: instant.nullable(),
  deletedBy: actor.nullable(),
  version,
});
export type IncidentUpdate = z.infer<typeof incidentUpdate>;

/** What an update said before an edit. */
export const updateRevision = z.object({
  version,
  body: z.string(),
  audience,
  /** When, and by whom, it was written so. */
  at: instant,
  by: actor,
});
export type UpdateRevision = z.infer<typeof updateRevision>;

const entry = { id: z.string(), at: instant };
const act = { ...entry, by: actor };

export const timelineEntry = z.discriminatedUnion('kind', [
  z.object({ ...entry, kind: z.literal('update'), update: incidentUpdate }),
  z.object({ ...act, kind: z.literal('opened') }),
  z.object({ ...act, kind: z.literal('acknowledged') }),
  z.object({ ...act, kind: z.literal('status'), from: incidentStatus, to: incidentStatus }),
  z.object({ ...act, kind: z.literal('severity'), from: incidentSeverity, to: incidentSeverity }),
  /** Fields that have no kind of their own, by name. */
  z.object({ ...act, kind: z.literal('edited'), fields: z.array(z.string()) }),
  /** An affected system turned. It may have been before the incident was opened: then it was not healthy by then. */
  z.object({ ...entry, kind: z.literal('state'), system: named, state, reason: z.string().nullable() }),
  /** What was sent about it. */
  z.object({
    ...entry,
    kind: z.literal('notification'),
    title: z.string(),
    /** Users who got it into their inbox. */
    people: z.int(),
    deliveries: z.array(
      z.object({ channel: z.string(), recipient: z.string(), status: z.enum(['waiting', 'sent', 'failed']) }),
    ),
  }),
]);
export type TimelineEntry = z.infer<typeof timelineEntry>;

const seconds = z.object({ count: z.int(), median: z.number().nullable(), p90: z.number().nullable() });
const response = {
  opened: z.int(),
  open: z.int(),
  secondsToAcknowledge: seconds,
  secondsToResolve: seconds,
};
export const incidentReport = z.object({
  ...response,
  severities: z.array(z.object({ severity: incidentSeverity, ...response })),
});
export type IncidentReport = z.infer<typeof incidentReport>;

export const incidentDraft = z.object({
  title: z.string(),
  description: z.string(),
  severity: incidentSeverity,
  /** The system first, then those that inherit from it and those that it inherits from. */
  systems: z.array(z.object({ system: named, impact: incidentImpact, state: stateNow })),
  /** That affect one of these systems: it may be one of them. */
  open: z.array(incidentSummary),
});
export type IncidentDraft = z.infer<typeof incidentDraft>;

const byUpdate = z.object({ id, updateId: id });

export const incidentRoutes = {
  list: route('GET /incidents', {
    access: 'incidents.incident.read',
    summary: 'Incidents, last opened first, filtered',
    query: z.object({
      ...paging,
      status: incidentStatus.optional(),
      severity: incidentSeverity.optional(),
      systemId: id.optional(),
      /** In title, description and the updates that you may read. */
      search: z.string().max(120).optional(),
      open: z.enum(['true', 'false']).optional(),
      /** Those that lasted at some time of this span. */
      from: instant.optional(),
      to: instant.optional(),
    }),
    response: pageOf(incidentSummary),
  }),
  report: route('GET /incidents/report', {
    access: 'incidents.incident.read',
    summary: 'How many incidents were opened in a span, and how long people took',
    query: z.object({ from: instant.optional(), to: instant.optional() }),
    response: incidentReport,
  }),
  draft: route('GET /incidents/draft', {
    access: 'incidents.incident.manage',
    summary: 'What is known of a failing system, as the fields of an incident; opens none',
    query: z.object({ systemId: id }),
    response: incidentDraft,
  }),
  create: route('POST /incidents', {
    access: 'incidents.incident.manage',
    summary: 'Open an incident',
    body: z.strictObject(incidentFields),
    response: incident,
    status: 201,
  }),
  change: route('POST /incidents/change', {
    access: 'incidents.incident.manage',
    summary: 'Change several incidents at once: their status or severity, or link them to each other',
    body: z.strictObject({
      ids: z.array(id).min(1).max(100),
      status: incidentStatus.optional(),
      severity: incidentSeverity.optional(),
      relate: z.boolean().default(false),
    }),
    response: z.object({ items: z.array(incidentSummary) }),
  }),
  read: route('GET /incidents/:id', {
    access: 'incidents.incident.read',
    summary: 'One incident',
    params: byId,
    response: incident,
  }),
  update: route('PATCH /incidents/:id', {
    access: 'incidents.incident.manage',
    summary: 'Change an incident',
    params: byId,
    body: partialOf(incidentFields),
    response: incident,
  }),
  remove: route('DELETE /incidents/:id', {
    access: 'incidents.incident.manage',
    summary: 'Delete an incident, its updates and its timeline',
    params: byId,
  }),
  acknowledge: route('POST /incidents/:id/acknowledge', {
    access: 'incidents.incident.manage',
    summary: 'Say that somebody is on it; the first to say so counts',
    params: byId,
    response: incident,
  }),
  timeline: route('GET /incidents/:id/timeline', {
    access: 'incidents.incident.read',
    summary: 'What happened, newest first: updates, changes, states of the affected systems, notifications',
    params: byId,
    query: z.object(paging),
    response: pageOf(timelineEntry),
  }),
  post: route('POST /incidents/:id/updates', {
    access: 'incidents.incident.manage',
    summary: 'Post an update, and set the status with it',
    params: byId,
    body: z.strictObject({ ...updateFields, status: incidentStatus.optional() }),
    response: incidentUpdate,
    status: 201,
  }),
  edit: route('PATCH /incidents/:id/updates/:updateId', {
    access: 'incidents.incident.manage',
    summary: 'Change an update; what it said is kept',
    params: byUpdate,
    body: partialOf(updateFields),
    response: incidentUpdate,
  }),
  withdraw: route('DELETE /incidents/:id/updates/:updateId', {
    access: 'incidents.incident.manage',
    summary: 'Delete an update; that there was one is kept',
    params: byUpdate,
  }),
  revisions: route('GET /incidents/:id/updates/:updateId/revisions', {
    access: 'incidents.incident.manage',
    summary: 'What an update said, newest first',
    params: byUpdate,
    response: z.object({ items: z.array(updateRevision) }),
  }),
};
