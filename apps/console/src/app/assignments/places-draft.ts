// Where a check is to run from, while it is chosen.
import { computed, signal } from '@angular/core';
import type { Assignment } from '@checkstack/api';

export type Places = Pick<Assignment, 'locationIds' | 'satelliteTags' | 'satellites'>;

export class PlacesDraft {
  readonly locationIds = signal<readonly string[]>([]);
  readonly satelliteTags = signal<readonly string[]>([]);
  readonly satellites = signal<Assignment['satellites']>('one');
  /** From now on what is missing is told. */
  readonly touched = signal(false);

  readonly isEmpty = computed(() => this.locationIds().length + this.satelliteTags().length === 0);
  readonly complaint = computed(() => (this.isEmpty() ? 'Choose at least one location or tag.' : ''));

  constructor(given?: Places) {
    if (!given) return;
    this.locationIds.set(given.locationIds);
    this.satelliteTags.set(given.satelliteTags);
    this.satellites.set(given.satellites);
  }

  value(): Places {
    return {
      locationIds: [...this.locationIds()],
      satelliteTags: [...this.satelliteTags()],
      satellites: this.satellites(),
    };
  }
}

/** `Berlin, tag eu-edge`, and whether every satellite there runs it. */
export function placesOf({ locations, satelliteTags, satellites }: Pick<Assignment, 'locations'> & Places): string {
  const places = [...locations.map(({ name }) => name), ...satelliteTags.map((tag) => `tag ${tag}`)];
  const named = places.join(', ') || 'nowhere';
  return satellites === 'every' ? `${named} · every satellite` : named;
}
