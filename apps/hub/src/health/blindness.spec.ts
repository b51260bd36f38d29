import type { State } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { judge, type Surroundings } from './blindness.js';

const satellite = { name: 'frankfurt-1', isDisabled: false, isOnline: true, isUnconfirmed: false };
const fine: Surroundings = { isPaused: false, isEnabled: true, location: 'Frankfurt', tag: null, satellite };
const now = (state: State, reason: string | null = null, isNew = false) => ({ state, reason, isNew });

describe('what nobody watches is unknown', () => {
  it.each<[string, Partial<Surroundings>, string]>([
    ['paused', { isPaused: true }, 'The check is paused'],
    ['switched off', { isEnabled: false }, 'The check is switched off for this system'],
    ['without a satellite', { satellite: null }, 'No satellite runs this check in Frankfurt'],
    ['with a tag that none has', { tag: 'edge', satellite: null }, 'No enabled satellite has the tag edge'],
    ['on a disabled satellite', { satellite: { ...satellite, isDisabled: true } }, 'Satellite frankfurt-1 is disabled'],
    ['on an offline satellite', { satellite: { ...satellite, isOnline: false } }, 'Satellite frankfurt-1 is offline'],
    [
      'changed, and its satellite does not take that over',
      { satellite: { ...satellite, isUnconfirmed: true } },
      'Satellite frankfurt-1 has not taken over the last change',
    ],
  ])('%s', (_, surroundings, reason) => {
    const blind = { ...fine, ...surroundings };
    for (const state of ['healthy', 'degraded', 'unhealthy'] as const)
      expect(judge(blind, now(state))).toEqual({ state: 'unknown', reason });
    expect(judge(blind, now('unknown', 'another reason'))).toEqual({ state: 'unknown', reason });
    expect(judge(blind, now('unknown', reason))).toBeNull();
    // It can see again, and says so until the next result.
    expect(judge(fine, now('unknown', reason))).toEqual({ state: 'unknown', reason: 'Waiting for the next result' });
  });
});

it('waits for the first result of a new slice', () => {
  expect(judge(fine, now('unknown', null, true))).toEqual({ state: 'unknown', reason: 'Waiting for the first result' });
  expect(judge(fine, now('unknown', 'Waiting for the first result'))).toBeNull();
});

it('leaves to results what only results can tell', () => {
  expect(judge(fine, now('unhealthy', 'Connection refused'))).toBeNull();
  expect(judge(fine, now('unknown', 'No result since 2026-01-01 10:00 UTC'))).toBeNull();
});
