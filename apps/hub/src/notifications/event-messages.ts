// What people read of incidents, maintenance, satellites and the platform; all of it comes from the event.
import { escapeMarkdown } from '@checkstack/plugin-sdk';
import { importance as importanceField, type AccessRule, type Family, type Importance } from '@checkstack/api';
import * as z from 'zod';
import type { OutboxEvent } from '../outbox/outbox.service.js';
import { ruleOfFamily, type Telling } from './telling.js';
import { timeWords } from './words.js';

const names = z.array(z.object({ id: z.string(), name: z.string() })).default([]);
const text = z.string().nullish();

const incident = z.object({
  what: z.string(),
  title: z.string(),
  status: z.string().optional(),
  severity: z.string().optional(),
  systems: names,
  description: z.string().default(''),
  by: z.object({ name: z.string() }).nullish(),
  update: z.object({ body: z.string() }).nullish(),
  audience: z.string().nullish(),
});
const maintenance = z.object({
  what: z.string(),
  title: z.string(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  systems: names,
  description: z.string().default(''),
  update: z.object({ body: z.string() }).nullish(),
  audience: z.string().nullish(),
});
const satellite = z.object({ what: z.string(), name: z.string(), location: text });
const platform = z.object({
  what: z.string(),
  title: z.string(),
  text,
  importance: importanceField.default('warning'),
});

/** Who may read what is not for everybody who signs in. */
const internalRules: Partial<Record<Family, AccessRule>> = {
  incident: 'incidents.incident.manage',
  maintenance: 'maintenance.maintenance.manage',
};

const incidentImportance: Record<string, Importance> = { minor: 'warning', major: 'critical', critical: 'critical' };
const incidentTitles: Record<string, (title: string, status: string) => string> = {
  opened: (title) => `Incident: ${title}`,
  status: (title, status) => `Incident ${status}: ${title}`,
  updated: (title) => `Incident update: ${title}`,
  resolved: (title) => `Incident resolved: ${title}`,
  reopened: (title) => `Incident reopened: ${title}`,
  acknowledged: (title) => `Incident acknowledged: ${title}`,
  changed: (title) => `Incident changed: ${title}`,
};
const maintenanceTitles: Record<string, string> = {
  scheduled: 'Maintenance planned',
  reminder: 'Maintenance begins soon',
  started: 'Maintenance has begun',
  completed: 'Maintenance is over',
  cancelled: 'Maintenance is cancelled',
  changed: 'Maintenance changed',
  updated: 'Maintenance update',
};

/** null: nobody is told of it. */
export function eventTelling(event: OutboxEvent): Telling | null {
  switch (event.type) {
    case 'incident':
      return incidentTelling(event);
    case 'maintenance':
      return maintenanceTelling(event);
    case 'satellite':
      return satelliteTelling(event);
    case 'platform':
      return platformTelling(event);
    default:
      return null;
  }
}

function incidentTelling(event: OutboxEvent): Telling | null {
  const { data } = incident.safeParse(event.payload);
  const title = data && incidentTitles[data.what]?.(data.title, data.status ?? '');
  if (!data || title === undefined) return null;
  const grave = incidentImportance[data.severity ?? ''] ?? 'warning';
  const isNews = data.what === 'opened' || data.what === 'reopened';
  return telling(event, {
    family: 'incident',
    what: data.what,
    title,
    body: data.update?.body ?? (isNews ? data.description : ''),
    importance: isNews ? grave : 'info',
    // Who hears of the incident at all hears how it goes on.
    subscribedAt: grave,
    fields: [
      ...(data.severity === undefined ? [] : [{ label: 'Severity', value: data.severity }]),
      ...(data.status === undefined ? [] : [{ label: 'Status', value: data.status }]),
      ...(data.by ? [{ label: 'By', value: data.by.name }] : []),
    ],
    subject: { name: data.title, url: `/incidents/${event.subjectId}`, open: 'Open the incident' },
    systems: data.systems,
    ...(data.audience === 'internal' && { isInternal: true }),
  });
}

function maintenanceTelling(event: OutboxEvent): Telling | null {
  const { data } = maintenance.safeParse(event.payload);
  const words = data && maintenanceTitles[data.what];
  if (!data || words === undefined) return null;
  const times = [data.from, data.to].map((at) => (at === undefined ? null : timeWords(new Date(at))));
  return telling(event, {
    family: 'maintenance',
    what: data.what,
    title: `${words}: ${data.title}`,
    body: data.update?.body ?? (data.what === 'scheduled' ? data.description : ''),
    importance: 'info',
    fields: [
      ...(times[0] ? [{ label: 'From', value: times[0] }] : []),
      ...(times[1] ? [{ label: 'Until', value: times[1] }] : []),
    ],
    subject: { name: data.title, url: `/maintenance/${event.subjectId}`, open: 'Open the maintenance' },
    systems: data.systems,
    ...(data.audience === 'internal' && { isInternal: true }),
  });
}

function satelliteTelling(event: OutboxEvent): Telling | null {
  const { data } = satellite.safeParse(event.payload);
  if (!data) return null;
  const isGone = data.what === 'offline';
  return telling(event, {
    family: 'satellite',
    what: data.what,
    title: isGone ? `Satellite ${data.name} is offline` : `Satellite ${data.name} is online again`,
    body: isGone ? 'What only it can see is unknown until it is back. It keeps its results and brings them along.' : '',
    importance: isGone ? 'warning' : 'info',
    subscribedAt: 'warning',
    fields: data.location ? [{ label: 'Location', value: data.location }] : [],
    subject: { name: data.name, url: `/satellites/${event.subjectId}`, open: 'Open the satellite' },
    systems: [],
  });
}

function platformTelling(event: OutboxEvent): Telling | null {
  const { data } = platform.safeParse(event.payload);
  if (!data) return null;
  return telling(event, {
    family: 'platform',
    what: data.what,
    title: data.title,
    body: data.text ? escapeMarkdown(data.text) : '',
    importance: data.importance,
    fields: [],
    subject: null,
    systems: [],
  });
}

function telling(
  event: OutboxEvent,
  given: {
    family: Family;
    what: string;
    title: string;
    body: string;
    importance: Importance;
    subscribedAt?: Importance;
    fields: { label: string; value: string }[];
    subject: { name: string; url: string; open: string } | null;
    systems: { id: string; name: string }[];
    isInternal?: boolean;
  },
): Telling {
  const { family, what, title, body, importance, subscribedAt = importance, fields, subject, systems } = given;
  const { subjectKind: kind, subjectId: id } = event;
  return {
    message: {
      family,
      importance,
      event: { type: event.type, what },
      title,
      body,
      fields,
      subjects: [
        ...(subject ? [{ kind, id, name: subject.name, url: subject.url }] : []),
        ...systems.map(({ id, name }) => ({ kind: 'system', id, name, url: `/systems/${id}` })),
      ],
      action: subject && { label: subject.open, url: subject.url },
      at: event.at.toISOString(),
      collapseKey: `${kind}:${id}`,
    },
    subject: { kind, id },
    payload: event.payload,
    systemIds: systems.map((system) => system.id),
    subscribedAt,
    alertIds: [],
    listed: [],
    alertId: null,
    passesAs: importance,
    rule: (given.isInternal ? internalRules[family] : undefined) ?? ruleOfFamily[family],
    ...(given.isInternal && { isInternal: true }),
  };
}
