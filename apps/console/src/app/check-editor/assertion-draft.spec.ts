import { operators, type Assertion } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { AssertionDraft, assertionFrom, ComparisonDraft, type FactDescriptor } from './assertion-draft.js';

const fact = (name: string, type: FactDescriptor['type'], more: Partial<FactDescriptor> = {}): FactDescriptor => ({
  name,
  type,
  label: name,
  description: '',
  unit: null,
  chart: null,
  transient: false,
  family: false,
  ...more,
});

const facts = [
  fact('status', 'number', { label: 'Status' }),
  fact('totalMs', 'number', { label: 'Total time', unit: 'ms' }),
  fact('certificateDays', 'number', { label: 'Certificate days left', unit: 'days' }),
  fact('body', 'text', { label: 'Body' }),
  fact('header', 'text', { label: 'Header', family: true }),
  fact('bodyCut', 'flag', { label: 'Body cut' }),
  fact('values', 'list', { label: 'Values' }),
];

describe('an assertion', () => {
  it.each<[Assertion, string]>([
    [
      { fact: 'status', operator: 'between', value: 200, upTo: 299, severity: 'unhealthy' },
      'Status is between 200 and 299',
    ],
    [{ fact: 'totalMs', operator: 'less', value: 0.5, severity: 'degraded' }, 'Total time is less than 0.5 ms'],
    [
      { fact: 'header.content-type', operator: 'contains', value: 'json', severity: 'unhealthy' },
      'Header content-type contains "json"',
    ],
    [{ fact: 'body', path: '$.n', operator: 'equals', value: 5, severity: 'unhealthy' }, 'Body at $.n equals 5'],
    [
      { fact: 'body', path: '$.ok', operator: 'equals', value: true, severity: 'unhealthy' },
      'Body at $.ok equals true',
    ],
    [{ fact: 'bodyCut', operator: 'is_false', severity: 'degraded' }, 'Body cut is false'],
    [
      { fact: 'values', operator: 'length_at_least', value: 2, severity: 'unhealthy' },
      'Values has a length of at least 2',
    ],
    [
      {
        any: [
          { fact: 'certificateDays', operator: 'not_exists' },
          { fact: 'certificateDays', operator: 'at_least', value: 14 },
        ],
        severity: 'degraded',
      },
      'Certificate days left does not exist or Certificate days left is at least 14 days',
    ],
  ])('%o is kept as it is and reads: %s', (given, sentence) => {
    const draft = new AssertionDraft(facts, given);
    expect(draft.value()).toEqual(given);
    expect(draft.sentence()).toBe(sentence);
    expect(draft.isComplete()).toBe(true);
  });

  it('becomes a group with a second comparison, and none with one left', () => {
    const draft = new AssertionDraft(facts, { fact: 'status', operator: 'equals', value: 200, severity: 'unhealthy' });
    draft.add().factName.set('bodyCut');
    expect(draft.value()).toMatchObject({ all: [{ fact: 'status' }, { fact: 'bodyCut', operator: 'is_true' }] });
    draft.remove(0);
    expect(draft.value()).toEqual({ fact: 'bodyCut', operator: 'is_true', severity: 'unhealthy' });
  });

  it('shows what the hub refuses at its comparison, until that is changed', () => {
    const draft = new AssertionDraft(facts, {
      all: [
        { fact: 'body', operator: 'contains', value: 'a' },
        { fact: 'body', operator: 'matches', value: '(' },
      ],
      severity: 'unhealthy',
    });
    draft.refuse('all.1.value', 'not a regular expression');
    const [first, second] = draft.comparisons();
    expect(first?.error()).toBe('');
    expect(second?.error()).toBe('not a regular expression');
    second?.value.set('()');
    expect(second?.error()).toBe('');
  });
});

describe('a comparison', () => {
  it('offers the operators of the type of its fact, and all with a path', () => {
    const draft = new ComparisonDraft(facts);
    expect(draft.operators()).toEqual([]);
    draft.factName.set('bodyCut');
    expect(draft.operators()).toEqual([...operators.flag, ...operators.any]);
    draft.factName.set('body');
    draft.path.set('$.n');
    expect(draft.operators()).toContain('between');
  });

  it('keeps its operator when the next fact knows it too', () => {
    const draft = new ComparisonDraft(facts, { fact: 'status', operator: 'at_most', value: 5 });
    draft.factName.set('totalMs');
    expect(draft.operator()).toBe('at_most');
    draft.factName.set('body');
    expect(draft.operator()).toBe('equals');
  });

  it.each<
    [
      string,
      Partial<Record<'factName' | 'member' | 'value' | 'upTo', string>>,
      ComparisonDraft['complaint'] extends () => infer Text ? Text : never,
    ]
  >([
    ['no fact', {}, 'Choose what to compare.'],
    ['a family without its member', { factName: 'header' }, 'Say which header.'],
    ['no number', { factName: 'status', value: 'many' }, 'Write a number.'],
    ['an empty number', { factName: 'status', value: ' ' }, 'Write a number.'],
  ])('complains about %s', (_, filled, complaint) => {
    const draft = new ComparisonDraft(facts);
    for (const [key, text] of Object.entries(filled)) draft[key as keyof typeof filled].set(text);
    expect(draft.complaint()).toBe(complaint);
  });

  it('complains about bounds that are the wrong way round', () => {
    const draft = new ComparisonDraft(facts, { fact: 'status', operator: 'between', value: 299, upTo: 200 });
    expect(draft.complaint()).toBe('The upper bound is below the lower one.');
  });
});

describe('an assertion from a fact that a run read', () => {
  it.each<[string, number | string | boolean, object]>([
    ['status', 200, { operator: 'equals', value: 200 }],
    ['totalMs', 83.2, { operator: 'at_most', value: 200 }],
    ['certificateDays', 80, { operator: 'at_least', value: 20 }],
    ['header.server', 'nginx', { operator: 'equals', value: 'nginx' }],
    ['bodyCut', false, { operator: 'is_false' }],
  ])('%s = %s', (name, value, expected) => {
    expect(assertionFrom(facts, name, value)?.value()).toEqual({ fact: name, ...expected, severity: 'unhealthy' });
  });

  it('is none for a fact that the collector does not know', () => {
    expect(assertionFrom(facts, 'nothing', 1)).toBeUndefined();
  });
});
