import type { IntegrationSubscription } from '@checkstack/api';
import { expect, it } from 'vitest';
import { filterWords } from './subscription-words.js';

const all = {
  events: [],
  families: [],
  leastImportance: 'info',
  systems: [],
  groups: [],
  tags: [],
} as unknown as IntegrationSubscription;

it.each<[Partial<IntegrationSubscription>, string]>([
  [{}, 'Every event · all systems'],
  [
    { families: ['incident'], events: ['maintenance.started'], leastImportance: 'critical' },
    'Incidents, maintenance.started · critical only · all systems',
  ],
  [
    { systems: [{ id: '1', name: 'Shop' }], groups: [{ id: '2', name: 'Payments' }], tags: ['web'] },
    'Every event · Shop, group Payments, tag web',
  ],
])('says what %j forwards', (given, words) => expect(filterWords({ ...all, ...given })).toBe(words));
