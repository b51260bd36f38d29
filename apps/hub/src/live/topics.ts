import type { AccessRule, LiveMessage } from '@checkstack/api';
import { may, type Actor } from '../actor.js';

type Changed = Extract<LiveMessage, { type: 'changed' }>;

const ruleOfTopic: Record<string, AccessRule | 'signed-in'> = {
  states: 'checks.check.read',
  satellites: 'satellites.satellite.read',
  // Each message is judged by the thing it is about.
  catalog: 'signed-in',
  // Each hears of their own only.
  notifications: 'signed-in',
  check: 'checks.check.read',
  system: 'checks.check.read',
  'test-run': 'checks.check.manage',
};

const ruleOfThing: Record<Changed['thing'], AccessRule | 'signed-in'> = {
  system: 'catalog.system.read',
  group: 'catalog.group.read',
  environment: 'catalog.environment.read',
  dependency: 'catalog.system.read',
  check: 'checks.check.read',
  assignment: 'checks.check.read',
  location: 'satellites.location.read',
  satellite: 'satellites.satellite.read',
  user: 'access.user.read',
  'api-key': 'access.api-key.read',
  team: 'access.team.read',
  subscription: 'access.team.read',
  maintenance: 'maintenance.maintenance.read',
  'maintenance-series': 'maintenance.maintenance.read',
  // Who is told of one may not be who manages them.
  announcement: 'signed-in',
  'escalation-policy': 'notifications.escalation.read',
  alert: 'notifications.alert.read',
  incident: 'incidents.incident.read',
  channel: 'notifications.channel.read',
  // Each reads their own.
  destination: 'signed-in',
  integration: 'notifications.integration.read',
  delivery: 'notifications.delivery.read',
};

/** `check:<id>` → `check` and the id; the others have none. */
export function partsOf(topic: string): { kind: string; id: string | undefined } {
  const [kind = '', id] = topic.split(':');
  return { kind, id };
}

export function mayHear(actor: Actor, topic: string): boolean {
  const rule = ruleOfTopic[partsOf(topic).kind];
  return rule !== undefined && (rule === 'signed-in' || may(actor, rule));
}

export function mayKnowOf(actor: Actor, thing: Changed['thing']): boolean {
  const rule = ruleOfThing[thing];
  return rule === 'signed-in' || may(actor, rule);
}
