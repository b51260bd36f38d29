import type { Outlook } from './roll-up.js';
import { blindness, isBlindness, waitingForFirst, waitingForNext } from './reasons.js';

/** What decides whether anybody watches a slice at all. */
export interface Surroundings {
  isPaused: boolean;
  isEnabled: boolean;
  location: string;
  /** Its satellites are to run it, wherever they are. */
  tag: string | null;
  /** Who runs it; null: nobody. */
  satellite: { name: string; isDisabled: boolean; isOnline: boolean; isUnconfirmed: boolean } | null;
}

/** What a slice must be changed to because of where it is to run, or null when it may stay as it is. */
export function judge(surroundings: Surroundings, now: Outlook & { isNew: boolean }): Outlook | null {
  const reason = blindnessOf(surroundings);
  if (reason !== null)
    return now.state === 'unknown' && now.reason === reason && !now.isNew ? null : { state: 'unknown', reason };
  if (now.isNew || (now.state === 'unknown' && now.reason === null))
    return { state: 'unknown', reason: waitingForFirst };
  // It can see again; what it sees, its next result will say.
  if (now.state === 'unknown' && now.reason !== null && isBlindness(now.reason))
    return { state: 'unknown', reason: waitingForNext };
  return null;
}

function blindnessOf({ isPaused, isEnabled, location, tag, satellite }: Surroundings): string | null {
  if (isPaused) return blindness.paused();
  if (!isEnabled) return blindness.switchedOff();
  if (satellite === null) return tag === null ? blindness.unplaced(location) : blindness.untagged(tag);
  if (satellite.isDisabled) return blindness.disabled(satellite.name);
  if (!satellite.isOnline) return blindness.offline(satellite.name);
  return satellite.isUnconfirmed ? blindness.unconfirmed(satellite.name) : null;
}
