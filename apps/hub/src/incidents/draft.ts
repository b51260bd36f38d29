// What is known of a failing system, put into the words of an incident for a person to go on from.
import type { IncidentDraft, IncidentImpact, IncidentSeverity, Named, StateNow } from '@checkstack/api';
import { listed } from '../health/reasons.js';

export interface FailingCheck {
  name: string;
  state: StateNow;
  /** That say so. */
  places: readonly string[];
}

/** A system that is not well, and what it has to do with the one that was asked for. */
export interface Involved {
  system: Named;
  state: StateNow;
  relation: 'itself' | 'inherits' | 'cause';
}

/** From so many systems on it is as bad as it gets. */
const manySystems = 5;

export function draftOf(
  involved: readonly [Involved, ...Involved[]],
  checks: readonly FailingCheck[],
): Omit<IncidentDraft, 'open'> {
  const [{ system, state }] = involved;
  const failing = involved.filter((each) => isTrouble(each.state));
  return {
    title: isTrouble(state) ? `${system.name} is ${state.state}` : `Trouble with ${system.name}`,
    description: [...checkLines(checks), ...relationLines(involved)].join('\n'),
    severity: severityOf(failing),
    systems: involved.map((each) => ({ system: each.system, state: each.state, impact: impactOf(each) })),
  };
}

function checkLines(checks: readonly FailingCheck[]): string[] {
  if (checks.length === 0) return [];
  return [
    'Checks that fail:',
    '',
    ...checks.map(({ name, state, places }) => {
      const where = places.length === 0 ? '' : `, seen from ${listed(places.map(plain), 3)}`;
      const why = state.reason === null ? '' : `: ${plain(state.reason)}`;
      return `- **${plain(name)}** is ${state.state}${sinceOf(state)}${where}${why}`;
    }),
  ];
}

function relationLines(involved: readonly Involved[]): string[] {
  const names = (relation: Involved['relation']): string[] =>
    involved.filter((each) => each.relation === relation).map(({ system }) => `**${plain(system.name)}**`);
  const causes = names('cause');
  const inheritors = names('inherits');
  return [
    ...(causes.length > 0 ? ['', `It depends on ${listed(causes, 10)}, not well either.`] : []),
    ...(inheritors.length > 0 ? ['', `What depends on it is affected too: ${listed(inheritors, 10)}.`] : []),
  ];
}

function sinceOf({ since }: StateNow): string {
  return since === null ? '' : ` since ${since.slice(0, 16).replace('T', ' ')} UTC`;
}

function severityOf(failing: readonly Involved[]): IncidentSeverity {
  if (!failing.some(({ state }) => state.state === 'unhealthy')) return 'minor';
  return failing.length >= manySystems ? 'critical' : 'major';
}

function impactOf({ state, relation }: Involved): IncidentImpact {
  if (state.state !== 'unhealthy') return 'degraded';
  return relation === 'inherits' ? 'partial-outage' : 'outage';
}

function isTrouble({ state }: StateNow): boolean {
  return state === 'unhealthy' || state === 'degraded';
}

/** What others wrote, as text: a name is no link and no image. Only what would do something is escaped, since people go on editing it. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*[\]<>]/g, (sign) => `\\${sign}`);
}
