import { inject } from '@angular/core';
import { routes, type LiveMessage, type Slice } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';
import { runsOf, topicOf, type Subject } from './subject.js';

const touchesSlices: ReadonlySet<string> = new Set(['assignment', 'check', 'maintenance', 'satellite']);

/** The slices of a check or system with their newest run, kept up with what arrives. */
export function loadedSlices(subject: () => Subject): Loaded<readonly Slice[]> {
  const api = inject(Api);
  return loaded<readonly Slice[], Subject>({
    params: subject,
    load: (query, signal) => api.all(routes.results.slices, { query, signal }),
    topics: (asked) => [topicOf(asked), 'catalog'],
    patch: (slices, message) => {
      if (message.type === 'changed') return touchesSlices.has(message.thing) ? 'reload' : slices;
      return patchedSlices(slices, message, subject());
    },
  });
}

export function patchedSlices(slices: readonly Slice[], message: LiveMessage, subject: Subject): readonly Slice[] {
  if (message.type === 'state' && message.subject.kind === 'slice') {
    return slices.map((slice) =>
      slice.id === message.subject.id
        ? { ...slice, state: message.state, flappingSince: message.flappingSince ?? null }
        : slice,
    );
  }
  const newest = new Map<string, NonNullable<Slice['lastRun']>>();
  for (const run of runsOf(message, subject)) {
    if (run.slot >= (newest.get(run.sliceId)?.slot ?? '')) newest.set(run.sliceId, run);
  }
  if (newest.size === 0) return slices;
  return slices.map((slice) => {
    const arrived = newest.get(slice.id);
    return arrived && arrived.slot >= (slice.lastRun?.slot ?? '') ? { ...slice, lastRun: arrived } : slice;
  });
}
