import type { AuditEntry } from '@checkstack/api';
import { inWords } from '../schema-form/json-schema.js';

const verbs: Record<string, string> = {
  create: 'added',
  update: 'changed',
  delete: 'deleted',
  rotate: 'made a new token for',
  test: 'tested',
  revoke: 'signed out a browser of',
  'sign-in': 'signed in',
  'sign-out': 'signed out',
  'change-password': 'changed the password of',
};

const things: Record<string, string> = { 'api-key': 'API key' };

/** The kinds of things that entries are about. */
export const subjectKinds = [
  'system',
  'check',
  'assignment',
  'satellite',
  'location',
  'group',
  'environment',
  'dependency',
  'incident',
  'alert',
  'subscription',
  'escalation-policy',
  'user',
  'team',
  'api-key',
];

export function thingWords(kind: string): string {
  return things[kind] ?? inWords(kind).toLowerCase();
}

/** “changed check”, “signed in”: what stands between who and what. */
export function actionWords({ action, subject }: Pick<AuditEntry, 'action' | 'subject'>): string {
  const [thing = '', verb = ''] = action.split('.');
  const words = verbs[verb] ?? inWords(verb).toLowerCase();
  if (isOnOneself({ action })) return words;
  return thing === 'session' ? words : `${words} ${thingWords(subject.kind)}`;
}

/** Who did it is whom it is about: said once. */
export function isOnOneself({ action }: Pick<AuditEntry, 'action'>): boolean {
  return action === 'session.sign-in' || action === 'session.sign-out';
}

/** Where the thing is shown, if it has a screen and is still there to be found. */
export function linkOf({ action, subject: { kind, id } }: Pick<AuditEntry, 'action' | 'subject'>): string | undefined {
  const screens: Record<string, string> = {
    system: '/systems',
    check: '/checks',
    satellite: '/satellites',
    incident: '/incidents',
  };
  const screen = screens[kind];
  return screen && id && !action.endsWith('.delete') ? `${screen}/${id}` : undefined;
}

/** A value as people read it. */
export function valueWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (value === '') return 'empty';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
    return value.length === 0 ? 'none' : value.join(', ');
  return JSON.stringify(value, null, 2);
}

/** `config.auth.password` → “Config › Auth › Password” */
export function fieldWords(path: string): string {
  return path
    .split('.')
    .map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : inWords(part)))
    .join(' › ');
}
