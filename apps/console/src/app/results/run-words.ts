import type { Run } from '@checkstack/api';

type Side = NonNullable<Run['failure']>['side'];

/** Whose trouble a failure is. */
export const sideWords: Record<Side, string> = {
  target: 'Target',
  network: 'Network',
  satellite: 'Satellite',
  config: 'Configuration',
};

/** Where to look, by the side that failed. */
export const sideAdvice: Record<Side, string> = {
  target: 'The target answered, or refused to. Look at the service itself: its logs, its load, its last deployment.',
  network: 'The target was not reached. Look at the way there: name resolution, routes, firewalls, proxies.',
  satellite: 'The satellite could not run the check. Look at the satellite; the target may be well.',
  config: 'The check cannot work as it is configured. Edit the check.',
};

/** One line: why a run was not healthy. Empty when it was. */
export function runReason({ failure, assertions }: Pick<Run, 'failure' | 'assertions'>): string {
  if (failure) return failure.message;
  const failed = assertions.filter((assertion) => !assertion.passed);
  const worst = failed.find((assertion) => assertion.severity === 'unhealthy') ?? failed[0];
  if (!worst) return '';
  const others = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
  return `Expected ${worst.expected}, got ${worst.actual}${others}`;
}

/** What a run beside the schedule was for; empty for one on it. */
export function extraRunWords({ attempt }: Pick<Run, 'attempt'>): string {
  if (attempt === 0) return '';
  if (attempt === 1) return 'First run';
  return attempt === 2 ? 'Confirm run' : 'Confirm run after a failure elsewhere';
}

/** The newest first; a run that is known already is replaced. */
export function mergeRuns(known: readonly Run[], arrived: readonly Run[]): Run[] {
  const byId = new Map([...known, ...arrived].map((run) => [run.id, run]));
  return [...byId.values()].sort((left, right) => right.slot.localeCompare(left.slot) || right.attempt - left.attempt);
}
