import type { Quorum, State } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { rollUpParts, rollUpSlices, worstOf, type SliceOutlook } from './roll-up.js';

const places = ['Berlin', 'Frankfurt', 'Oslo', 'Paris'];

function slices(states: State[]): SliceOutlook[] {
  return states.map((state, index) => ({
    place: places[index] ?? '',
    environment: null,
    state,
    reason: state === 'healthy' ? null : `${state} there`,
  }));
}

describe('a check on a system', () => {
  it.each<[State[], State, string | null]>([
    [[], 'unknown', 'It has no location to run from'],
    [['healthy', 'healthy'], 'healthy', null],
    [['healthy', 'degraded'], 'degraded', 'Frankfurt: degraded there'],
    [['unhealthy', 'degraded', 'healthy'], 'unhealthy', 'Berlin: unhealthy there'],
    [['unhealthy', 'unhealthy'], 'unhealthy', 'unhealthy there'],
    [['unhealthy', 'unhealthy', 'healthy'], 'unhealthy', 'Berlin and Frankfurt: unhealthy there'],
    [['unhealthy'], 'unhealthy', 'unhealthy there'],
    // Who cannot see leaves the count.
    [['unknown', 'healthy'], 'healthy', null],
    [['unknown', 'unhealthy'], 'unhealthy', 'Frankfurt: unhealthy there'],
    [['unknown', 'unknown'], 'unknown', 'unknown there'],
  ])('with slices %j is %s', (states, state, reason) => {
    expect(rollUpSlices(slices(states), { mode: 'any' })).toEqual({ state, reason });
  });

  it('is as bad as its worst environment, each of which is asked on its own', () => {
    const [berlin, frankfurt, oslo, paris] = slices(['unhealthy', 'healthy', 'healthy', 'healthy']) as [
      SliceOutlook,
      SliceOutlook,
      SliceOutlook,
      SliceOutlook,
    ];
    const staging = [berlin, frankfurt].map((slice) => ({ ...slice, environment: 'staging' }));
    const production = [oslo, paris].map((slice) => ({ ...slice, environment: 'production' }));
    expect(rollUpSlices([...staging, ...production], { mode: 'all' }).state).toBe('healthy');
    const down = { ...frankfurt, environment: 'staging', state: 'degraded', reason: 'slow' } as const;
    expect(rollUpSlices([staging[0]!, down, ...production], { mode: 'all' }).state).toBe('degraded');
    // One in which nobody sees is unknown, whatever the other says.
    const blind = staging.map((slice) => ({ ...slice, state: 'unknown' as const, reason: 'offline' }));
    expect(rollUpSlices([...blind, ...production], { mode: 'any' })).toEqual({
      state: 'unknown',
      reason: 'Berlin and Frankfurt: offline',
    });
  });
});

const letters = { H: 'healthy', D: 'degraded', U: 'unhealthy', '?': 'unknown' } as const;

describe('a quorum over places', () => {
  it.each<[string, Quorum, State]>([
    ['HHU', { mode: 'any' }, 'unhealthy'],
    ['HHU', { mode: 'majority' }, 'healthy'],
    ['HUU', { mode: 'majority' }, 'unhealthy'],
    ['HDU', { mode: 'majority' }, 'degraded'],
    ['HHUU', { mode: 'majority' }, 'healthy'],
    ['HUU', { mode: 'all' }, 'healthy'],
    ['UUU', { mode: 'all' }, 'unhealthy'],
    ['DUU', { mode: 'all' }, 'degraded'],
    ['HHUU', { mode: 'atLeast', count: 2 }, 'unhealthy'],
    ['HHDU', { mode: 'atLeast', count: 2 }, 'degraded'],
    ['HHHU', { mode: 'atLeast', count: 2 }, 'healthy'],
    // A blind place leaves the count …
    ['?UU', { mode: 'all' }, 'unhealthy'],
    ['?HU', { mode: 'all' }, 'healthy'],
    ['?UUH', { mode: 'majority' }, 'unhealthy'],
    ['?UH', { mode: 'majority' }, 'healthy'],
    // … and when too few remain, nothing is known.
    ['??U', { mode: 'any' }, 'unhealthy'],
    ['??U', { mode: 'majority' }, 'unknown'],
    ['??H', { mode: 'majority' }, 'unknown'],
    ['??H', { mode: 'atLeast', count: 2 }, 'unknown'],
    ['HH', { mode: 'atLeast', count: 3 }, 'unknown'],
    ['???', { mode: 'all' }, 'unknown'],
  ])('of %s with %j is %s', (places, quorum, state) => {
    const states = [...places].map((letter) => letters[letter as keyof typeof letters]);
    expect(rollUpSlices(slices(states), quorum).state).toBe(state);
  });

  it('says who agrees, and how many are missing', () => {
    expect(rollUpSlices(slices(['healthy', 'degraded', 'unhealthy']), { mode: 'majority' }).reason).toBe(
      'Frankfurt and Oslo: degraded there',
    );
    expect(rollUpSlices(slices(['unknown', 'unknown', 'healthy']), { mode: 'majority' }).reason).toBe(
      'Only 1 of 3 places can see, the quorum takes 2. Berlin and Frankfurt: unknown there',
    );
    expect(rollUpSlices(slices(['healthy', 'healthy']), { mode: 'atLeast', count: 3 }).reason).toBe(
      'Only 2 of 2 places can see, the quorum takes 3',
    );
  });
});

describe('a system', () => {
  const part = (name: string, state: State, isWatched = true) => ({
    name,
    state,
    reason: state === 'healthy' ? null : `${name} is ${state}`,
    isWatched,
  });

  it('is as bad as its worst check', () => {
    expect(rollUpParts([part('disk', 'healthy'), part('web', 'unhealthy')], '')).toEqual({
      state: 'unhealthy',
      reason: 'web: web is unhealthy',
    });
    expect(rollUpParts([part('a', 'unknown'), part('b', 'healthy')], '').state).toBe('unknown');
    expect(rollUpParts([part('a', 'unknown'), part('b', 'degraded')], '').state).toBe('degraded');
  });

  it('names the checks behind it', () => {
    const parts = ['a', 'b', 'c', 'd'].map((name) => part(name, 'unhealthy'));
    expect(rollUpParts(parts, '').reason).toBe('a, b and 2 more');
    expect(rollUpParts(parts.slice(0, 2), '').reason).toBe('a and b');
  });

  it('does not count what is paused', () => {
    expect(rollUpParts([part('a', 'unknown', false), part('b', 'healthy')], '').state).toBe('healthy');
    expect(rollUpParts([part('a', 'unknown', false)], '')).toEqual({ state: 'unknown', reason: 'a is unknown' });
  });

  it('without a check is unknown', () => {
    expect(rollUpParts([], 'Nothing is checked here')).toEqual({ state: 'unknown', reason: 'Nothing is checked here' });
  });
});

it('orders states from healthy over unknown and degraded to unhealthy', () => {
  expect(worstOf(['healthy', 'unknown'])).toBe('unknown');
  expect(worstOf(['degraded', 'unknown'])).toBe('degraded');
  expect(worstOf(['degraded', 'unhealthy'])).toBe('unhealthy');
});
