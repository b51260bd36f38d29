/** `<area>.<thing>.<read|manage>`: what roles are made of. Manage includes read. */
export const accessRules = [
  'catalog.system.read',
  'catalog.system.manage',
  'catalog.group.read',
  'catalog.group.manage',
  'catalog.environment.read',
  'catalog.environment.manage',
  'checks.check.read',
  'checks.check.manage',
  'satellites.location.read',
  'satellites.location.manage',
  'satellites.satellite.read',
  'satellites.satellite.manage',
  'incidents.incident.read',
  'incidents.incident.manage',
  'maintenance.maintenance.read',
  'maintenance.maintenance.manage',
  'announcements.announcement.read',
  'announcements.announcement.manage',
  'notifications.alert.read',
  'notifications.alert.manage',
  'notifications.escalation.read',
  'notifications.escalation.manage',
  'notifications.channel.read',
  'notifications.channel.manage',
  'notifications.integration.read',
  'notifications.integration.manage',
  'notifications.delivery.read',
  'notifications.delivery.manage',
  'access.team.read',
  'access.team.manage',
  'access.user.read',
  'access.user.manage',
  'access.api-key.read',
  'access.api-key.manage',
  'audit.entry.read',
] as const;
export type AccessRule = (typeof accessRules)[number];

/** True when the held rules cover the asked one. */
export function allows(held: readonly AccessRule[], asked: AccessRule): boolean {
  return (
    held.includes(asked) || (asked.endsWith('.read') && held.includes(asked.replace(/read$/, 'manage') as AccessRule))
  );
}
