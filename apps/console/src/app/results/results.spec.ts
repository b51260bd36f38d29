import type { LiveMessage, Run, Slice } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { patchedSlices } from './loaded-slices.js';
import { extraRunWords, mergeRuns, runReason } from './run-words.js';
import { sliceNames } from './slice-names.js';
import { runsOf } from './subject.js';

const named = (name: string) => ({ id: name, name });

function run(slot: string, more: Partial<Run> = {}): Run {
  return {
    id: `${more.sliceId ?? 'slice'} ${slot}`,
    sliceId: 'slice',
    check: named('check'),
    system: named('system'),
    environment: null,
    location: named('Paris'),
    tag: null,
    place: 'Paris',
    satellite: null,
    slot,
    attempt: 0,
    verdict: 'healthy',
    startedAt: slot,
    durationMs: 1,
    failure: null,
    facts: {},
    assertions: [],
    ...more,
  };
}

const slice: Slice = {
  id: 'slice',
  assignmentId: 'assignment',
  check: { ...named('check'), kind: 'http' },
  system: named('system'),
  environment: null,
  location: named('Paris'),
  tag: null,
  place: 'Paris',
  satellite: null,
  state: { state: 'healthy', since: null, reason: null },
  flappingSince: null,
  maintenance: null,
  paused: false,
  lastRun: { id: 'old', slot: '2026-01-01T00:02:00Z', verdict: 'healthy', durationMs: 1, failure: null },
};

describe('runs that arrive', () => {
  it('come first, once, in the order of their times', () => {
    const known = [run('2026-01-01T00:02:00Z'), run('2026-01-01T00:00:00Z')];
    const merged = mergeRuns(known, [run('2026-01-01T00:01:00Z'), run('2026-01-01T00:02:00Z', { durationMs: 9 })]);
    expect(merged.map(({ slot }) => slot.slice(14, 16))).toEqual(['02', '01', '00']);
    expect(merged[0]?.durationMs).toBe(9);
  });

  it('count only for whom they are', () => {
    const message: LiveMessage = { type: 'runs', runs: [run('a'), run('b', { check: named('other') })] };
    expect(runsOf(message, { checkId: 'check' })).toHaveLength(1);
    expect(runsOf(message, { systemId: 'system' })).toHaveLength(2);
    expect(runsOf({ type: 'refresh' }, { systemId: 'system' })).toEqual([]);
  });

  it('renew their slice, but late ones do not', () => {
    const message = (slot: string): LiveMessage => ({ type: 'runs', runs: [run(slot)] });
    const patched = (slot: string) => patchedSlices([slice], message(slot), { checkId: 'check' })[0]?.lastRun?.slot;
    expect(patched('2026-01-01T00:03:00Z')).toBe('2026-01-01T00:03:00Z');
    expect(patched('2026-01-01T00:01:00Z')).toBe('2026-01-01T00:02:00Z');
  });
});

describe('a slice', () => {
  it('changes its state when it is told', () => {
    const state = { state: 'unhealthy', since: null, reason: 'Refused.' } as const;
    const message: LiveMessage = { type: 'state', subject: { kind: 'slice', id: 'slice' }, state };
    expect(patchedSlices([slice], message, { checkId: 'check' })[0]?.state).toEqual(state);
  });

  it('is named by what tells it apart', () => {
    const rome = { ...slice, id: 'rome', location: named('Rome'), place: 'Rome' };
    const staging = { ...rome, id: 'staging', environment: named('staging') };
    const other = { ...slice, id: 'other', check: { ...named('Login'), kind: 'http' }, system: named('Mail') };
    expect([...sliceNames([slice, rome]).values()]).toEqual(['Paris', 'Rome']);
    expect([...sliceNames([rome, staging]).values()]).toEqual(['Rome', 'staging · Rome']);
    expect([...sliceNames([slice, other]).values()]).toEqual(['system · check · Paris', 'Mail · Login · Paris']);
  });
});

describe('why a run was not healthy', () => {
  const outcome = { collector: 0, assertion: 0, expected: 'status equals 200', actual: '503' };

  it('is its failure before its assertions', () => {
    const failure = { side: 'target', code: 'refused', message: 'It refused.' } as const;
    const assertions = [{ ...outcome, passed: false, severity: 'unhealthy' as const }];
    expect(runReason({ failure, assertions })).toBe('It refused.');
    expect(runReason({ failure: null, assertions })).toBe('Expected status equals 200, got 503');
  });

  it('is the worst of several', () => {
    const slow = { ...outcome, expected: 'at most 1 s', actual: '2 s', passed: false, severity: 'degraded' as const };
    const wrong = { ...outcome, passed: false, severity: 'unhealthy' as const };
    expect(runReason({ failure: null, assertions: [slow, wrong] })).toBe(
      'Expected status equals 200, got 503 (and 1 more)',
    );
    expect(runReason({ failure: null, assertions: [{ ...slow, passed: true }] })).toBe('');
  });
});

describe('a run beside the schedule', () => {
  it('says what it was for', () => {
    expect([0, 1, 2, 3].map((attempt) => extraRunWords({ attempt }))).toEqual([
      '',
      'First run',
      'Confirm run',
      'Confirm run after a failure elsewhere',
    ]);
  });
});
