import { problem, routes, type Route } from '@checkstack/api';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../testing/client.js';
import {
  badQueryValues,
  badSegments,
  badTexts,
  exampleOf,
  hugeTexts,
  malformed,
  queryNames,
  type Samples,
} from '../testing/malformed.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { accessKey, routeKey } from './route.decorator.js';

const all = Object.entries(routes).flatMap(([area, group]) =>
  Object.entries<Route>(group).map(([name, route]): [string, Route] => [`${area}.${name}`, route]),
);
const someId = '00000000-0000-4000-8000-000000000000';

let hub: TestHub;
/** By field name: ids of things that exist, and a check's own fields. */
let samples: Samples;
/** By the first part of a path. */
let ids: Record<string, string>;

beforeAll(async () => {
  hub = await startTestHub();
  const call: Client['call'] = (route, request) => hub.admin.call(route, request);
  const roleId = (await call(routes.roles.list)).items.find(({ name }) => name === 'viewer')?.id ?? '';
  const { user } = await (await hub.signIn('viewer')).call(routes.session.read);
  const group = await call(routes.groups.create, { body: { name: 'Group' } });
  const environment = await call(routes.environments.create, { body: { name: 'Environment' } });
  const system = await call(routes.systems.create, { body: { name: 'System' } });
  const location = await call(routes.locations.create, { body: { name: 'Location' } });
  const { satellite } = await call(routes.satellites.enrol, {
    body: { name: 'Satellite', location: { id: location.id } },
  });
  const config = { url: 'http://127.0.0.1:9/' };
  const http = (await call(routes.probes.list)).items.find(({ kind }) => kind === 'http');
  const collectors = [{ collector: http?.collectors[0]?.name ?? '', config: {}, assertions: [] }];
  const check = await call(routes.checks.create, { body: { name: 'Check', kind: 'http', config, collectors } });
  const thing = { checkId: check.id, systemId: system.id, locationIds: [location.id] };
  const assignment = await call(routes.assignments.create, { body: thing });
  const incident = await call(routes.incidents.create, { body: { title: 'Incident' } });
  const { apiKey } = await call(routes.apiKeys.create, { body: { name: 'Key', roleId } });
  samples = {
    ...thing,
    roleId,
    userId: user.id,
    locationId: location.id,
    location: { id: location.id },
    environmentId: environment.id,
    environmentIds: [environment.id],
    groupIds: [group.id],
    kind: 'http',
    config,
    collectors,
    input: { email: 'sweep@example.test', password: 'wrong' },
  };
  ids = {
    users: user.id,
    'api-keys': apiKey.id,
    systems: system.id,
    groups: group.id,
    environments: environment.id,
    checks: check.id,
    assignments: assignment.id,
    locations: location.id,
    satellites: satellite.id,
    incidents: incident.id,
  };
});
afterAll(() => hub[Symbol.asyncDispose]());

/** Of something that exists, unless the call would remove it. */
function pathOf(route: Route, segment?: string): string {
  const existing = route.method === 'DELETE' ? undefined : ids[route.path.split('/')[1] ?? ''];
  return `/api/v1${route.path.replace(/:\w+/g, segment ?? existing ?? someId)}`;
}

const json = { 'content-type': 'application/json' };

interface Init {
  headers?: Record<string, string>;
  body?: string;
}

async function codeOf(response: Response): Promise<string | undefined> {
  const text = await response.text();
  return response.ok ? undefined : problem.parse(JSON.parse(text)).code;
}

/** Whatever comes, the answer is good or a refusal that says why: never a fault of the hub. */
async function mustStand(client: Client, route: Route, path: string, init: Init): Promise<void> {
  const response = await client.fetch(path, { method: route.method, ...init });
  const code = await codeOf(response);
  const sent = `${route.method} ${path.slice(0, 200)} ${init.body?.slice(0, 500)}`;
  if (response.status >= 500 && code !== 'unavailable') expect.fail(`${response.status} for ${sent}`);
  if (code === 'not_signed_in') expect.fail(`signed out by ${sent}`);
}

it('has a handler for each route, and no handler without a say on who may call it', async () => {
  const reflector = hub.app.get(Reflector);
  const scanner = new MetadataScanner();
  const bound = new Set<unknown>();
  const controllers = [...hub.app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  for (const { instance, metatype } of controllers) {
    for (const name of scanner.getAllMethodNames(Object.getPrototypeOf(instance))) {
      const handler = (instance as Record<string, () => unknown>)[name];
      if (handler === undefined || Reflect.getMetadata('path', handler) === undefined) continue;
      expect(reflector.get(accessKey, handler), `${metatype?.name}.${name}`).toBeDefined();
      bound.add(reflector.get(routeKey, handler));
    }
  }
  expect(all.filter(([, route]) => !bound.has(route)).map(([name]) => name)).toEqual([]);
});

it.each(all.filter(([, { access }]) => access !== 'public'))('%s is closed to strangers', async (_, route) => {
  const response = await hub.anonymous.fetch(pathOf(route), { method: route.method });
  expect([response.status, await codeOf(response)]).toEqual([401, 'not_signed_in']);
});

it.each(all.filter(([, { access }]) => access.endsWith('.manage')))('%s is closed to viewers', async (_, route) => {
  const viewer = await hub.signIn('viewer');
  const response = await viewer.fetch(pathOf(route), { method: route.method });
  expect([response.status, await codeOf(response)]).toEqual([403, 'not_allowed']);
});

it('stands bodies that are too deep or too long', async () => {
  for (const body of hugeTexts)
    await mustStand(hub.admin, routes.systems.create, '/api/v1/systems', { headers: json, body });
});

/** After signing out there is nobody to sweep on. */
const swept = all.filter(([name]) => name !== 'session.signOut');

describe.each(swept)('%s stands', { timeout: 120_000 }, (name, route) => {
  let client: Client;
  let path: string;
  beforeAll(async () => {
    client = await hub.signIn('admin');
    path = pathOf(route);
  });
  const stand = (init: Init) => mustStand(client, route, path, init);

  it('malformed paths', async () => {
    for (const segment of badSegments) await mustStand(client, route, pathOf(route, segment), { headers: json });
  });

  it('malformed queries and headers', async () => {
    for (const key of [...queryNames(route), 'unknown']) {
      const queries = badQueryValues.map((value) => new URLSearchParams({ [key]: value }).toString());
      for (const query of [...queries, `${key}=1&${key}=2&${key}[a]=3`])
        await mustStand(client, route, `${path}?${query}`, {});
    }
    for (const version of ['x', '"-1"', '"99999999999999999999"', 'W/""', '*'])
      await stand({ headers: { 'if-match': version } });
  });

  if (route.method === 'GET') return;

  it('malformed bodies', async () => {
    for (const type of ['text/plain', 'application/json; charset=utf-99', 'multipart/form-data; boundary=x'])
      await stand({ headers: { 'content-type': type }, body: '{"a":1}' });
    await stand({ headers: { ...json, 'content-encoding': 'gzip' }, body: '{"a":1}' });
    for (const body of badTexts) await stand({ headers: json, body });
    for (const value of malformed(exampleOf(route.body, samples)))
      await stand({ headers: json, body: JSON.stringify(value) ?? '' });
    if (name === 'session.signIn') await hub.database.query('DELETE FROM sign_in_failures');
  });

  it('random bodies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (body) => stand({ headers: json, body })),
      { numRuns: 10 },
    );
  });
});
