import { allows, type AccessRule } from '@checkstack/api';

/** Who does something: put on the request by the access guard, kept in the audit log. */
export interface Actor {
  kind: 'user' | 'api-key' | 'system';
  /** null: the hub itself, or nobody yet. */
  id: string | null;
  name: string;
  rules: readonly AccessRule[];
  /** Where the request came from. */
  address: string | null;
  /** The browser session, for a user. */
  sessionId?: string;
}

/** The hub acting by itself. */
export const hubActor: Actor = { kind: 'system', id: null, name: 'Checkstack', rules: [], address: null };

export function may(actor: Actor, rule: AccessRule): boolean {
  return allows(actor.rules, rule);
}
