import type { Dependency, Impact } from '@checkstack/api';

export const impactWords: Record<Impact, string> = {
  critical: 'Critical',
  degraded: 'Degrading',
  informational: 'Informational',
};

/** What an impact does, to be read where one is chosen. */
export const impactMeaning: Record<Impact, string> = {
  critical: 'Unhealthy makes unhealthy, degraded makes degraded.',
  degraded: 'Whatever is wrong there makes degraded, no more.',
  informational: 'Shown, and that is all.',
};

/** How a dependency counts, in a few words. */
export function countWords({ impact, transitive, rules }: Pick<Dependency, 'impact' | 'transitive' | 'rules'>): string {
  const checks = rules.map(({ checkName }) => checkName ?? 'a deleted check').join(', ');
  return [
    rules.length > 0 ? `counts ${checks}` : impactWords[impact].toLowerCase(),
    ...(transitive ? [] : ['its own checks only']),
  ].join(' · ');
}
