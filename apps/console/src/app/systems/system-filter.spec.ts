import type { State, System } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { countStates, matches, sectionsOf } from './system-filter.js';

const group = (name: string) => ({ id: `group ${name}`, name });

function system(name: string, state: State, groups: string[] = [], more: Partial<System> = {}): System {
  const named = groups.map(group);
  return {
    id: name,
    name,
    description: '',
    contacts: [],
    links: [],
    tags: [],
    groupIds: named.map(({ id }) => id),
    groups: named,
    environmentIds: [],
    environments: [],
    checkCount: 1,
    state: { state, since: null, reason: null },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    version: 1,
    ...more,
  };
}

describe('the systems that are shown', () => {
  const shop = system('Web shop', 'healthy', ['Portal'], { tags: ['tier-1'], environmentIds: ['production'] });

  it.each([
    [{}, true],
    [{ search: 'shop WEB' }, true],
    [{ search: 'tier' }, true],
    [{ search: 'shop mail' }, false],
    [{ group: 'group Portal' }, true],
    [{ group: 'none' }, false],
    [{ environment: 'production' }, true],
    [{ environment: 'staging' }, false],
    [{ tag: 'tier-1', state: 'healthy' }, true],
    [{ tag: 'tier-1', state: 'unhealthy' }, false],
  ])('%o fits: %s', (filter, expected) => {
    expect(matches(shop, filter)).toBe(expected);
  });

  it('are in a section a group, the worst first, those without a group last', () => {
    const sections = sectionsOf(
      [
        system('a', 'unhealthy'),
        system('b', 'healthy', ['Calm']),
        system('c', 'degraded', ['Slow', 'Calm too']),
        system('d', 'unknown', ['Blind']),
        system('e', 'healthy', ['Slow']),
      ],
      undefined,
    );
    expect(sections.map(({ title, state }) => [title, state])).toEqual([
      ['Calm too', 'degraded'],
      ['Slow', 'degraded'],
      ['Blind', 'unknown'],
      ['Calm', 'healthy'],
      ['Without a group', 'unhealthy'],
    ]);
    expect(sections[1]?.rows.map(({ system: { name } }) => name)).toEqual(['c', 'e']);
    expect(new Set(sections.flatMap(({ rows }) => rows.map(({ key }) => key))).size).toBe(6);
  });

  it('are only in the section that was chosen', () => {
    const both = system('c', 'degraded', ['Slow', 'Calm']);
    expect(sectionsOf([both], 'group Calm').map(({ title }) => title)).toEqual(['Calm']);
  });

  it('are counted by state', () => {
    expect(countStates([shop, shop, system('x', 'unknown')])).toEqual({
      healthy: 2,
      degraded: 0,
      unhealthy: 0,
      unknown: 1,
    });
  });
});
