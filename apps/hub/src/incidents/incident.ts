// What a change of an incident is, to the people who look back at it and to those who are told.
import type { ActorName, Audience, Incident, IncidentSeverity, IncidentStatus } from '@checkstack/api';
import type { Actor } from '../actor.js';
import type { NewEvent } from '../outbox/outbox.service.js';

/** An entry of the timeline that is nobody's text. */
export type Act =
  | { kind: 'opened' | 'acknowledged' }
  | { kind: 'status'; from: IncidentStatus; to: IncidentStatus }
  | { kind: 'severity'; from: IncidentSeverity; to: IncidentSeverity }
  | { kind: 'edited'; fields: string[] };

export type What = 'opened' | 'acknowledged' | 'status' | 'resolved' | 'reopened' | 'updated' | 'changed' | 'deleted';

/** The text that goes with an event. */
export interface Told {
  id: string;
  body: string;
  audience: Audience;
}

export function actorName({ kind, id, name }: Actor): ActorName {
  return { kind, id, name };
}

/** As people call them; those that the timeline tells with values of their own are not among them. */
const fieldNames: Partial<Record<keyof Incident, string>> = {
  title: 'title',
  description: 'description',
  systems: 'affected systems',
  links: 'links',
  suppressNotifications: 'notifications',
  lead: 'lead',
  responders: 'responders',
  related: 'related incidents',
  postMortem: 'post-mortem',
  actionItems: 'action items',
};

export function actsOf(before: Incident, after: Incident): Act[] {
  const acts: Act[] = [];
  const fields = (Object.keys(fieldNames) as (keyof Incident)[])
    .filter((field) => said(before, field) !== said(after, field))
    .map((field) => fieldNames[field] ?? field);
  if (fields.length > 0) acts.push({ kind: 'edited', fields });
  if (before.severity !== after.severity) acts.push({ kind: 'severity', from: before.severity, to: after.severity });
  if (before.status !== after.status) acts.push({ kind: 'status', from: before.status, to: after.status });
  return acts;
}

/** What others are to be told of a change; null: it concerns those who work on it only. */
export function whatOf(before: Incident, after: Incident): What | null {
  if (before.status !== after.status) {
    if (after.status === 'resolved') return 'resolved';
    return before.status === 'resolved' ? 'reopened' : 'status';
  }
  const told = (['title', 'severity', 'systems', 'suppressNotifications'] as const).some(
    (field) => said(before, field) !== said(after, field),
  );
  return told ? 'changed' : null;
}

export function eventOf(incident: Incident, what: What, by: ActorName, update: Told | null = null): NewEvent {
  const { id, title, description, status, severity, systems, suppressNotifications, lead, openedAt } = incident;
  return {
    type: 'incident',
    subject: { kind: 'incident', id },
    payload: {
      what,
      title,
      description,
      status,
      severity,
      systems: systems.map(({ system, impact }) => ({ ...system, impact })),
      suppressNotifications,
      lead,
      openedAt,
      by,
      // Who may read the event as a whole.
      audience: update?.audience ?? 'signed-in',
      update,
    },
  };
}

/**
 * What is told of a text and of the change that came with it: one thing, unless not everybody who may know of the
 * change may read the text.
 */
export function eventsOfPost(incident: Incident, what: What | null, by: ActorName, update: Told): NewEvent[] {
  if (what === null) return [eventOf(incident, 'updated', by, update)];
  if (update.audience !== 'internal') return [eventOf(incident, what, by, update)];
  return [eventOf(incident, what, by), eventOf(incident, 'updated', by, update)];
}

/** As the audit log tells it. */
export function shown(incident: Incident): object {
  const { title, description, status, severity, links, suppressNotifications, postMortem } = incident;
  return {
    title,
    description,
    status,
    severity,
    systems: incident.systems.map(({ system, impact }) => `${system.name}: ${impact}`),
    links,
    suppressNotifications,
    lead: incident.lead?.name ?? null,
    responders: incident.responders.map(({ name }) => name),
    related: incident.related.map((related) => related.title),
    postMortem,
    actionItems: incident.actionItems.map(({ text, done, owner, dueOn }) =>
      [done ? '☑' : '☐', text, ...(owner ? [`(${owner.name})`] : []), ...(dueOn === null ? [] : [`by ${dueOn}`])].join(
        ' ',
      ),
    ),
  };
}

/** A field without what changes by itself: the states of systems, the names and titles of others. */
function said(incident: Incident, field: keyof Incident): string {
  if (field === 'systems') return JSON.stringify(incident.systems.map(({ system, impact }) => [system.id, impact]));
  if (field === 'related') return JSON.stringify(incident.related.map(({ id }) => id).toSorted());
  if (field === 'responders') return JSON.stringify(incident.responders.map(({ id }) => id).toSorted());
  return JSON.stringify(incident[field]);
}
