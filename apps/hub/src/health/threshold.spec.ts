import type { State, Thresholds } from '@checkstack/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextEvaluation, unevaluated, type Evaluation } from './threshold.js';

const letters: Record<string, State> = { H: 'healthy', D: 'degraded', U: 'unhealthy', '?': 'unknown' };
const defaults: Thresholds = { healthy: 1, degraded: 2, unhealthy: 5 };

function after(runs: string, thresholds: Thresholds): Evaluation {
  return [...runs].reduce((before, letter, index) => {
    const verdict = letters[letter] ?? 'unknown';
    const message = verdict === 'healthy' ? null : `${verdict} at ${index}`;
    return nextEvaluation(before, { slotMs: index * 1000, attempt: 0, verdict, message }, thresholds);
  }, unevaluated);
}

function shown({ state, isBlind }: Evaluation): string {
  return isBlind ? 'unknown' : (state ?? 'none');
}

describe('a slice with thresholds 1, 2, 5', () => {
  it.each([
    ['', 'none'],
    // The first run decides alone.
    ['H', 'healthy'],
    ['D', 'degraded'],
    ['U', 'unhealthy'],
    // One failure is none yet.
    ['HU', 'healthy'],
    ['HD', 'healthy'],
    ['HUHUHUHU', 'healthy'],
    // Unhealthy runs count towards degraded.
    ['HUU', 'degraded'],
    ['HDU', 'degraded'],
    ['HUUUU', 'degraded'],
    ['HUUUUU', 'unhealthy'],
    ['HUUUUDU', 'degraded'],
    ['HUUUUDUUUUU', 'unhealthy'],
    // Back by one healthy run, or over degraded.
    ['HUUUUUH', 'healthy'],
    ['HUUUUUD', 'unhealthy'],
    ['HUUUUUDD', 'degraded'],
    ['HUUUUUDDH', 'healthy'],
    // Unknown runs neither count nor break a streak, until they are as many as the degraded threshold.
    ['?', 'unknown'],
    ['?H', 'healthy'],
    ['H?', 'healthy'],
    ['H??', 'unknown'],
    ['H??H', 'healthy'],
    ['HU?U', 'degraded'],
    ['HUUUU?U', 'unhealthy'],
    // What was known before shows again.
    ['HUUUUU??D', 'unhealthy'],
    ['H??U', 'healthy'],
  ])('after %s is %s', (runs, state) => {
    expect(shown(after(runs, defaults))).toBe(state);
  });
});

describe('a slice that needs three healthy runs', () => {
  const thresholds = { healthy: 3, degraded: 2, unhealthy: 2 };
  it.each([
    ['HUU', 'unhealthy'],
    ['HUUH', 'unhealthy'],
    ['HUUHH', 'degraded'],
    ['HUUHHH', 'healthy'],
    ['HUUHDHDHD', 'degraded'],
  ])('after %s is %s', (runs, state) => {
    expect(shown(after(runs, thresholds))).toBe(state);
  });
});

it('says since when and why', () => {
  expect(after('HUUUUUU', defaults)).toMatchObject({ sinceMs: 5000, reason: 'unhealthy at 5 (5 runs in a row)' });
  expect(after('U', defaults).reason).toBe('unhealthy at 0');
  expect(after('HUUUUUH', defaults).reason).toBeNull();
});

it('is unhealthy only after as many unhealthy runs in a row, and healthy only after healthy ones', () => {
  const letter = fc.constantFrom('H', 'D', 'U', '?');
  const count = fc.integer({ min: 1, max: 6 });
  const thresholds = fc.record({ healthy: count, degraded: count, unhealthy: count });
  fc.assert(
    fc.property(fc.array(letter, { minLength: 2, maxLength: 40 }), thresholds, (runs, limits) => {
      const before = shown(after(runs.slice(0, -1).join(''), limits));
      const now = shown(after(runs.join(''), limits));
      if (before === now || before === 'none' || before === 'unknown') return;
      const streak = (last: string): number => {
        const known = runs.filter((run) => run !== '?').reverse();
        const end = known.findIndex((run) => run !== last);
        return end < 0 ? known.length : end;
      };
      if (now === 'healthy') expect(streak('H')).toBeGreaterThanOrEqual(limits.healthy);
      if (now === 'unhealthy') expect(streak('U')).toBeGreaterThanOrEqual(limits.unhealthy);
    }),
  );
});
