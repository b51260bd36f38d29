// States over time as pieces of a lane, and what they say in words.
import type { State, StateInterval } from '@checkstack/api';
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
