import type { State, Thresholds } from '@checkstack/api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSettled, nextEvaluation, unevaluated, type Evaluation } from './threshold.js';

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

describe('a slice with 3 degraded and 7 unhealthy of the last 10 runs', () => {
  const thresholds = { healthy: 1, degraded: 3, unhealthy: 7, window: 10 };
  it.each([
    // The first run stands for those that are missing.
    ['U', 'unhealthy'],
    ['UHH', 'unhealthy'],
    ['UHHHH', 'degraded'],
    ['UHHHHHHHH', 'healthy'],
    ['H', 'healthy'],
    ['HUU', 'healthy'],
    ['HUHUHU', 'degraded'],
    ['HUDHU', 'degraded'],
    ['HUUUUUU', 'degraded'],
    ['HUUUUUUU', 'unhealthy'],
    ['HUUUUUUUH', 'unhealthy'],
    ['HUUUUUUUHHH', 'unhealthy'],
    ['HUUUUUUUHHHH', 'degraded'],
    ['HUUUUUUUHHHHHHHH', 'healthy'],
    ['HUUUUUUUDDDD', 'degraded'],
    // Unknown runs take no place in it.
    ['HUU?U', 'degraded'],
    ['HUU??', 'healthy'],
    ['HUU???', 'unknown'],
    ['HUU??U', 'degraded'],
  ])('after %s is %s', (runs, state) => {
    expect(shown(after(runs, thresholds))).toBe(state);
  });

  it('says of how many', () => {
    expect(after('HUHUHU', thresholds).reason).toBe('unhealthy at 5 (3 of the last 6 runs)');
  });
});

it('says since when and why', () => {
  expect(after('HUUUUUU', defaults)).toMatchObject({ sinceMs: 5000, reason: 'unhealthy at 5 (5 runs in a row)' });
  expect(after('U', defaults).reason).toBe('unhealthy at 0');
  expect(after('HUUUUUH', defaults).reason).toBeNull();
});

it('is settled when what came before makes no difference', () => {
  const runs = fc.array(fc.constantFrom('H', 'D', 'U', '?'), { maxLength: 12 }).map((list) => list.join(''));
  const count = fc.integer({ min: 1, max: 4 });
  const thresholds = fc.oneof(
    fc.record({ healthy: count, degraded: count, unhealthy: count }),
    fc.record({ healthy: count, degraded: count, unhealthy: count, window: fc.integer({ min: 4, max: 6 }) }),
  );
  fc.assert(
    fc.property(runs, runs, runs, thresholds, (before, seen, later, limits) => {
      const known = [...`${seen}${later}`].some((letter) => letter !== '?');
      if (!known || !isSettled(after(seen, limits), limits)) return;
      expect(shown(after(before + seen + later, limits))).toBe(shown(after(seen + later, limits)));
    }),
    { numRuns: 2_000 },
  );
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
