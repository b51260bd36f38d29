import { inject } from '@angular/core';
import { routes, type LiveMessage, type Location, type Satellite } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';

/** A satellite with what the hub has just said of it. */
export function patchedSatellite(satellite: Satellite, message: LiveMessage): Satellite {
  if (message.type !== 'satellite' || message.id !== satellite.id) return satellite;
  const { status, gauges } = message;
  return { ...satellite, status, gauges: gauges ?? satellite.gauges, lastSeenAt: gauges?.at ?? satellite.lastSeenAt };
}

/** A status that changed brings more along than the message says: when it connected, with which release. */
function patch(satellite: Satellite, message: LiveMessage): Satellite | 'reload' {
  if (message.type === 'changed') return message.id === satellite.id ? 'reload' : satellite;
  const patched = patchedSatellite(satellite, message);
  return patched.status === satellite.status ? patched : 'reload';
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
      const known = satellites.find(({ id }) => id === message.id);
      if (!known || patch(known, message) === 'reload') return 'reload';
      return satellites.map((satellite) => patchedSatellite(satellite, message));
    },
  });
}

export function loadedSatellite(id: () => string | undefined): Loaded<Satellite> {
  const api = inject(Api);
  return loaded<Satellite, string>({
    params: id,
    load: (asked, signal) => api.call(routes.satellites.read, { params: { id: asked }, signal }),
    topics: () => ['satellites', 'catalog'],
    patch,
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
