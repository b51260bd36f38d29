import type { Quorum, State } from '@checkstack/api';
import { grouped } from './outlook-rows.js';
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
  /** The id of its environment; null: the one for all that have none. */
  environment: string | null;
}

/**
 * A check on a system is as bad as its worst environment, and there as its quorum of places says. A blind place does not
 * say that anything is down: it leaves the count.
 */
export function rollUpSlices(slices: readonly SliceOutlook[], quorum: Quorum): Outlook {
  if (slices.length === 0) return { state: 'unknown', reason: 'It has no location to run from' };
  const environments = [...grouped(slices, ({ environment }) => environment).values()].map((own) => poll(own, quorum));
  const state = worstOf(environments.map((environment) => environment.state));
  if (state === 'healthy') return { state, reason: null };
  const worst = environments.filter((environment) => environment.state === state);
  const reason = reasonBehind(
    worst.flatMap(({ behind }) => behind),
    slices.length,
  );
  const shortage = worst.find((environment) => environment.shortage !== null)?.shortage ?? null;
  return { state, reason: shorten([shortage, reason].filter((part) => part !== null).join('. ')) };
}

interface Poll {
  state: State;
  /** Who made it so. */
  behind: SliceOutlook[];
  /** Why those who see are too few. */
  shortage: string | null;
}

/** The places of one environment, asked. */
function poll(slices: readonly SliceOutlook[], quorum: Quorum): Poll {
  const seeing = slices.filter(({ state }) => state !== 'unknown');
  const needed = seats(quorum, slices.length);
  if (seeing.length < needed) {
    const shortage =
      needed > 1
        ? `Only ${seeing.length} of ${slices.length} ${slices.length === 1 ? 'place' : 'places'} can see, the quorum takes ${needed}`
        : null;
    return { state: 'unknown', behind: slices.filter(({ state }) => state === 'unknown'), shortage };
  }
  const agreeing = votes(quorum, seeing.length);
  const unhealthy = seeing.filter(({ state }) => state === 'unhealthy');
  if (unhealthy.length >= agreeing) return { state: 'unhealthy', behind: unhealthy, shortage: null };
  const failing = seeing.filter(({ state }) => state !== 'healthy');
  return { state: failing.length >= agreeing ? 'degraded' : 'healthy', behind: failing, shortage: null };
}

/** How many must see for the quorum to mean anything: for a majority, more than half of all. */
function seats(quorum: Quorum, places: number): number {
  if (quorum.mode === 'atLeast') return quorum.count;
  return quorum.mode === 'majority' ? Math.floor(places / 2) + 1 : 1;
}

/** How many of those who see must agree. */
function votes(quorum: Quorum, seeing: number): number {
  if (quorum.mode === 'atLeast') return quorum.count;
  if (quorum.mode === 'majority') return Math.floor(seeing / 2) + 1;
  return quorum.mode === 'all' ? seeing : 1;
}

function reasonBehind(behind: readonly SliceOutlook[], places: number): string | null {
  if (behind.length === 0) return null;
  const reason = behind.find((slice) => slice.reason !== null)?.reason ?? 'The run failed';
  const isSame = behind.every((slice) => slice.reason === reason);
  if (behind.length === places && (places === 1 || isSame)) return reason;
  return `${listed(behind.map((slice) => slice.place))}: ${reason}`;
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
