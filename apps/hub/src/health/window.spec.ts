import type { State, Thresholds } from '@checkstack/api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Run } from './threshold.js';
import { newestSlot, windowOf, withRun } from './window.js';

const thresholds: Thresholds = { healthy: 1, degraded: 2, unhealthy: 3 };

function run(slotMs: number, verdict: State, attempt = 0): Run {
  return { slotMs, attempt, verdict, message: verdict === 'healthy' ? null : 'it is down' };
}

function stateAfter(runs: Run[]): string | null {
  return windowOf(runs, thresholds).now.state;
}

it('counts late runs where they belong: a backlog can prove that the target is down now', () => {
  const fresh = windowOf([run(1, 'healthy'), run(5, 'unhealthy')], thresholds);
  expect(fresh.now.state).toBe('healthy');
  const window = [run(3, 'unhealthy'), run(4, 'unhealthy')].reduce((w, r) => withRun(w, r, thresholds), fresh);
  expect(window.now).toMatchObject({ state: 'unhealthy', sinceMs: 5 });
  expect(newestSlot(window)).toBe(5);
});

it('does not let the past raise what the present does not show', () => {
  const fresh = windowOf([run(10, 'healthy'), run(11, 'healthy'), run(12, 'healthy')], thresholds);
  const past = Array.from({ length: 9 }, (_, slot) => run(slot, 'unhealthy'));
  expect(past.reduce((window, r) => withRun(window, r, thresholds), fresh)).toBe(fresh);
});

it('puts extra runs of a slot after the scheduled one', () => {
  expect(stateAfter([run(1, 'healthy', 1), run(1, 'unhealthy')])).toBe('healthy');
  expect(stateAfter([run(1, 'unhealthy', 1), run(1, 'healthy')])).toBe('healthy');
  expect(stateAfter([run(1, 'unhealthy', 2), run(1, 'unhealthy', 1), run(1, 'healthy')])).toBe('degraded');
});

it('comes to the same state in whatever order the last runs arrive', () => {
  const verdict = fc.constantFrom<State>('healthy', 'degraded', 'unhealthy', 'unknown');
  const last = fc.array(verdict, { maxLength: 3 }).chain((verdicts) => {
    const runs = verdicts.map((each, index) => run(100 + index, each));
    return fc.tuple(fc.constant(runs), fc.shuffledSubarray(runs, { minLength: runs.length }));
  });
  fc.assert(
    fc.property(fc.array(verdict, { maxLength: 30 }), last, (history, [inOrder, shuffled]) => {
      const before = history.map((each, index) => run(index, each));
      const expected = windowOf([...before, ...inOrder], thresholds).now;
      expect(windowOf([...before, ...shuffled], thresholds).now).toEqual(expected);
    }),
  );
});
