import { inject } from '@angular/core';
import { routes, type Assignment } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';
import type { Subject } from '../results/subject.js';

/** What is attached to a system, or where a check is attached. */
export function loadedAssignments(subject: () => Subject): Loaded<readonly Assignment[]> {
  const api = inject(Api);
  return loaded<readonly Assignment[], Subject>({
    params: subject,
    load: (query, signal) => api.all(routes.assignments.list, { query, signal }),
    topics: () => ['catalog'],
    patch: (assignments, message) =>
      message.type === 'changed' && ['assignment', 'check', 'system', 'location'].includes(message.thing)
        ? 'reload'
        : assignments,
  });
}
