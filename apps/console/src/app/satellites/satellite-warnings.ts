import type { Satellite } from '@checkstack/api';

type Warned = Pick<
  Satellite,
  'status' | 'gauges' | 'release' | 'hubRelease' | 'outdated' | 'probeKinds' | 'refusedKinds' | 'neededKinds'
>;

/** What wants somebody's attention while a satellite is there; each is a sentence that says what to do. */
export function warningsOf(satellite: Warned): string[] {
  const { gauges, release, hubRelease, outdated, neededKinds, probeKinds, refusedKinds } = satellite;
  if (satellite.status !== 'online') return [];
  const lacking = neededKinds.filter((kind) => !probeKinds.includes(kind));
  const forbidden = neededKinds.filter((kind) => refusedKinds.includes(kind));
  return [
    ...(lacking.length > 0
      ? [`It cannot run ${listed(lacking)}, which its checks need: upgrade it. Until then they fail here.`]
      : []),
    ...(forbidden.length > 0
      ? [
          `The policy of its owner forbids ${listed(forbidden)}, which its checks need: they fail here. Change its policy file, or run them elsewhere.`,
        ]
      : []),
    ...(gauges?.warnings ?? []).map(explained),
    ...(outdated ? [`It runs release ${release}, the hub ${hubRelease}. Bring both to the same.`] : []),
  ];
}

/** What a satellite says in its log is short; here stands what follows from it. */
function explained(warning: string): string {
  if (warning.startsWith('The spool is in memory only'))
    return `${warning.replace(/\.$/, '')}. Results that the hub has not confirmed are lost if it stops now: free its disk or make it writable.`;
  if (warning.startsWith('Spool files that cannot be read'))
    return `${warning.replace(/\.$/, '')}. They were set aside in its data folder; what they held is missing below.`;
  return warning;
}

function listed(kinds: readonly string[]): string {
  return new Intl.ListFormat('en').format(kinds);
}
