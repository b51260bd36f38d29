import { announcementRoutes } from './announcements.js';
import { auditRoutes } from './audit.js';
import { environmentRoutes, groupRoutes, systemRoutes } from './catalog.js';
import { channelRoutes, destinationRoutes } from './channels.js';
import { assignmentRoutes, checkRoutes, probeRoutes } from './checks.js';
import { deliveryRoutes } from './deliveries.js';
import { dependencyRoutes } from './dependencies.js';
import { historyRoutes } from './history.js';
import { dashboardRoutes, resultRoutes } from './results.js';
import { incidentRoutes } from './incidents.js';
import { integrationRoutes } from './integrations.js';
import { locationRoutes, satelliteRoutes } from './satellites.js';
import { maintenanceRoutes, maintenanceSeriesRoutes } from './maintenance.js';
import { alertRoutes, escalationRoutes, notificationRoutes, subscriptionRoutes } from './notifications.js';
import { sessionRoutes, setupRoutes } from './session.js';
import { teamRoutes } from './teams.js';
import { testRunRoutes } from './test-runs.js';
import { apiKeyRoutes, roleRoutes, userRoutes } from './users.js';

export {
  operators,
  operatorWords,
  sentenceOf,
  severities,
  type Assertion,
  type Comparison,
  type FactType,
  type Operand,
  type Operator,
  type Severity,
} from '@checkstack/plugin-sdk/assertions';
export * from './access-rules.js';
export * from './announcements.js';
export * from './audit.js';
export * from './catalog.js';
export * from './channels.js';
export * from './checks.js';
export * from './deliveries.js';
export * from './dependencies.js';
export * from './fields.js';
export * from './history.js';
export * from './incidents.js';
export * from './integrations.js';
export * from './live.js';
export * from './maintenance.js';
export * from './notifications.js';
export * from './problem.js';
export * from './results.js';
export * from './route.js';
export * from './satellites.js';
export * from './session.js';
export * from './teams.js';
export * from './test-runs.js';
export * from './users.js';
export * from './wall-time.js';

/** Every REST call, by area. */
export const routes = {
  setup: setupRoutes,
  session: sessionRoutes,
  users: userRoutes,
  roles: roleRoutes,
  teams: teamRoutes,
  apiKeys: apiKeyRoutes,
  audit: auditRoutes,
  systems: systemRoutes,
  groups: groupRoutes,
  environments: environmentRoutes,
  dependencies: dependencyRoutes,
  probes: probeRoutes,
  checks: checkRoutes,
  assignments: assignmentRoutes,
  testRuns: testRunRoutes,
  results: { ...resultRoutes, ...historyRoutes },
  dashboard: dashboardRoutes,
  incidents: incidentRoutes,
  maintenances: maintenanceRoutes,
  maintenanceSeries: maintenanceSeriesRoutes,
  announcements: announcementRoutes,
  alerts: alertRoutes,
  notifications: notificationRoutes,
  subscriptions: subscriptionRoutes,
  escalationPolicies: escalationRoutes,
  channels: channelRoutes,
  destinations: destinationRoutes,
  integrations: integrationRoutes,
  deliveries: deliveryRoutes,
  locations: locationRoutes,
  satellites: satelliteRoutes,
};
