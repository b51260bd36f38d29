import { inject } from '@angular/core';
import { routes, type LiveMessage, type Location, type Satellite } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';

/** A satellite with what the hub has just said of it. A changed status brings more along than the message says. */
export function patchedSatellite(satellite: Satellite, message: LiveMessage): Satellite | 'reload' {
  if ((message.type !== 'satellite' && message.type !== 'changed') || message.id !== satellite.id) return satellite;
  if (message.type === 'changed' || message.status !== satellite.status) return 'reload';
  const { gauges, rosterConfirmed } = message;
  return { ...satellite, rosterConfirmed, ...(gauges && { gauges, lastSeenAt: gauges.at }) };
}

export function loadedSatellites(): Loaded<readonly Satellite[]> {
  const api = inject(Api);
  return loaded<readonly Satellite[]>({
    load: (_, signal) => api.all(routes.satellites.list, { query: {}, signal }),
    topics: () => ['satellites', 'catalog'],
    patch: (satellites, message) => {
      if (message.type === 'changed') {
        return ['satellite', 'location', 'assignment'].includes(message.thing) ? 'reload' : satellites;
      }
      if (message.type !== 'satellite') return satellites;
      const index = satellites.findIndex(({ id }) => id === message.id);
      const known = satellites[index];
      const patched = known ? patchedSatellite(known, message) : 'reload';
      return patched === 'reload' ? 'reload' : satellites.with(index, patched);
    },
  });
}

export function loadedSatellite(id: () => string | undefined): Loaded<Satellite> {
  const api = inject(Api);
  return loaded<Satellite, string>({
    params: id,
    load: (asked, signal) => api.call(routes.satellites.read, { params: { id: asked }, signal }),
    topics: () => ['satellites', 'catalog'],
    patch: patchedSatellite,
  });
}

export function loadedLocations(): Loaded<readonly Location[]> {
  const api = inject(Api);
  return loaded<readonly Location[]>({
    load: async (_, signal) => (await api.call(routes.locations.list, { signal })).items,
    topics: () => ['satellites', 'catalog'],
    patch: (locations, message) =>
      message.type === 'changed' && ['location', 'satellite'].includes(message.thing) ? 'reload' : locations,
  });
}
