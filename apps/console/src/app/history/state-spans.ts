// States over time as pieces of a lane, and what they say in words.
import type { MaintenanceSpan, State, StateInterval } from '@checkstack/api';
import { stateWords, worstFirst } from '../ui/state-badge.js';
import { dayTimeWords, spanWords } from '../ui/time.js';
import { shareWords } from './latency-lines.js';

export interface StateSpan {
  state: State;
  /** Milliseconds. */
  from: number;
  to: number;
  reason: string | null;
  /** Nobody wrote down what the state was. */
  isMissing?: boolean;
}

/** A time that something was in maintenance. */
export interface MaintenanceTime {
  title: string;
  /** Milliseconds. */
  from: number;
  to: number;
}

export interface Window {
  from: number;
  to: number;
}

/** The intervals within the window, in order; what lies between them is unknown. */
export function spansOf(
  intervals: readonly Pick<StateInterval, 'state' | 'from' | 'to' | 'reason'>[],
  { from, to }: Window,
): StateSpan[] {
  const told = intervals
    .map((interval) => ({
      state: interval.state,
      reason: interval.reason,
      from: Math.max(from, Date.parse(interval.from)),
      to: Math.min(to, interval.to === null ? to : Date.parse(interval.to)),
    }))
    .filter((span) => span.to > span.from)
    .sort((left, right) => left.from - right.from);
  const spans: StateSpan[] = [];
  let reached = from;
  const fill = (until: number) => {
    if (until > reached) spans.push({ state: 'unknown', from: reached, to: until, reason: null, isMissing: true });
  };
  for (const span of told) {
    fill(span.from);
    spans.push(span);
    reached = Math.max(reached, span.to);
  }
  fill(to);
  return spans;
}

/** What of the maintenances lies within the window. */
export function timesOf(
  spans: readonly Pick<MaintenanceSpan, 'maintenance' | 'from' | 'to'>[],
  window: Window,
): MaintenanceTime[] {
  return spans
    .map(({ maintenance, from, to }) => ({
      title: maintenance.title,
      from: Math.max(window.from, Date.parse(from)),
      to: Math.min(window.to, to === null ? window.to : Date.parse(to)),
    }))
    .filter((time) => time.to > time.from);
}

/** “Unhealthy, Nov 3, 12:03 – 12:10 (7 min): it refused.” */
export function spanSentence({ state, from, to, reason, isMissing }: StateSpan): string {
  const what = isMissing ? 'Nothing is known' : stateWords[state];
  return `${what}, ${dayTimeWords(from)} – ${dayTimeWords(to)} (${spanWords(to - from)})${reason ? `: ${reason}` : ''}`;
}

/** “Paris: healthy 98 %, unhealthy 2 % in 3 spans” */
export function laneSummary(name: string, spans: readonly StateSpan[]): string {
  const whole = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const parts = worstFirst.toReversed().flatMap((state) => {
    const own = spans.filter((span) => span.state === state);
    const lasted = own.reduce((sum, { from, to }) => sum + to - from, 0);
    if (lasted === 0) return [];
    const spansSaid = own.length > 1 ? ` in ${own.length} spans` : '';
    return [`${stateWords[state].toLowerCase()} ${shareWords(lasted / whole)}${spansSaid}`];
  });
  return `${name}: ${parts.join(', ') || 'nothing is known'}`;
}

/** “in maintenance for 2 h in 3 spans”; nothing where it never was. */
export function maintenanceWords(times: readonly MaintenanceTime[]): string[] {
  if (times.length === 0) return [];
  const lasted = times.reduce((sum, { from, to }) => sum + to - from, 0);
  return [`in maintenance for ${spanWords(lasted)}${times.length > 1 ? ` in ${times.length} spans` : ''}`];
}
