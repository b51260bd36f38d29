import type { State } from '@checkstack/api';
import { listed, shorten } from './reasons.js';

export interface Outlook {
  state: State;
  /** null while healthy. */
  reason: string | null;
}

/** Best first. Not to know is worse than healthy and better than any trouble. */
const severity: Record<State, number> = { healthy: 0, unknown: 1, degraded: 2, unhealthy: 3 };

export function worstOf(states: readonly State[]): State {
  return states.reduce<State>((worst, state) => (severity[state] > severity[worst] ? state : worst), 'healthy');
}

/** Where a check runs. `place` names location and environment. */
export interface SliceOutlook extends Outlook {
  place: string;
}

/** A check on a system is as bad as its worst slice. A blind slice does not say that anything is down: it leaves the count. */
export function rollUpSlices(slices: readonly SliceOutlook[]): Outlook {
  if (slices.length === 0) return { state: 'unknown', reason: 'It has no location to run from' };
  const seeing = slices.filter((slice) => slice.state !== 'unknown');
  const counted = seeing.length > 0 ? seeing : slices;
  const state = worstOf(counted.map((slice) => slice.state));
  if (state === 'healthy') return { state, reason: null };
  const behind = counted.filter((slice) => slice.state === state);
  const reason = behind.find((slice) => slice.reason !== null)?.reason ?? 'The run failed';
  if (slices.length === 1) return { state, reason };
  const isSame = behind.every((slice) => slice.reason === reason);
  if (behind.length === slices.length && isSame) return { state, reason };
  return { state, reason: shorten(`${listed(behind.map((slice) => slice.place))}: ${reason}`) };
}

/** Part of a check (the check on one system) or of a system (one check on it). */
export interface PartOutlook extends Outlook {
  name: string;
  /** Paused and switched-off parts leave the count. */
  isWatched: boolean;
}

/** A check over all its systems, or a system over all its checks, is as bad as its worst part. */
export function rollUpParts(parts: readonly PartOutlook[], nothing: string): Outlook {
  if (parts.length === 0) return { state: 'unknown', reason: nothing };
  const watched = parts.filter((part) => part.isWatched);
  if (watched.length === 0) return { state: 'unknown', reason: parts[0]?.reason ?? nothing };
  const state = worstOf(watched.map((part) => part.state));
  if (state === 'healthy') return { state, reason: null };
  const behind = watched.filter((part) => part.state === state);
  const reason = behind.length === 1 ? behind[0]?.reason : null;
  const names = listed(behind.map((part) => part.name));
  return { state, reason: shorten(reason ? `${names}: ${reason}` : names) };
}
