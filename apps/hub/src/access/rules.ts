import { accessRules, allows, type AccessRule } from '@checkstack/api';
import type { Actor } from '../actor.js';

/** The rules of a stored role; null stands for all there are. A rule of another release is left out. */
export function rulesOf(stored: readonly string[] | null): AccessRule[] {
  return stored === null ? [...accessRules] : accessRules.filter((rule) => stored.includes(rule));
}

/** True when the actor could do everything that the rules allow: nobody gives rights beyond their own. */
export function coversAll(actor: Actor, rules: readonly AccessRule[]): boolean {
  return rules.every((rule) => allows(actor.rules, rule));
}
