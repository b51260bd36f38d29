import type { TimeInStates } from '@checkstack/api';
import { stateWords, worstFirst } from '../ui/state-badge.js';
import { dayTimeWords, spanWords } from '../ui/time.js';

/** Down to a hundredth, so that only what was always available is 100 %. */
export function percentWords(percent: number | null): string {
  return percent === null ? 'Not known' : `${Math.floor(percent * 100) / 100} %`;
}

/** “known 93 % of the time”; nothing where all of it is. */
export function knownWords({ knownPercent }: Pick<TimeInStates, 'knownPercent'>): string {
  const known = Math.floor(knownPercent ?? 0);
  if (known >= 100) return '';
  return known === 0 && (knownPercent ?? 0) > 0 ? 'known < 1 % of the time' : `known ${known} % of the time`;
}

/** “Nov 3, 00:00 – Nov 4, 00:00: 99.2 % available; unhealthy 12 min” */
export function partSentence(part: TimeInStates): string {
  const span = `${dayTimeWords(Date.parse(part.from))} – ${dayTimeWords(Date.parse(part.to))}`;
  const times = worstFirst
    .filter((state) => state !== 'healthy' && part.seconds[state] >= 1)
    .map((state) => `${stateWords[state].toLowerCase()} ${spanWords(part.seconds[state] * 1000)}`);
  const available =
    part.availablePercent === null ? 'nothing is known' : `${percentWords(part.availablePercent)} available`;
  return `${span}: ${[available, ...(part.availablePercent === null ? [] : times)].join('; ')}`;
}

export interface BarPiece {
  state: 'unhealthy' | 'degraded' | 'unknown' | 'healthy';
  /** In percent, from the top. */
  from: number;
  height: number;
}

const leastPercent = 12;

/** How a bar is parted: each state has its share of the time, and what was bad is never too small to be seen. */
export function barPieces({ seconds }: Pick<TimeInStates, 'seconds'>): BarPiece[] {
  const whole = worstFirst.reduce((sum, state) => sum + seconds[state], 0);
  if (whole === 0) return [];
  const shares = worstFirst
    .filter((state) => seconds[state] > 0)
    .map((state) => ({
      state,
      share: Math.max((seconds[state] / whole) * 100, state === 'unhealthy' || state === 'degraded' ? leastPercent : 0),
    }));
  const sum = shares.reduce((total, { share }) => total + share, 0);
  let from = 0;
  return shares.map(({ state, share }) => {
    const height = (share / sum) * 100;
    const piece = { state, from, height };
    from += height;
    return piece;
  });
}
