import type { StateNow } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { draftOf, type Involved } from './draft.js';

const since = '2026-11-23T21:52:36.123Z';
const down: StateNow = { state: 'unhealthy', since, reason: 'front page is unhealthy' };
const slow: StateNow = { state: 'degraded', since, reason: null };
const fine: StateNow = { state: 'healthy', since, reason: null };

function involved(name: string, state: StateNow, relation: Involved['relation'] = 'itself'): Involved {
  return { system: { id: name, name }, state, relation };
}

describe('a draft', () => {
  it('says what fails, since when, where and why', () => {
    const draft = draftOf(
      [involved('Shop', down)],
      [
        { name: 'front page', state: { ...down, reason: 'Connection refused' }, places: ['Berlin', 'Paris'] },
        { name: 'search', state: slow, places: [] },
      ],
    );
    expect(draft).toMatchObject({ title: 'Shop is unhealthy', severity: 'major' });
    expect(draft.systems).toEqual([{ system: { id: 'Shop', name: 'Shop' }, state: down, impact: 'outage' }]);
    expect(draft.description).toBe(
      [
        'Checks that fail:',
        '',
        '- **front page** is unhealthy since 2026-11-23 21:52 UTC, seen from Berlin and Paris: Connection refused',
        '- **search** is degraded since 2026-11-23 21:52 UTC',
      ].join('\n'),
    );
  });

  it('names what it inherits from and what inherits from it', () => {
    const draft = draftOf(
      [involved('Shop', down), involved('Database', down, 'cause'), involved('Portal', slow, 'inherits')],
      [],
    );
    expect(draft.description).toContain('It depends on **Database**, not well either.');
    expect(draft.description).toContain('What depends on it is affected too: **Portal**.');
    expect(draft.systems.map(({ system, impact }) => [system.name, impact])).toEqual([
      ['Shop', 'outage'],
      ['Database', 'outage'],
      ['Portal', 'degraded'],
    ]);
  });

  it.each([
    ['minor', [slow]],
    ['major', [down, slow]],
    ['critical', [down, slow, slow, down, slow]],
    ['minor', [fine]],
  ])('suggests %s', (severity, states) => {
    const [first = fine, ...others] = states;
    const systems = others.map((state, index) => involved(`Other ${index}`, state, 'inherits'));
    expect(draftOf([involved('Shop', first), ...systems], []).severity).toBe(severity);
  });

  it('takes the words of others as text', () => {
    const { description } = draftOf(
      [involved('Shop', down)],
      [{ name: '[click](https://evil.test)\n# <img>', state: { ...down, reason: '![x](y) `z` **b**' }, places: [] }],
    );
    expect(description).toContain('**\\[click\\](https://evil.test) # \\<img\\>**');
    expect(description).toContain('!\\[x\\](y) \\`z\\` \\*\\*b\\*\\*');
  });
});
