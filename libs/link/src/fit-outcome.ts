import type { FactValue, Outcome } from './frame.js';
import { frameLimits } from './limits.js';

/**
 * The outcome cut to what the wire carries, so that a result can always be stored and sent: long texts end in an
 * ellipsis, facts that are not finite numbers are left out, and what is beyond the limits is dropped from the end.
 */
export function fitOutcome(outcome: Outcome): Outcome {
  const budget = { left: frameLimits.outcomeText };
  const cut = (text: string, longest: number): string => {
    const fitting = shorten(text, Math.min(longest, budget.left));
    budget.left -= fitting.length;
    return fitting;
  };
  const { failure } = outcome;
  return {
    verdict: outcome.verdict,
    startedAtMs: outcome.startedAtMs,
    durationMs: outcome.durationMs,
    failure: failure && {
      side: failure.side,
      code: cut(failure.code, frameLimits.name),
      message: cut(failure.message, frameLimits.sentence),
    },
    assertions: outcome.assertions.slice(0, frameLimits.assertions).map((assertion) => ({
      ...assertion,
      expected: cut(assertion.expected, frameLimits.sentence),
      actual: cut(assertion.actual, frameLimits.sentence),
    })),
    facts: fitFacts(outcome.facts, cut),
  };
}

function fitFacts(facts: Outcome['facts'], cut: (text: string, longest: number) => string): Record<string, FactValue> {
  const fitting: Record<string, FactValue> = {};
  let count = 0;
  for (const [name, value] of Object.entries(facts)) {
    if (count === frameLimits.facts) break;
    const isNamed = name !== '' && name !== '__proto__' && name.length <= frameLimits.name;
    if (!isNamed || (typeof value === 'number' && !Number.isFinite(value))) continue;
    fitting[name] = typeof value === 'string' ? cut(value, frameLimits.factText) : value;
    count += 1;
  }
  return fitting;
}

function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return longest === 0 ? '' : `${text.slice(0, longest - 1)}…`;
}
