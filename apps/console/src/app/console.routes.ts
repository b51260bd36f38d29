import type { Routes } from '@angular/router';
import { keepsChanges } from './ui/leave-guard.js';
import { may, setupNeeded, signedIn, signedOut } from './session/guards.js';

/** One line a screen. */
// prettier-ignore
export const consoleRoutes: Routes = [
  { path: 'setup', title: 'Set up', canActivate: [setupNeeded], loadComponent: () => import('./setup/setup.js').then((m) => m.Setup) },
  { path: 'sign-in', title: 'Sign in', canActivate: [signedOut], loadComponent: () => import('./sign-in/sign-in.js').then((m) => m.SignIn) },
  { path: 'unreachable', title: 'Hub not reachable', loadComponent: () => import('./shell/unreachable.js').then((m) => m.Unreachable) },
  {
    path: '',
    canActivate: [signedIn],
    loadComponent: () => import('./shell/shell.js').then((m) => m.Shell),
    children: [
      { path: '', pathMatch: 'full', title: 'Dashboard', loadComponent: () => import('./dashboard/dashboard.js').then((m) => m.Dashboard) },
      { path: 'systems', title: 'Systems', canActivate: [may('catalog.system.read')], loadComponent: () => import('./systems/systems.js').then((m) => m.Systems) },
      { path: 'systems/:id', title: 'System', canActivate: [may('catalog.system.read')], loadComponent: () => import('./systems/system-detail.js').then((m) => m.SystemDetail) },
      { path: 'checks', title: 'Checks', canActivate: [may('checks.check.read')], loadComponent: () => import('./checks/checks.js').then((m) => m.Checks) },
      { path: 'checks/new', title: 'New check', loadComponent: () => import('./check-editor/check-editor.js').then((m) => m.CheckEditor), canActivate: [may('checks.check.manage')], canDeactivate: [keepsChanges] },
      { path: 'checks/:id/edit', title: 'Edit check', loadComponent: () => import('./check-editor/check-editor.js').then((m) => m.CheckEditor), canActivate: [may('checks.check.manage')], canDeactivate: [keepsChanges] },
      { path: 'checks/:id', title: 'Check', canActivate: [may('checks.check.read')], loadComponent: () => import('./checks/check-detail.js').then((m) => m.CheckDetail) },
      { path: 'runs/:id', title: 'Run', canActivate: [may('checks.check.read')], loadComponent: () => import('./runs/run-detail.js').then((m) => m.RunDetail) },
      { path: 'incidents', title: 'Incidents', loadComponent: () => import('./incidents/incidents.js').then((m) => m.Incidents), canActivate: [may('incidents.incident.read')] },
      { path: 'incidents/:id', title: 'Incident', loadComponent: () => import('./incidents/incident-detail.js').then((m) => m.IncidentDetail), canActivate: [may('incidents.incident.read')], canDeactivate: [keepsChanges] },
      { path: 'alerts', title: 'Alerts', loadComponent: () => import('./alerts/alerts.js').then((m) => m.Alerts), canActivate: [may('notifications.alert.read')] },
      { path: 'satellites', title: 'Satellites', loadComponent: () => import('./satellites/satellites.js').then((m) => m.Satellites), canActivate: [may('satellites.satellite.read')] },
      { path: 'satellites/new', title: 'Enrol a satellite', loadComponent: () => import('./satellites/enrol-satellite.js').then((m) => m.EnrolSatellite), canActivate: [may('satellites.satellite.manage')], canDeactivate: [keepsChanges] },
      { path: 'satellites/:id', title: 'Satellite', loadComponent: () => import('./satellites/satellite-detail.js').then((m) => m.SatelliteDetail), canActivate: [may('satellites.satellite.read')] },
      { path: 'maintenance', title: 'Maintenance', loadComponent: () => import('./maintenance/maintenance-list.js').then((m) => m.MaintenanceList), canActivate: [may('maintenance.maintenance.read')] },
      { path: 'maintenance/series/:id', title: 'Recurring maintenance', loadComponent: () => import('./maintenance/series-detail.js').then((m) => m.SeriesDetail), canActivate: [may('maintenance.maintenance.read')] },
      { path: 'maintenance/:id', title: 'Maintenance', loadComponent: () => import('./maintenance/maintenance-detail.js').then((m) => m.MaintenanceDetail), canActivate: [may('maintenance.maintenance.read')] },
      { path: 'announcements', title: 'Announcements', loadComponent: () => import('./announcements/announcement-list.js').then((m) => m.AnnouncementList), canActivate: [may('announcements.announcement.read')] },
      { path: 'catalog/groups', title: 'Groups', loadComponent: () => import('./catalog/groups.js').then((m) => m.Groups), canActivate: [may('catalog.group.read')] },
      { path: 'catalog/environments', title: 'Environments', loadComponent: () => import('./catalog/environments.js').then((m) => m.Environments), canActivate: [may('catalog.environment.read')] },
      { path: 'settings/users', title: 'Users', loadComponent: () => import('./access/users.js').then((m) => m.Users), canActivate: [may('access.user.read')] },
      { path: 'settings/teams', title: 'Teams', loadComponent: () => import('./teams/teams.js').then((m) => m.Teams), canActivate: [may('access.team.read')] },
      { path: 'settings/api-keys', title: 'API keys', loadComponent: () => import('./access/api-keys.js').then((m) => m.ApiKeys), canActivate: [may('access.api-key.read')] },
      { path: 'settings/channels', title: 'Channels', loadComponent: () => import('./channels/channels.js').then((m) => m.Channels), canActivate: [may('notifications.channel.read')] },
      { path: 'settings/integrations', title: 'Integrations', loadComponent: () => import('./integrations/integrations.js').then((m) => m.Integrations), canActivate: [may('notifications.integration.read')] },
      { path: 'settings/deliveries', title: 'Deliveries', loadComponent: () => import('./deliveries/deliveries.js').then((m) => m.Deliveries), canActivate: [may('notifications.delivery.read')] },
      { path: 'settings/deliveries/:id', title: 'Delivery', loadComponent: () => import('./deliveries/delivery-detail.js').then((m) => m.DeliveryDetailView), canActivate: [may('notifications.delivery.read')] },
      { path: 'settings/audit', title: 'Audit log', loadComponent: () => import('./audit/audit-log.js').then((m) => m.AuditLog), canActivate: [may('audit.entry.read')] },
      { path: 'api-reference', title: 'API reference', loadComponent: () => import('./api-reference/api-reference.js').then((m) => m.ApiReference) },
      { path: 'inbox', title: 'Inbox', loadComponent: () => import('./notifications/inbox.js').then((m) => m.Inbox) },
      { path: 'notification-settings', title: 'What reaches you', loadComponent: () => import('./notifications/notification-settings.js').then((m) => m.NotificationSettingsPage) },
      { path: 'account', title: 'Your account', loadComponent: () => import('./account/account.js').then((m) => m.Account) },
      { path: 'not-allowed', title: 'Not allowed', loadComponent: () => import('./shell/not-allowed.js').then((m) => m.NotAllowed) },
      { path: '**', title: 'Not found', loadComponent: () => import('./shell/not-found.js').then((m) => m.NotFound) },
    ],
  },
];
