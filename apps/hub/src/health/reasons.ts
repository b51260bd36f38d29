// Why a slice is unknown, or what is behind the state of something larger, in words for people.
import type { AssertionOutcome, Failure } from '@checkstack/link';
import { storable } from '../database/storable.js';

const longest = 500;

/** Reasons that follow from where a slice is to run, not from its runs. */
export const blindness = {
  paused: () => 'The check is paused',
  switchedOff: () => 'The check is switched off for this system',
  unplaced: (location: string) => `No satellite runs this check in ${location}`,
  untagged: (tag: string) => `No enabled satellite has the tag ${tag}`,
  disabled: (satellite: string) => `Satellite ${satellite} is disabled`,
  offline: (satellite: string) => `Satellite ${satellite} is offline`,
};

const blindnessPattern =
  /^(The check is (paused|switched off for this system)|No satellite runs this check in .*|No enabled satellite has the tag .*|Satellite .* is (disabled|offline))$/s;

/** Whether a reason is one of the above: when none of them holds any more, it is outdated. */
export function isBlindness(reason: string): boolean {
  return blindnessPattern.test(reason);
}

export const waitingForFirst = 'Waiting for the first result';
export const waitingForNext = 'Waiting for the next result';

export function silentSince(atMs: number): string {
  return `No result since ${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** What a run says of why it is not healthy. */
export function messageOf(
  failure: Pick<Failure, 'message'> | null,
  assertions: readonly Pick<AssertionOutcome, 'passed' | 'severity' | 'expected' | 'actual'>[],
): string | null {
  if (failure) return shorten(storable(failure.message));
  const failed = assertions.filter((assertion) => !assertion.passed);
  const worst = failed.find((assertion) => assertion.severity === 'unhealthy') ?? failed[0];
  return worst ? shorten(storable(`Expected “${worst.expected}”, got ${worst.actual}`)) : null;
}

/** `a`, `a and b`, `a, b and 3 more` */
export function listed(names: readonly string[], shown = 2): string {
  const more = names.length - shown;
  if (more > 0) return `${names.slice(0, shown).join(', ')} and ${more} more`;
  return names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}` : (names[0] ?? '');
}

export function shorten(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
