import { inject } from '@angular/core';
import { routes, type Role } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';

export function loadedRoles(): Loaded<readonly Role[]> {
  const api = inject(Api);
  return loaded<readonly Role[]>({ load: async (_, signal) => (await api.call(routes.roles.list, { signal })).items });
}
