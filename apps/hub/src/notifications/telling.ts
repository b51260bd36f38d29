// Something that is told, and to whom.
import { importances, type AccessRule, type Family, type Importance } from '@checkstack/api';
import type { MessageContent } from '../delivery/deliveries.service.js';

/** Why somebody is told; `team` of a user who is reached through one. */
export interface Why {
  kind: 'everything' | 'system' | 'group' | 'tag' | 'escalation';
  name: string | null;
  team?: string | null;
}

export interface Principal {
  kind: 'user' | 'team';
  id: string;
}

export interface Telling {
  /** Addresses in it are paths of the console. Its collapse key is that of the inbox too. */
  message: MessageContent & { family: Family };
  /** What integrations get besides. */
  payload: Record<string, unknown>;
  subject: { kind: string; id: string };
  systemIds: string[];
  /** Who subscribed at least at this importance; null: nobody beside the others. */
  subscribedAt: Importance | null;
  /** Who was told of these alerts before, in this family. */
  alertIds: string[];
  /** These too. */
  listed: (Principal & { why: Why })[];
  /** The alert whose recipients are remembered, for what becomes of it. */
  alertId: string | null;
  /** How it is judged in quiet hours: what ends is as urgent as what began. */
  passesAs: Importance;
  /** Who may read it. */
  rule: AccessRule;
  /** For the inbox and people's own destinations only, not for where others may look on. */
  isInternal?: boolean;
}

/** What was told of one thing in a row, as one message: the last, with what came before it. */
export interface Collapsed extends Telling {
  entries: { at: string; title: string; importance: Importance }[];
}

/** One for each collapse key, in their order. */
export function collapse(tellings: readonly Telling[]): Collapsed[] {
  const byKey = new Map<string, Collapsed>();
  for (const telling of tellings) {
    const { at, title, importance, collapseKey } = telling.message;
    const before = byKey.get(collapseKey);
    const entries = [{ at, title, importance }, ...(before?.entries ?? [])];
    byKey.delete(collapseKey);
    byKey.set(collapseKey, before ? { ...together(before, telling), entries } : { ...telling, entries });
  }
  return [...byKey.values()];
}

function together(before: Telling, after: Telling): Telling {
  return {
    ...after,
    systemIds: [...new Set([...before.systemIds, ...after.systemIds])],
    subscribedAt: worse(before.subscribedAt, after.subscribedAt),
    alertIds: [...new Set([...before.alertIds, ...after.alertIds])],
    listed: [...before.listed, ...after.listed],
    passesAs: worse(before.passesAs, after.passesAs) ?? after.passesAs,
  };
}

function worse(one: Importance | null, other: Importance | null): Importance | null {
  if (one === null || other === null) return one ?? other;
  return importances.indexOf(one) > importances.indexOf(other) ? one : other;
}

/** Who may read of what. */
export const ruleOfFamily: Record<Family, AccessRule> = {
  state: 'catalog.system.read',
  dependency: 'catalog.system.read',
  slo: 'catalog.system.read',
  incident: 'incidents.incident.read',
  maintenance: 'maintenance.maintenance.read',
  satellite: 'satellites.satellite.read',
  platform: 'satellites.satellite.read',
};
