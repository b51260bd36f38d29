import { describe, expect, it } from 'vitest';
import { makeSystem } from './testing/make-system.js';
import { countStates, matches, sectionsOf, seenIn, turned } from './system-filter.js';

describe('the systems that are shown', () => {
  const shop = makeSystem('Web shop', 'healthy', ['Portal'], { tags: ['tier-1'], environmentIds: ['production'] });

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
        makeSystem('a', 'unhealthy'),
        makeSystem('b', 'healthy', ['Calm']),
        makeSystem('c', 'degraded', ['Slow', 'Calm too']),
        makeSystem('d', 'unknown', ['Blind']),
        makeSystem('e', 'healthy', ['Slow']),
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
    const both = makeSystem('c', 'degraded', ['Slow', 'Calm']);
    expect(sectionsOf([both], 'group Calm').map(({ title }) => title)).toEqual(['Calm']);
  });

  it('are what they are in the environment that was chosen, and follow it', () => {
    const [production, staging] = ['production', 'staging'].map((name) => ({ id: name, name }));
    const byEnvironment = [
      { environment: production!, state: 'healthy' as const, reason: null },
      { environment: staging!, state: 'degraded' as const, reason: 'slow' },
      { environment: null, state: 'unknown' as const, reason: 'new' },
    ];
    const system = makeSystem('Shop', 'degraded', [], { byEnvironment });
    expect(seenIn(system, 'production').state).toEqual({ state: 'healthy', since: null, reason: null });
    expect(seenIn(system, 'staging').state).toMatchObject({ state: 'degraded', reason: 'slow' });
    expect(seenIn(system, undefined)).toBe(system);
    const message = { type: 'state', subject: { kind: 'system', id: system.id }, state: system.state } as const;
    expect(turned(system, message).byEnvironment).toBe(byEnvironment);
    const well = byEnvironment.map((entry) => ({ ...entry, state: 'healthy' as const }));
    expect(seenIn(turned(system, { ...message, byEnvironment: well }), 'staging').state.state).toBe('healthy');
  });

  it('are counted by state', () => {
    expect(countStates([shop, shop, makeSystem('x', 'unknown')])).toEqual({
      healthy: 2,
      degraded: 0,
      unhealthy: 0,
      unknown: 1,
    });
  });
});
