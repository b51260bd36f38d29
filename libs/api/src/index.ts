import { auditRoutes } from './audit.js';
import { environmentRoutes, groupRoutes, systemRoutes } from './catalog.js';
import { assignmentRoutes, checkRoutes, probeRoutes } from './checks.js';
import { dependencyRoutes } from './dependencies.js';
import { historyRoutes } from './history.js';
import { dashboardRoutes, resultRoutes } from './results.js';
import { locationRoutes, satelliteRoutes } from './satellites.js';
import { sessionRoutes, setupRoutes } from './session.js';
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
export * from './audit.js';
export * from './catalog.js';
export * from './checks.js';
export * from './dependencies.js';
export * from './fields.js';
export * from './history.js';
export * from './live.js';
export * from './problem.js';
export * from './results.js';
export * from './route.js';
export * from './satellites.js';
export * from './session.js';
export * from './test-runs.js';
export * from './users.js';

/** Every REST call, by area. */
export const routes = {
  setup: setupRoutes,
  session: sessionRoutes,
  users: userRoutes,
  roles: roleRoutes,
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
  locations: locationRoutes,
  satellites: satelliteRoutes,
};
