// What a system inherits from the systems that it depends on.
import type { Impact, State } from '@checkstack/api';
import { listed, shorten } from '../health/reasons.js';
import { worstOf, type Outlook } from '../health/roll-up.js';

type Trouble = 'degraded' | 'unhealthy';

/** What a dependency makes of the downstream system. */
export interface Effect {
  state: Trouble;
  reason: string;
}

/** A dependency as it decides: the upstream system, and how it counts. */
export interface Needed {
  upstreamName: string;
  impact: Impact;
  transitive: boolean;
  rules: readonly { checkName: string | null; from: Trouble; impact: Impact; state: State; reason: string | null }[];
  /** As the upstream system's own checks say. */
  own: Outlook;
  /** What the upstream system inherits itself; healthy: nothing. */
  inherited: Outlook;
}

/** What is unknown upstream makes nothing worse: it is shown, and that is all. */
export function effectOf(needed: Needed): Effect | null {
  const { upstreamName, impact, transitive, rules, own, inherited } = needed;
  const effects =
    rules.length === 0
      ? [effect(upstreamName, own, impact)]
      : rules
          .filter(({ state, from }) => state === 'unhealthy' || state === from)
          .map((rule) => effect(`${rule.checkName ?? 'A check'} on ${upstreamName}`, rule, rule.impact));
  if (transitive) effects.push(effect(upstreamName, inherited, impact));
  return effects.reduce((worst, each) => (isWorse(each, worst) ? each : worst), null);
}

/** What several dependencies come to, given worst first. */
export function inherit(causes: readonly (Effect & { system: { name: string } })[]): Outlook {
  const [first] = causes;
  if (!first) return { state: 'healthy', reason: null };
  const worst = causes.filter(({ state }) => state === first.state);
  if (worst.length === 1) return { state: first.state, reason: first.reason };
  return { state: first.state, reason: `${listed(worst.map(({ system }) => system.name))} are not well` };
}

/** The own state comes first: what is inherited is shown where it is worse. */
export function shownOutlook(own: Outlook, inherited: Outlook): Outlook {
  return worstOf([own.state, inherited.state]) === own.state ? own : inherited;
}

/** No worse than the impact allows. */
function effect(name: string, { state, reason }: Outlook, impact: Impact): Effect | null {
  if (impact === 'informational' || state === 'healthy' || state === 'unknown') return null;
  return {
    state: impact === 'critical' ? state : 'degraded',
    reason: shorten(reason === null ? `${name} is ${state}` : `${name} is ${state}: ${reason}`),
  };
}

function isWorse(one: Pick<Effect, 'state'> | null, other: Pick<Effect, 'state'> | null): boolean {
  return one !== null && (other === null || (one.state === 'unhealthy' && other.state === 'degraded'));
}
