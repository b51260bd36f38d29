// Things that most specs need, made over REST with as little said as possible.
import { randomUUID } from 'node:crypto';
import { routes, type Assignment, type Check, type Enrolment, type Location, type System } from '@checkstack/api';
import type { Client, ClientRequest } from './client.js';

type Body<Route extends Parameters<Client['call']>[0]> = NonNullable<ClientRequest<Route>['body']>;

function newName(thing: string): string {
  return `${thing} ${randomUUID().slice(0, 8)}`;
}

export function addSystem(client: Client, body: Partial<Body<typeof routes.systems.create>> = {}): Promise<System> {
  return client.call(routes.systems.create, { body: { name: newName('System'), ...body } });
}

export function addLocation(client: Client, name = newName('Location')): Promise<Location> {
  return client.call(routes.locations.create, { body: { name } });
}

export function enrol(client: Client, body: Partial<Body<typeof routes.satellites.enrol>> = {}): Promise<Enrolment> {
  return client.call(routes.satellites.enrol, {
    body: { name: newName('Satellite'), location: { name: newName('Location') }, ...body },
  });
}

export function addCheck(client: Client, body: Partial<Body<typeof routes.checks.create>> = {}): Promise<Check> {
  return client.call(routes.checks.create, {
    body: {
      name: newName('Check'),
      kind: 'http',
      config: { url: 'http://127.0.0.1:9/' },
      collectors: [{ collector: 'response' }],
      ...body,
    },
  });
}

export function assign(
  client: Client,
  to: { checkId: string; systemId: string; locationIds: string[] },
  body: Partial<Body<typeof routes.assignments.create>> = {},
): Promise<Assignment> {
  return client.call(routes.assignments.create, { body: { ...to, ...body } });
}
