import type { State } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { rollUpParts, rollUpSlices, worstOf, type SliceOutlook } from './roll-up.js';

const places = ['Berlin', 'Frankfurt', 'Oslo', 'Paris'];

function slices(states: State[]): SliceOutlook[] {
  return states.map((state, index) => ({
    place: places[index] ?? '',
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
    expect(rollUpSlices(slices(states))).toEqual({ state, reason });
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
