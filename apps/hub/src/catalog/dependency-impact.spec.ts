import type { State } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { effectOf, inherit, shownOutlook, type Needed } from './dependency-impact.js';

const well = { state: 'healthy', reason: null } as const;

function outlook(state: State) {
  return state === 'healthy' ? well : { state, reason: `${state} for a reason` };
}

function needed(given: Partial<Needed>): Needed {
  return {
    upstreamName: 'Payments',
    impact: 'critical',
    transitive: true,
    rules: [],
    own: well,
    inherited: well,
    ...given,
  };
}

describe('a dependency', () => {
  it.each<[Needed['impact'], State, State | null]>([
    ['critical', 'unhealthy', 'unhealthy'],
    ['critical', 'degraded', 'degraded'],
    ['degraded', 'unhealthy', 'degraded'],
    ['degraded', 'degraded', 'degraded'],
    ['informational', 'unhealthy', null],
    ['critical', 'unknown', null],
    ['critical', 'healthy', null],
  ])('of %s impact on what is %s makes %s', (impact, state, made) => {
    const effect = effectOf(needed({ impact, own: outlook(state) }));
    expect(effect).toEqual(made && { state: made, reason: `Payments is ${state}: ${state} for a reason` });
  });

  it('passes on what the upstream system inherits only when it is transitive', () => {
    const given = { own: well, inherited: { state: 'unhealthy', reason: 'Bank is unhealthy' } } as const;
    expect(effectOf(needed(given))).toEqual({
      state: 'unhealthy',
      reason: 'Payments is unhealthy: Bank is unhealthy',
    });
    expect(effectOf(needed({ ...given, transitive: false }))).toBeNull();
  });

  const rule = { checkName: 'API', from: 'unhealthy', impact: 'critical', reason: 'Refused' } as const;

  it.each<[string, Needed['rules'], State | null]>([
    ['is well', [{ ...rule, state: 'healthy' }], null],
    ['is unhealthy', [{ ...rule, state: 'unhealthy' }], 'unhealthy'],
    ['is degraded, and counts from unhealthy', [{ ...rule, state: 'degraded' }], null],
    ['is degraded, and counts from degraded', [{ ...rule, from: 'degraded', state: 'degraded' }], 'degraded'],
    ['is unhealthy, and counts from degraded', [{ ...rule, from: 'degraded', state: 'unhealthy' }], 'unhealthy'],
    ['is not known', [{ ...rule, state: 'unknown' }], null],
    ['was deleted', [{ ...rule, checkName: null, state: 'unknown' }], null],
    [
      'is unhealthy, and degrades, beside one that is critical',
      [
        { ...rule, impact: 'degraded', state: 'unhealthy' },
        { ...rule, checkName: 'Ledger', state: 'unhealthy' },
      ],
      'unhealthy',
    ],
  ])('with a rule for a check counts that check alone: it %s', (_, rules, made) => {
    expect(effectOf(needed({ own: outlook('unhealthy'), rules }))?.state ?? null).toBe(made);
  });

  it('names the check that counts', () => {
    expect(effectOf(needed({ rules: [{ ...rule, state: 'unhealthy' }] }))?.reason).toBe(
      'API on Payments is unhealthy: Refused',
    );
  });
});

describe('a system', () => {
  const cause = (name: string, state: 'degraded' | 'unhealthy') => ({ system: { name }, state, reason: `${name}!` });

  it('inherits the worst, and says from whom', () => {
    expect(inherit([])).toEqual(well);
    expect(inherit([cause('Bank', 'unhealthy'), cause('Mail', 'degraded')])).toEqual({
      state: 'unhealthy',
      reason: 'Bank!',
    });
    expect(inherit([cause('Bank', 'degraded'), cause('Mail', 'degraded')])).toEqual({
      state: 'degraded',
      reason: 'Bank and Mail are not well',
    });
  });

  it.each<[State, State, State]>([
    ['healthy', 'healthy', 'healthy'],
    ['healthy', 'unhealthy', 'unhealthy'],
    ['degraded', 'unhealthy', 'unhealthy'],
    ['unhealthy', 'degraded', 'unhealthy'],
    ['unknown', 'degraded', 'degraded'],
    ['unknown', 'healthy', 'unknown'],
  ])('that is %s itself and inherits %s is shown as %s', (own, inherited, shown) => {
    expect(shownOutlook(outlook(own), outlook(inherited)).state).toBe(shown);
  });

  it('says first what is its own', () => {
    expect(shownOutlook(outlook('degraded'), { state: 'degraded', reason: 'Bank!' })).toEqual(outlook('degraded'));
  });
});
