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
  unconfirmed: (satellite: string) => `Satellite ${satellite} has not taken over the last change`,
};

const blindnessPattern =
  /^(The check is (paused|switched off for this system)|No satellite runs this check in .*|No enabled satellite has the tag .*|Satellite .* (is (disabled|offline)|has not taken over the last change))$/s;

/** Whether a reason is one of the above: when none of them holds any more, it is outdated. */
export function isBlindness(reason: string): boolean {
  return blindnessPattern.test(reason);
}

/** Whether nobody is to look: what runs report is left aside until that is over. */
export function isSetAside(reason: string | null): boolean {
  return reason === blindness.paused() || reason === blindness.switchedOff();
}

/** Whether the runs that come are still those of an older definition: they do not say what the state is. */
export function isOutdated(reason: string | null): boolean {
  return reason !== null && /^Satellite .* has not taken over the last change$/s.test(reason);
}

/** Whether it was unknown only because nothing was heard: a run that turns up later knows better. */
export function isSilence(reason: string | null): boolean {
  if (reason === null || isSetAside(reason)) return false;
  return reason.startsWith('Waiting for the ') || reason.startsWith('No result since ') || isBlindness(reason);
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
