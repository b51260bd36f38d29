import type { Incident } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { changedFields, conflictsBetween, fieldsOf } from './merge.js';
import { makeIncident } from './testing/make-incident.js';

const nameOf = (id: string): string => `somebody ${id}`;
const base = makeIncident();
const theirs = (more: Partial<Incident>): Incident => makeIncident({ version: 2, ...more });

describe('two edits of one incident', () => {
  it('send what was changed only', () => {
    expect(changedFields(base, fieldsOf(base))).toEqual({});
    expect(changedFields(base, { ...fieldsOf(base), title: 'New' })).toEqual({ title: 'New' });
  });

  it('stand beside each other where they are about different fields', () => {
    expect(conflictsBetween(base, theirs({ severity: 'critical' }), { title: 'Mine' }, nameOf)).toEqual([]);
  });

  it('are one where they say the same', () => {
    expect(conflictsBetween(base, theirs({ title: 'Same' }), { title: 'Same' }, nameOf)).toEqual([]);
  });

  it('are both shown where they differ', () => {
    expect(conflictsBetween(base, theirs({ title: 'Theirs' }), { title: 'Mine' }, nameOf)).toEqual([
      { field: 'title', label: 'Title', theirs: 'Theirs', mine: 'Mine', isText: true },
    ]);
  });

  it('name what they are about, not its ids', () => {
    const shop = { system: { id: 's', name: 'Shop' }, impact: 'outage' as const, state: null };
    const mine = { systems: [{ systemId: 'x', impact: 'degraded' as const }], leadId: 'a', status: 'fixing' as const };
    const now = theirs({ systems: [shop], lead: { id: 'b', name: 'Ben' }, status: 'resolved' });
    expect(conflictsBetween(base, now, mine, nameOf).map(({ theirs, mine, isText }) => [theirs, mine, isText])).toEqual(
      [
        ['Shop: Outage', 'somebody x: Degraded', false],
        ['Ben', 'somebody a', false],
        ['Resolved', 'Fixing', false],
      ],
    );
  });

  it('do not take the order of fields for a change', () => {
    const link = { url: 'https://a.test', label: 'A' };
    expect(changedFields(makeIncident({ links: [{ label: 'A', url: 'https://a.test' }] }), { links: [link] })).toEqual(
      {},
    );
  });
});
