// The set of slices a satellite holds, and how both sides agree that it is the same set.
import { createHash } from 'node:crypto';
import type { RosterUpdate, Slice } from './frame.js';
import { digestToBytes, uuidToBytes } from './codec/fields.js';

export interface Roster {
  revision: number;
  /** '' before the first roster. */
  digest: string;
  /** By slice id. */
  slices: ReadonlyMap<string, Slice>;
}

/** What a satellite holds that never got a roster. */
export const noRoster: Roster = { revision: 0, digest: '', slices: new Map() };

/** SHA-256 in hex over (id, definition digest) of every slice, ordered by id. */
export function rosterDigest(slices: Iterable<Pick<Slice, 'id' | 'definitionDigest'>>): string {
  const hash = createHash('sha256');
  for (const slice of [...slices].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    hash.update(uuidToBytes(slice.id)).update(digestToBytes(slice.definitionDigest, 'definition_digest'));
  }
  return hash.digest('hex');
}

export function rosterOf(revision: number, slices: Iterable<Slice>): Roster {
  const byId = new Map(Array.from(slices, (slice) => [slice.id, slice]));
  return { revision, digest: rosterDigest(byId.values()), slices: byId };
}

/** The update that replaces whatever the satellite holds. */
export function wholeRoster(roster: Roster): RosterUpdate {
  return updateTo(roster, {
    whole: true,
    baseRevision: 0,
    baseDigest: '',
    slices: [...roster.slices.values()],
    removed: [],
  });
}

/** The update that leads from exactly `base` to `roster`: smaller, refused by a satellite that holds anything else. */
export function rosterDifference(base: Roster, roster: Roster): RosterUpdate {
  if (base.digest === '') return wholeRoster(roster);
  return updateTo(roster, {
    whole: false,
    baseRevision: base.revision,
    baseDigest: base.digest,
    slices: [...roster.slices.values()].filter(
      (slice) => base.slices.get(slice.id)?.definitionDigest !== slice.definitionDigest,
    ),
    removed: [...base.slices.keys()].filter((id) => !roster.slices.has(id)),
  });
}

function updateTo(roster: Roster, body: Omit<RosterUpdate, 'kind' | 'revision' | 'digest'>): RosterUpdate {
  return { kind: 'rosterUpdate', revision: roster.revision, digest: roster.digest, ...body };
}

/** The roster after the update, or why it cannot be taken: the `problem` of RosterApplied. `current` is not changed. */
export function applyRosterUpdate(current: Roster, update: RosterUpdate): { roster: Roster } | { problem: string } {
  if (!update.whole && (update.baseRevision !== current.revision || update.baseDigest !== current.digest)) {
    return { problem: `revision ${current.revision} is held, the difference starts from ${update.baseRevision}` };
  }
  const slices = new Map(update.whole ? [] : current.slices);
  for (const id of update.removed) slices.delete(id);
  for (const slice of update.slices) slices.set(slice.id, slice);
  const roster = rosterOf(update.revision, slices.values());
  if (roster.digest !== update.digest) {
    return { problem: `revision ${update.revision} has another digest than its slices` };
  }
  return { roster };
}
