import type { Family, Importance } from '@checkstack/api';
import type { Why } from './telling.js';

/** Why somebody is told, in words that follow “You get this because …” or stand alone. */
export function whyWords({ kind, name, team }: Why): string {
  const who = team ? `your team ${team}` : 'you';
  const subscribed = team ? `${who} is subscribed` : `${who} are subscribed`;
  switch (kind) {
    case 'everything':
      return `${subscribed} to everything`;
    case 'system':
      return `${subscribed} to ${name ?? 'a system that was deleted'}`;
    case 'group':
      return `${subscribed}, inherited from group ${name ?? 'that was deleted'}`;
    case 'tag':
      return `${subscribed} to the tag ${name ?? ''}`;
    case 'escalation':
      return `${who} ${team ? 'is' : 'are'} a step of the escalation policy ${name ?? 'that was deleted'}`;
  }
}

const familyWords: Record<Family, string> = {
  state: 'changes of state',
  incident: 'incidents',
  maintenance: 'maintenance',
  dependency: 'trouble in what it depends on',
  satellite: 'satellites',
  slo: 'service levels',
  platform: 'Checkstack itself',
};

/** `changes of state and incidents` */
export function familiesWords(families: readonly Family[]): string {
  const words = families.map((family) => familyWords[family]);
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}` : (words[0] ?? '');
}

export const leastWords: Record<Importance, string> = {
  info: '',
  warning: ', from warning on',
  critical: ', only what is critical',
};
