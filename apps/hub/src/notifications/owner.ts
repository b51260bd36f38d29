import type { Actor } from '../actor.js';
import { HubProblem } from '../problems.js';

/** Whose inbox and subscriptions it is about. */
export function ownerOf({ kind, id }: Actor): string {
  if (kind !== 'user' || id === null)
    throw new HubProblem('not_allowed', { detail: 'Only a user has an inbox and subscriptions: an API key has none.' });
  return id;
}
