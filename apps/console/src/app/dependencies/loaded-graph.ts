import { inject } from '@angular/core';
import { routes, type DependencyGraph } from '@checkstack/api';
import { Api } from '../api/api.js';
import { loaded, type Loaded } from '../loading/loaded.js';

/** What a system needs and what needs it, kept up to date. */
export function loadedGraph(systemId: () => string): Loaded<DependencyGraph> {
  const api = inject(Api);
  return loaded<DependencyGraph, string>({
    params: systemId,
    load: (id, signal) => api.call(routes.dependencies.graph, { params: { id }, signal }),
    topics: () => ['states', 'catalog'],
    patch: (graph, message) => {
      if (message.type === 'changed')
        return ['dependency', 'system', 'assignment', 'check'].includes(message.thing) ? 'reload' : graph;
      // With a state go its causes, and what they do further on.
      return message.type === 'state' && graph.systems.some(({ id }) => id === message.subject.id) ? 'reload' : graph;
    },
  });
}
