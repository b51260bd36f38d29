import { describe, expect, it } from 'vitest';
import type { State } from '@checkstack/api';
import { difference, spliced, type Interval, type Turn } from './intervals.js';
import { paint } from './paint.js';

const letters: Record<string, State> = { H: 'healthy', D: 'degraded', U: 'unhealthy', '?': 'unknown' };
const offline = 'Satellite oslo-1 is offline';

/** `H0 U5`: states and when they begin. */
function turnsOf(text: string, reason: string | null = null): Turn[] {
  const words = text.split(' ').filter((word) => word !== '');
  return words.map((word) => {
    const state = letters[word.slice(0, 1)] ?? 'unknown';
    return { state, fromMs: Number(word.slice(1)), reason: state === 'unknown' ? (reason ?? 'blind') : null };
  });
}

function intervalsOf(text: string, reason: string | null = offline): Interval[] {
  const turns = turnsOf(text, reason);
  return turns.map((turn, index) => ({ ...turn, toMs: turns[index + 1]?.fromMs ?? null }));
}

const textOf = (turns: readonly Turn[]): string =>
  turns.map(({ state, fromMs }) => `${state === 'unknown' ? '?' : state.charAt(0).toUpperCase()}${fromMs}`).join(' ');

describe('the past of a slice that is due every 10 ms, at 100', () => {
  it.each([
    ['follows its runs', 'H0 U40', [0, 10, 20, 30, 40], 'H0', 0, 'H0 U40'],
    ['from a time on', 'H0 U40', [0, 10, 20, 30, 40], 'H0', 20, 'H20 U40'],
    ['keeps a silence in which nothing ran', 'H0 U40', [0, 40], 'H0 ?12 U40', 0, 'H0 ?12 U40'],
    ['fills a silence with what ran', 'H0 U30', [0, 10, 20, 30, 40], 'H0 ?12 U40', 0, 'H0 U30'],
    ['lets a run speak until the next is due', 'H0', [0, 20, 50], 'H0 ?12 H50', 0, 'H0 ?12 H20 ?30 H50'],
    ['and the last one before the silence too', 'H0', [10, 50], 'H0 ?12 H50', 0, 'H0 ?20 H50'],
    ['leaves what is silent now silent', 'H0', [0, 20], 'H0 ?12', 0, 'H0 ?12 H20 ?30'],
    ['however fresh its last run is', 'H0', [0, 98], 'H0 ?12', 0, 'H0 ?12 H98 ?100'],
    ['says nothing before there was anything', 'H30', [30], 'H30', 10, 'H30'],
    ['turns when a run makes it blind', 'H0 ?20 H40', [0, 10, 20, 30, 40], 'H0', 0, 'H0 ?20 H40'],
  ])('%s', (_, turns, slotsMs, intervals, fromMs, expected) => {
    const told = { turns: turnsOf(turns), slotsMs, intervals: intervalsOf(intervals) };
    expect(textOf(paint({ ...told, speaksUntil: (slotMs) => slotMs + 10 }, fromMs, 100))).toBe(expected);
  });

  it('leaves aside what ran while it was paused', () => {
    const intervals = intervalsOf('H0 ?12 H40', 'The check is paused');
    const told = { turns: turnsOf('H0 U20 H40'), slotsMs: [0, 20, 40], intervals };
    expect(textOf(paint({ ...told, speaksUntil: (slotMs) => slotMs + 10 }, 0, 100))).toBe('H0 ?12 H40');
  });
});

describe('intervals told anew', () => {
  it.each([
    ['H0 U40', 'U20 H30', Infinity, 'H0 U20 H30'],
    ['H0 U40', 'U10', 30, 'H0 U10 H30 U40'],
    ['H0 U40', 'U10', 50, 'H0 U10'],
    ['H0 U40', 'H10 U20 H30', 40, 'H0 U20 H30 U40'],
    ['U40', 'H10', 40, 'H10 U40'],
    ['U40', 'H60', Infinity, 'U40 H60'],
    ['H0 U40', '', Infinity, 'H0 U40'],
  ])('%s, with %s until %s, are %s', (before, turns, toMs, after) => {
    const intervals = spliced(intervalsOf(before), turnsOf(turns), toMs);
    expect(textOf(intervals)).toBe(after);
    expect(intervals.map(({ toMs }) => toMs)).toEqual([...intervals.slice(1).map((next) => next.fromMs), null]);
  });

  it.each([
    ['H0 U40', 'H0 U40', null],
    ['H0 U40', 'H0 U30', [30, 40]],
    ['H0 U40', 'H0 U10 H20 U30', [10, 40]],
    ['U40', 'H10 U40', [10, 40]],
  ])('%s and %s differ in %j', (one, other, span) => {
    const found = difference(intervalsOf(one), intervalsOf(other));
    expect(found && [found.fromMs, found.toMs]).toEqual(span);
  });
});
