// The REST contract as an OpenAPI 3.1 document, made from the same schemas that validate. A door of its own: no browser needs it.
import * as z from 'zod';
import * as announcements from './announcements.js';
import * as audit from './audit.js';
import * as catalog from './catalog.js';
import * as channels from './channels.js';
import * as checks from './checks.js';
import * as deliveries from './deliveries.js';
import * as dependencies from './dependencies.js';
import { named, state, stateNow } from './fields.js';
import * as incidents from './incidents.js';
import { routes } from './index.js';
import * as integrations from './integrations.js';
import * as maintenance from './maintenance.js';
import * as notifications from './notifications.js';
import * as problems from './problem.js';
import * as results from './results.js';
import type { Route } from './route.js';
import * as satellites from './satellites.js';
import * as session from './session.js';
import * as teams from './teams.js';
import * as testRuns from './test-runs.js';
import * as users from './users.js';

type Json = Record<string, unknown>;
type Direction = 'input' | 'output';

const titles: Record<keyof typeof routes, string> = {
  setup: 'Set-up',
  session: 'Session',
  users: 'Users',
  roles: 'Roles',
  teams: 'Teams',
  apiKeys: 'API keys',
  audit: 'Audit log',
  systems: 'Systems',
  groups: 'Groups',
  environments: 'Environments',
  dependencies: 'Dependencies',
  probes: 'Probes',
  checks: 'Checks',
  assignments: 'Assignments',
  testRuns: 'Test runs',
  results: 'Results',
  dashboard: 'Dashboard',
  alerts: 'Alerts',
  notifications: 'Notifications',
  subscriptions: 'Subscriptions',
  escalationPolicies: 'Escalation policies',
  incidents: 'Incidents',
  maintenances: 'Maintenances',
  maintenanceSeries: 'Maintenances that recur',
  announcements: 'Announcements',
  channels: 'Channels',
  destinations: 'Destinations',
  integrations: 'Integrations',
  deliveries: 'Deliveries',
  locations: 'Locations',
  satellites: 'Satellites',
};

/** The whole document; `version` is the hub's. */
export function openApiDocument(version: string): Json {
  const components = new Components();
  const paths: Record<string, Json> = {};
  for (const [area, group] of Object.entries(routes)) {
    for (const [name, route] of Object.entries(group) as [string, Route][]) {
      const path = `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`;
      (paths[path] ??= {})[route.method.toLowerCase()] = {
        operationId: `${area}.${name}`,
        tags: [titles[area as keyof typeof routes]],
        ...operationOf(route, components),
      };
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Checkstack',
      version,
      description:
        'Every change is recorded in the audit log. An edit may carry the ETag of what was read as If-Match; ' +
        'a resource that changed in the meantime answers 412. Lists are read page by page: `next` is the `after` of the next one.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.values(titles).map((name) => ({ name })),
    security: [{ apiKey: [] }, { session: [] }],
    paths,
    components: {
      schemas: components.schemas,
      responses: { Problem: problemResponse(components) },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key (csk_…) made in the console.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'checkstack_session',
          description: 'Set by signing in; named __Host-checkstack_session on https.',
        },
      },
    },
  };
}

function operationOf(route: Route, components: Components): Json {
  const version = route.method === 'PATCH' ? [ifMatch] : [];
  const parameters = [
    ...parametersOf(route.params, 'path', components),
    ...parametersOf(route.query, 'query', components),
    ...version,
  ];
  const content = (schema: z.ZodType, direction: Direction) => ({
    content: { 'application/json': { schema: components.schemaOf(schema, direction) } },
  });
  return {
    summary: route.summary,
    ...accessOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(!isNothing(route.body) && { requestBody: { required: true, ...content(route.body, 'input') } }),
    responses: {
      [route.status]: {
        description: isNothing(route.response) ? 'Done' : route.summary,
        ...(!isNothing(route.response) && content(route.response, 'output')),
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function accessOf({ access }: Route): Json {
  if (access === 'public') return { security: [] };
  return access === 'signed-in' ? {} : { description: `Needs the access rule \`${access}\`.` };
}

function isNothing(schema: z.ZodType): boolean {
  return schema instanceof z.ZodUndefined;
}

const ifMatch = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of the resource as it was read.',
  schema: { type: 'string' },
};

function parametersOf(schema: z.ZodType, place: 'path' | 'query', components: Components): Json[] {
  const { properties = {}, required = [] } = components.schemaOf(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

function problemResponse(components: Components): Json {
  return {
    description: 'A refusal (RFC 9457); `code` is stable, `fields` names what was wrong.',
    content: { 'application/problem+json': { schema: components.schemaOf(problems.problem, 'output') } },
  };
}

/** The contract's exported schemas under their names, so that generated clients have types to speak of. */
class Components {
  readonly schemas: Record<string, Json> = {};
  private readonly names = z.registry<{ id: string }>();

  constructor() {
    const fields = { named, state, stateNow };
    const modules = [
      audit,
      catalog,
      checks,
      dependencies,
      fields,
      incidents,
      channels,
      deliveries,
      integrations,
      maintenance,
      announcements,
      problems,
      results,
      satellites,
      notifications,
      session,
      teams,
      testRuns,
      users,
    ];
    for (const [name, value] of modules.flatMap((module) => Object.entries<unknown>(module)))
      if (value instanceof z.ZodType) this.names.add(value, { id: name.charAt(0).toUpperCase() + name.slice(1) });
  }

  schemaOf(schema: z.ZodType, direction: Direction): Json {
    const { $defs, ...json } = z.toJSONSchema(schema, {
      metadata: this.names,
      io: direction,
      unrepresentable: 'any',
      // A format says it; the pattern beside it is a screenful.
      override: ({ jsonSchema }) => {
        if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      },
    }) as Json & { $defs?: Record<string, Json> };
    delete json['$schema'];
    const suffix = direction === 'input' ? 'Input' : '';
    for (const [name, definition] of Object.entries($defs ?? {}))
      this.schemas[name + suffix] ??= withRefs(definition, suffix) as Json;
    const name = this.names.get(schema)?.id;
    if (name === undefined) return withRefs(json, suffix) as Json;
    this.schemas[name + suffix] ??= withRefs(json, suffix) as Json;
    return { $ref: `#/components/schemas/${name}${suffix}` };
  }
}

/** What is sent may leave out what is always answered: the two are schemas of their own. */
function withRefs(value: unknown, suffix: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => withRefs(entry, suffix));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'id' || typeof (value as Json)['id'] !== 'string')
      .map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string'
          ? `${inner.replace('#/$defs/', '#/components/schemas/')}${suffix}`
          : withRefs(inner, suffix),
      ]),
  );
}
