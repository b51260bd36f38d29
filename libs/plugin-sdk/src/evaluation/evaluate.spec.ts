import { describe, expect, it } from 'vitest';
import type { Assertion, Comparison, Operator } from '../assertion.js';
import { operators } from '../assertion.js';
import { fact, type Reading } from '../facts.js';
import { prepareEvaluator } from './evaluate.js';

const facts = {
  totalMs: fact.number('Total time', { unit: 'ms' }),
  status: fact.number('Status'),
  body: fact.text('Body', { transient: true }),
  version: fact.text('Version'),
  connected: fact.flag('Connected'),
  names: fact.list('Names'),
  header: fact.text('Header', { family: true }),
};
const probe = { collectors: { response: { title: 'Response', facts } } };

function judge(reading: Reading, ...assertions: Assertion[]) {
  return prepareEvaluator(probe, [{ collector: 'response', assertions }]).evaluate({ response: reading });
}

function outcomeOf(reading: Reading, comparison: Comparison) {
  return judge(reading, { severity: 'unhealthy', ...comparison }).outcomes[0]!;
}

type Row = [reading: Reading, operator: Operator, value: Comparison['value'], passed: boolean, actual: string];

describe('comparisons of facts', () => {
  const at = (fact: string) => (value: Reading[string]) => ({ [fact]: value });
  const ms = at('totalMs');
  const text = at('version');
  const list = at('names');

  const rows: Row[] = [
    [ms(5), 'equals', 5, true, '5 ms'],
    [ms(5), 'equals', 6, false, '5 ms'],
    [ms(5), 'not_equals', 6, true, '5 ms'],
    [ms(5), 'not_equals', 5, false, '5 ms'],
    [ms(5), 'less', 5, false, '5 ms'],
    [ms(4.9), 'less', 5, true, '4.9 ms'],
    [ms(5), 'at_most', 5, true, '5 ms'],
    [ms(5.0001), 'at_most', 5, false, '5 ms'],
    [ms(5), 'greater', 5, false, '5 ms'],
    [ms(6), 'greater', 5, true, '6 ms'],
    [ms(5), 'at_least', 5, true, '5 ms'],
    [ms(-1), 'at_least', 0, false, '-1 ms'],
    [text('abc'), 'equals', 'abc', true, '"abc"'],
    [text('abc'), 'equals', 'Abc', false, '"abc"'],
    [text('abc'), 'not_equals', 'abc', false, '"abc"'],
    [text('abc'), 'contains', 'b', true, '"abc"'],
    [text('abc'), 'contains', 'x', false, '"abc"'],
    [text('abc'), 'not_contains', 'x', true, '"abc"'],
    [text('abc'), 'not_contains', 'b', false, '"abc"'],
    [text('abc'), 'starts_with', 'ab', true, '"abc"'],
    [text('abc'), 'starts_with', 'bc', false, '"abc"'],
    [text('abc'), 'not_starts_with', 'ab', false, '"abc"'],
    [text('abc'), 'ends_with', 'bc', true, '"abc"'],
    [text('abc'), 'ends_with', 'ab', false, '"abc"'],
    [text('abc'), 'not_ends_with', 'bc', false, '"abc"'],
    [text('v1.22'), 'matches', '^v\\d+', true, '"v1.22"'],
    [text('x v1'), 'matches', 'v\\d', true, '"x v1"'],
    [text('ABC'), 'matches', '(?i)abc', true, '"ABC"'],
    [text('abc'), 'matches', '^b', false, '"abc"'],
    [text('abc'), 'not_matches', '^b', true, '"abc"'],
    [text(''), 'is_empty', undefined, true, '""'],
    [text(' '), 'is_empty', undefined, false, '" "'],
    [text('a'), 'is_not_empty', undefined, true, '"a"'],
    [text(''), 'is_not_empty', undefined, false, '""'],
    [at('connected')(true), 'is_true', undefined, true, 'true'],
    [at('connected')(false), 'is_true', undefined, false, 'false'],
    [at('connected')(false), 'is_false', undefined, true, 'false'],
    [at('connected')(true), 'is_false', undefined, false, 'true'],
    [list(['a', 'b']), 'includes', 'b', true, '["a","b"] (2 entries)'],
    [list(['a', 'b']), 'includes', 'c', false, '["a","b"] (2 entries)'],
    [list(['a']), 'not_includes', 'c', true, '["a"] (1 entries)'],
    [list(['a']), 'not_includes', 'a', false, '["a"] (1 entries)'],
    [list([]), 'length_equals', 0, true, '[] (0 entries)'],
    [list(['a']), 'length_equals', 2, false, '["a"] (1 entries)'],
    [list(['a']), 'length_at_least', 1, true, '["a"] (1 entries)'],
    [list(['a']), 'length_at_least', 2, false, '["a"] (1 entries)'],
    [list(['a']), 'length_at_most', 1, true, '["a"] (1 entries)'],
    [list(['a', 'b']), 'length_at_most', 1, false, '["a","b"] (2 entries)'],
    [ms(0), 'exists', undefined, true, '0 ms'],
    [ms(0), 'not_exists', undefined, false, '0 ms'],
  ];

  it.each(rows)('%j %s %j → %s', (reading, operator, value, passed, actual) => {
    const comparison = { fact: Object.keys(reading)[0]!, operator, ...(value === undefined ? {} : { value }) };
    expect(outcomeOf(reading, comparison)).toMatchObject({ passed, actual });
  });

  it('includes both bounds of a range', () => {
    const between = (value: number, operator: Operator) =>
      outcomeOf({ totalMs: value }, { fact: 'totalMs', operator, value: 10, upTo: 20 });
    expect([9.9, 10, 20, 20.1].map((value) => between(value, 'between').passed)).toEqual([false, true, true, false]);
    expect([9.9, 10, 20, 20.1].map((value) => between(value, 'not_between').passed)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(between(5, 'between').expected).toBe('Total time is between 10 and 20 ms');
  });

  it('covers every operator', () => {
    const covered = [...rows.map(([, operator]) => operator), 'between', 'not_between'];
    expect(covered).toEqual(expect.arrayContaining(Object.values(operators).flat()));
  });

  it('reads header facts in any case', () => {
    const reading = { 'header.content-type': 'text/html' };
    const outcome = outcomeOf(reading, { fact: 'header.Content-Type', operator: 'starts_with', value: 'text/' });
    expect(outcome).toMatchObject({ passed: true, expected: 'Header content-type starts with "text/"' });
  });

  it.each(Object.values(operators).flat())('fails on a missing fact: %s', (operator) => {
    const outcome = outcomeOf({}, { fact: 'version', operator, value: 1, upTo: 2 });
    expect(outcome).toMatchObject({ passed: operator === 'not_exists', actual: 'no such reading' });
  });

  it('says so when a reading has another type than its definition', () => {
    const outcome = outcomeOf({ totalMs: 'soon' }, { fact: 'totalMs', operator: 'less', value: 5 });
    expect(outcome).toMatchObject({ passed: false, actual: '"soon" (text)' });
  });
});

describe('comparisons inside JSON', () => {
  const body = JSON.stringify({
    status: 'up',
    count: 7,
    ratio: '0.5',
    ready: true,
    nothing: null,
    tags: ['a', 'b'],
    nodes: [
      { ok: true, ms: 5 },
      { ok: true, ms: 50 },
    ],
  });
  const rows: [path: string, operator: Operator, value: Comparison['value'], passed: boolean, actual: string][] = [
    ['$.status', 'equals', 'up', true, '"up"'],
    ['$.count', 'equals', 7, true, '7'],
    ['$.count', 'equals', '7', true, '7'],
    ['$.ratio', 'less', 1, true, '"0.5"'],
    ['$.status', 'less', 1, false, '"up" (text)'],
    ['$.ready', 'is_true', undefined, true, 'true'],
    ['$.ready', 'equals', true, true, 'true'],
    ['$.nothing', 'exists', undefined, true, 'null'],
    ['$.nothing', 'is_empty', undefined, false, 'null (null)'],
    ['$.gone', 'exists', undefined, false, 'nothing at this path'],
    ['$.gone', 'not_exists', undefined, true, 'nothing at this path'],
    ['$.gone', 'equals', 1, false, 'nothing at this path'],
    ['$.tags', 'includes', 'b', true, '["a","b"] (2 entries)'],
    ['$.tags[*]', 'includes', 'b', true, '["a","b"] (2 entries)'],
    ['$.tags', 'length_equals', 2, true, '["a","b"] (2 entries)'],
    ['$.tags', 'equals', 'a', false, '["a","b"] (2 entries) (list)'],
    ['$.nodes[?@.ok == false]', 'length_equals', 0, true, '[] (0 entries)'],
    ['$.nodes[*].ok', 'is_true', undefined, true, 'true'],
    ['$.nodes[*].ms', 'less', 10, false, '50'],
    ["$.nodes[?search(@.ms, 'x')]", 'length_equals', 0, true, '[] (0 entries)'],
    ['$.nodes[0]', 'equals', 'x', false, '{"ok":true,"ms":5} (object)'],
  ];

  it.each(rows)('%s %s %j → %s', (path, operator, value, passed, actual) => {
    const comparison = { fact: 'body', path, operator, ...(value === undefined ? {} : { value }) };
    expect(outcomeOf({ body }, comparison)).toMatchObject({ passed, actual });
  });

  it('fails on a body that is not JSON, whatever the operator', () => {
    for (const operator of ['exists', 'not_exists'] as const) {
      const outcome = outcomeOf({ body: '<html>' }, { fact: 'body', path: '$.a', operator });
      expect(outcome).toMatchObject({ passed: false, actual: 'not JSON: "<html>"' });
    }
  });

  it('fails on a document that is too deep for the path', () => {
    const deep = '['.repeat(5_000) + ']'.repeat(5_000);
    const outcome = outcomeOf({ body: deep }, { fact: 'body', path: '$..a', operator: 'exists' });
    expect(outcome.passed).toBe(false);
    expect(outcome.actual).toContain('recursion limit');
  });
});

describe('the verdict', () => {
  const slow: Assertion = { fact: 'totalMs', operator: 'less', value: 100, severity: 'degraded' };
  const found: Assertion = { fact: 'status', operator: 'equals', value: 200, severity: 'unhealthy' };

  it.each([
    [{ totalMs: 5, status: 200 }, 'healthy'],
    [{ totalMs: 500, status: 200 }, 'degraded'],
    [{ totalMs: 5, status: 500 }, 'unhealthy'],
    [{ totalMs: 500, status: 500 }, 'unhealthy'],
  ])('is the worst failing severity: %j → %s', (reading, verdict) => {
    expect(judge(reading, slow, found).verdict).toBe(verdict);
    expect(judge(reading, found, slow).verdict).toBe(verdict);
  });

  it('is healthy without assertions', () => {
    expect(judge({})).toEqual({ verdict: 'healthy', outcomes: [] });
  });

  it('needs all of one group and any of another, and names what decided', () => {
    const two = [
      { fact: 'status', operator: 'equals', value: 200 },
      { fact: 'totalMs', operator: 'less', value: 100 },
    ] satisfies Comparison[];
    const reading = { status: 200, totalMs: 300 };
    expect(judge(reading, { all: two, severity: 'degraded' }).outcomes[0]).toMatchObject({
      passed: false,
      expected: 'Status equals 200 and Total time is less than 100 ms',
      actual: '300 ms',
    });
    expect(judge(reading, { any: two, severity: 'degraded' }).outcomes[0]).toMatchObject({
      passed: true,
      expected: 'Status equals 200 or Total time is less than 100 ms',
      actual: '200',
    });
    expect(judge({}, { any: two, severity: 'degraded' })).toMatchObject({
      verdict: 'degraded',
      outcomes: [{ passed: false, actual: 'no such reading; no such reading' }],
    });
  });

  it('says where each outcome belongs', () => {
    const evaluator = prepareEvaluator({ collectors: { one: { title: 'One', facts }, two: { title: 'Two', facts } } }, [
      { collector: 'one', assertions: [found] },
      { collector: 'two', assertions: [found, slow] },
    ]);
    const { outcomes } = evaluator.evaluate({ one: { status: 200 }, two: { status: 500, totalMs: 1 } });
    expect(outcomes.map(({ collector, assertion, passed }) => [collector, assertion, passed])).toEqual([
      [0, 0, true],
      [1, 0, false],
      [1, 1, true],
    ]);
  });
});

describe('what an outcome says', () => {
  const contains = (value: string): Comparison => ({ fact: 'body', operator: 'contains', value });

  it('is short, however long the text', () => {
    const outcome = outcomeOf({ body: 'x'.repeat(100_000) }, contains('y'.repeat(5_000)));
    expect(outcome.actual).toBe(`"${'x'.repeat(200)}…" (100000 characters)`);
    expect(outcome.expected.length).toBeLessThanOrEqual(500);
  });

  it('holds no secret, not even in part', () => {
    const mask = (text: string) => text.replaceAll('hunter2hunter2', '***');
    const assertions: Assertion[] = [{ ...contains('y'), severity: 'unhealthy' }];
    const evaluator = prepareEvaluator(probe, [{ collector: 'response', assertions }]);
    const body = `${'x'.repeat(195)}hunter2hunter2${'x'.repeat(500)}`;
    const { outcomes } = evaluator.evaluate({ response: { body } }, mask);
    expect(outcomes[0]!.actual).not.toContain('hunter');
  });
});
