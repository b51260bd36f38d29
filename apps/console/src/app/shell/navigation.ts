import type { AccessRule } from '@checkstack/api';
import type { IconName } from '../ui/icon.js';

export interface NavigationItem {
  title: string;
  link: string;
  icon: IconName;
  /** Who does not hold it does not see the item. */
  rule?: AccessRule;
}

/** The screens that one goes to directly, in groups: navigation and command palette show the same. */
export const navigation: readonly { title: string; items: readonly NavigationItem[] }[] = [
  {
    title: 'Monitoring',
    items: [
      { title: 'Dashboard', link: '/', icon: 'dashboard', rule: 'catalog.system.read' },
      { title: 'Systems', link: '/systems', icon: 'systems', rule: 'catalog.system.read' },
      { title: 'Checks', link: '/checks', icon: 'checks', rule: 'checks.check.read' },
      { title: 'Incidents', link: '/incidents', icon: 'incidents', rule: 'incidents.incident.read' },
      { title: 'Alerts', link: '/alerts', icon: 'bell', rule: 'notifications.alert.read' },
      { title: 'Satellites', link: '/satellites', icon: 'satellites', rule: 'satellites.satellite.read' },
    ],
  },
  {
    title: 'Planning',
    items: [
      { title: 'Maintenance', link: '/maintenance', icon: 'maintenance', rule: 'maintenance.maintenance.read' },
      { title: 'Announcements', link: '/announcements', icon: 'announcement', rule: 'announcements.announcement.read' },
    ],
  },
  {
    title: 'Catalog',
    items: [
      { title: 'Groups', link: '/catalog/groups', icon: 'groups', rule: 'catalog.group.read' },
      { title: 'Environments', link: '/catalog/environments', icon: 'environments', rule: 'catalog.environment.read' },
    ],
  },
  {
    title: 'Administration',
    items: [
      { title: 'Users', link: '/settings/users', icon: 'users', rule: 'access.user.read' },
      { title: 'Channels', link: '/settings/channels', icon: 'mail', rule: 'notifications.channel.read' },
      { title: 'Integrations', link: '/settings/integrations', icon: 'link', rule: 'notifications.integration.read' },
      { title: 'Deliveries', link: '/settings/deliveries', icon: 'deliveries', rule: 'notifications.delivery.read' },
      { title: 'Teams', link: '/settings/teams', icon: 'users', rule: 'access.team.read' },
      { title: 'API keys', link: '/settings/api-keys', icon: 'key', rule: 'access.api-key.read' },
      { title: 'Audit log', link: '/settings/audit', icon: 'audit', rule: 'audit.entry.read' },
      { title: 'API reference', link: '/api-reference', icon: 'book' },
    ],
  },
];
