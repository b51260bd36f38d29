import type { Incident } from '@checkstack/api';

const at = '2026-01-01T12:00:00.000Z';

export function makeIncident(more: Partial<Incident> = {}): Incident {
  return {
    id: 'i1',
    title: 'Trouble',
    description: '',
    status: 'investigating',
    severity: 'minor',
    systems: [],
    suppressNotifications: false,
    links: [],
    lead: null,
    responders: [],
    related: [],
    postMortem: '',
    actionItems: [],
    openedAt: at,
    openedBy: { kind: 'user', id: 'u1', name: 'Ada' },
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    secondsToAcknowledge: null,
    secondsToResolve: null,
    updatedAt: at,
    version: 1,
    ...more,
  };
}
