import type { Run, Slice, State } from '@checkstack/api';
import type { FilterOption } from '../ui/filter-menu.js';

/** Which runs are wanted; what is absent is not asked. */
export interface RunFilter {
  verdict?: State;
  locationId?: string;
  environmentId?: string;
  /** Milliseconds; both ends belong to it. */
  from?: number;
  to?: number;
}

/** Whether a run that has just arrived belongs to what is shown. */
export function fits(
  { verdict, location, environment, slot }: Pick<Run, 'verdict' | 'location' | 'environment' | 'slot'>,
  filter: RunFilter,
): boolean {
  const at = Date.parse(slot);
  return (
    verdict === (filter.verdict ?? verdict) &&
    (filter.locationId === undefined || location?.id === filter.locationId) &&
    (filter.environmentId === undefined || environment?.id === filter.environmentId) &&
    at >= (filter.from ?? at) &&
    at <= (filter.to ?? at)
  );
}

/** The locations, or environments, of slices as options, by name. */
export function optionsOf(slices: readonly Slice[], part: 'location' | 'environment'): FilterOption[] {
  const named = new Map(slices.flatMap((slice) => (slice[part] ? [[slice[part].id, slice[part].name] as const] : [])));
  return [...named]
    .map(([value, label]) => ({ value, label }))
    .sort((left, right) => left.label.localeCompare(right.label));
}
