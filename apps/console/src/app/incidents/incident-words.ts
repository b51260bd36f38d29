// What incidents are called on the screen.
import type {
  Audience,
  IncidentImpact,
  IncidentSeverity,
  IncidentStatus,
  IncidentSummary,
  TimelineEntry,
} from '@checkstack/api';
import type { IconName } from '../ui/icon.js';
import { spanWords } from '../ui/time.js';

export const statusWords: Record<IncidentStatus, string> = {
  investigating: 'Investigating',
  identified: 'Identified',
  fixing: 'Fixing',
  monitoring: 'Monitoring',
  resolved: 'Resolved',
};

export const severityWords: Record<IncidentSeverity, string> = {
  minor: 'Minor',
  major: 'Major',
  critical: 'Critical',
};

export const impactWords: Record<IncidentImpact, string> = {
  degraded: 'Degraded',
  'partial-outage': 'Partial outage',
  outage: 'Outage',
};

export const audienceWords: Record<Audience, string> = {
  public: 'Public',
  'signed-in': 'Signed in',
  internal: 'Internal',
};

/** Who that is, to be read where one is chosen. */
export const audienceMeaning: Record<Audience, string> = {
  public: 'Everyone, on status pages too.',
  'signed-in': 'Everyone who signs in here.',
  internal: 'Only those who manage incidents.',
};

export const audienceIcons: Record<Audience, IconName> = { public: 'eye', 'signed-in': 'users', internal: 'lock' };

/** “open for 4 min”, “took 1 h 20 min”. */
export function lengthWords(
  { openedAt, resolvedAt }: Pick<IncidentSummary, 'openedAt' | 'resolvedAt'>,
  now: number,
): string {
  const opened = Date.parse(openedAt);
  return resolvedAt === null
    ? `open for ${spanWords(now - opened)}`
    : `took ${spanWords(Date.parse(resolvedAt) - opened)}`;
}

export function secondsWords(seconds: number | null): string {
  return seconds === null ? '–' : spanWords(seconds * 1000);
}

type Act = Exclude<TimelineEntry, { kind: 'update' | 'state' | 'notification' }>;

/** What somebody did, after their name. */
export function actWords(entry: Act): string {
  switch (entry.kind) {
    case 'opened':
      return 'opened the incident';
    case 'acknowledged':
      return 'acknowledged it';
    case 'status':
      if (entry.to === 'resolved') return 'resolved it';
      return entry.from === 'resolved'
        ? `opened it again as ${statusWords[entry.to].toLowerCase()}`
        : `set the status to ${statusWords[entry.to].toLowerCase()}`;
    case 'severity':
      return `changed the severity from ${entry.from} to ${entry.to}`;
    case 'edited':
      return `changed the ${listed(entry.fields)}`;
  }
}

function listed(words: readonly string[]): string {
  return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : (words[0] ?? '');
}
