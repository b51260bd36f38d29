import type { State, System } from '@checkstack/api';

const group = (name: string) => ({ id: `group ${name}`, name });

/** A system for specs, in the named groups. */
export function makeSystem(name: string, state: State, groups: string[] = [], more: Partial<System> = {}): System {
  const named = groups.map(group);
  return {
    id: name,
    name,
    description: '',
    contacts: [],
    contactUsers: [],
    links: [],
    tags: [],
    groupIds: named.map(({ id }) => id),
    groups: named,
    environmentIds: [],
    environments: [],
    checkCount: 1,
    state: { state, since: null, reason: null },
    own: { state, since: null, reason: null },
    maintenance: null,
    paused: false,
    causes: [],
    byEnvironment: [],
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    version: 1,
    ...more,
  };
}
