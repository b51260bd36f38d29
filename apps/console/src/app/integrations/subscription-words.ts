// What subscriptions of integrations say in words.
import type { Family, Importance, IntegrationSubscription } from '@checkstack/api';

export const familyTitles: Record<Family, string> = {
  state: 'State changes',
  incident: 'Incidents',
  maintenance: 'Maintenance',
  dependency: 'Dependencies',
  satellite: 'Satellites',
  slo: 'Objectives',
  platform: 'Platform',
};

export const importanceTitles: Record<Importance, string> = {
  info: 'Everything',
  warning: 'Warnings and critical',
  critical: 'Critical only',
};

/** `Incidents · warnings and critical · Shop, group Payments, tag web` */
export function filterWords(given: IntegrationSubscription): string {
  const { families, events, leastImportance, systems, groups, tags } = given;
  const what = [...families.map((family) => familyTitles[family]), ...events];
  const where = [
    ...systems.map(({ name }) => name),
    ...groups.map(({ name }) => `group ${name}`),
    ...tags.map((tag) => `tag ${tag}`),
  ];
  return [
    what.length > 0 ? what.join(', ') : 'Every event',
    ...(leastImportance === 'info' ? [] : [importanceTitles[leastImportance].toLowerCase()]),
    where.length > 0 ? where.join(', ') : 'all systems',
  ].join(' · ');
}
