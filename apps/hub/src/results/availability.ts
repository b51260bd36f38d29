// Time spent in each state, from the intervals of a subject.
import type { State, TimeInStates } from '@checkstack/api';

export interface Span {
  fromMs: number;
  toMs: number;
}

export interface StateSpan extends Span {
  state: State;
}

/**
 * How long each state lasted within the span. Where there is no interval nothing is known; what is excluded counts
 * for nothing, as if the span were shorter. Intervals of one subject do not overlap; excluded spans may.
 */
export function timeInStates(
  span: Span,
  intervals: readonly StateSpan[],
  excluded: readonly Span[] = [],
): TimeInStates {
  const counted = without(span, excluded);
  const totalMs = lengthOf(counted);
  const msOf = (state: State): number =>
    intervals
      .filter((interval) => interval.state === state)
      .reduce((sum, interval) => sum + lengthOf(counted.map((one) => shared(one, interval))), 0);
  const [healthyMs, degradedMs, unhealthyMs] = [msOf('healthy'), msOf('degraded'), msOf('unhealthy')];
  const knownMs = healthyMs + degradedMs + unhealthyMs;
  return {
    from: new Date(span.fromMs).toISOString(),
    to: new Date(span.toMs).toISOString(),
    seconds: {
      healthy: healthyMs / 1000,
      degraded: degradedMs / 1000,
      unhealthy: unhealthyMs / 1000,
      unknown: Math.max(0, totalMs - knownMs) / 1000,
    },
    healthyPercent: percent(healthyMs, knownMs),
    availablePercent: percent(healthyMs + degradedMs, knownMs),
    excludedSeconds: (span.toMs - span.fromMs - totalMs) / 1000,
    knownPercent: percent(knownMs, totalMs),
  };
}

function percent(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}

function shared(one: Span, other: Span): Span {
  return { fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) };
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);
}

/** What is left of the span. */
function without(span: Span, excluded: readonly Span[]): Span[] {
  return excluded.reduce(
    (left, { fromMs, toMs }) =>
      left.flatMap((one) =>
        [
          { fromMs: one.fromMs, toMs: Math.min(one.toMs, fromMs) },
          { fromMs: Math.max(one.fromMs, toMs), toMs: one.toMs },
        ].filter((rest) => rest.toMs > rest.fromMs),
      ),
    [span],
  );
}
