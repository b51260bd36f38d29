// Two people change one incident: what one of them leaves alone is taken from the other, the rest is asked.
import type { Incident, RouteInput, routes } from '@checkstack/api';
import { impactWords, severityWords, statusWords } from './incident-words.js';

/** What an edit sends. */
export type IncidentFields = RouteInput<typeof routes.incidents.update>['body'];
export type FieldName = keyof IncidentFields;

/** A field that both changed, differently. */
export interface Conflict {
  field: FieldName;
  label: string;
  theirs: string;
  mine: string;
  /** It can be put together by hand. */
  isText: boolean;
}

const labels: Record<FieldName, string> = {
  title: 'Title',
  description: 'Description',
  status: 'Status',
  severity: 'Severity',
  systems: 'Affected systems',
  links: 'Links',
  suppressNotifications: 'Notifications',
  leadId: 'Lead',
  responderIds: 'Responders',
  relatedIds: 'Related incidents',
  postMortem: 'Post-mortem',
  actionItems: 'Action items',
};
const texts: readonly FieldName[] = ['title', 'description', 'postMortem'];

/** An incident as an edit would send it. */
export function fieldsOf(incident: Incident): Required<IncidentFields> {
  const { title, description, status, severity, links, suppressNotifications, postMortem } = incident;
  return {
    title,
    description,
    status,
    severity,
    systems: incident.systems.map(({ system, impact }) => ({ systemId: system.id, impact })),
    links,
    suppressNotifications,
    leadId: incident.lead?.id ?? null,
    responderIds: incident.responders.map(({ id }) => id),
    relatedIds: incident.related.map(({ id }) => id),
    postMortem,
    actionItems: incident.actionItems.map(({ owner: _, ...item }) => item),
  };
}

/** The fields of an edit that are not what they were. */
export function changedFields(before: Incident, given: IncidentFields): IncidentFields {
  const known = fieldsOf(before);
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => !isSame(known[name as FieldName], value)));
}

/** `base` is what was edited, `mine` what was made of it, `theirs` what it is by now. */
export function conflictsBetween(
  base: Incident,
  theirs: Incident,
  mine: IncidentFields,
  nameOf: (id: string) => string,
): Conflict[] {
  const [before, now] = [fieldsOf(base), fieldsOf(theirs)];
  const names = namesIn(base, theirs);
  const named = (id: string): string => names.get(id) ?? nameOf(id);
  return (Object.keys(mine) as FieldName[])
    .filter((field) => !isSame(before[field], now[field]) && !isSame(now[field], mine[field]))
    .map((field) => ({
      field,
      label: labels[field],
      theirs: valueWords(field, now, named),
      mine: valueWords(field, mine, named),
      isText: texts.includes(field),
    }));
}

function valueWords(field: FieldName, fields: IncidentFields, named: (id: string) => string): string {
  const none = (words: readonly string[]): string => (words.length > 0 ? words.join('\n') : 'None');
  switch (field) {
    case 'status':
      return fields.status ? statusWords[fields.status] : '';
    case 'severity':
      return fields.severity ? severityWords[fields.severity] : '';
    case 'systems':
      return none((fields.systems ?? []).map(({ systemId, impact }) => `${named(systemId)}: ${impactWords[impact]}`));
    case 'links':
      return none((fields.links ?? []).map(({ label, url }) => `${label}: ${url}`));
    case 'suppressNotifications':
      return fields.suppressNotifications ? 'Suppressed' : 'Sent';
    case 'leadId':
      return fields.leadId ? named(fields.leadId) : 'None';
    case 'responderIds':
    case 'relatedIds':
      return none((fields[field] ?? []).map(named));
    case 'actionItems':
      return none((fields.actionItems ?? []).map(({ done, text }) => `${done ? '☑' : '☐'} ${text}`));
    default:
      return String(fields[field] ?? '');
  }
}

function namesIn(...incidents: Incident[]): Map<string, string> {
  return new Map(
    incidents.flatMap(({ systems, lead, responders, related }) => [
      ...systems.map(({ system }): [string, string] => [system.id, system.name]),
      ...[...(lead ? [lead] : []), ...responders].map(({ id, name }): [string, string] => [id, name]),
      ...related.map(({ id, title }): [string, string] => [id, title]),
    ]),
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(canonical(one)) === JSON.stringify(canonical(other));
}

/** Objects with their fields in one order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, canonical(inner)]),
  );
}
