import type { AssertionBucket, Check, ProbeDescriptor } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { assertionRows } from './assertion-rows.js';
import { factGroups } from './fact-choice.js';
import { makeBucket } from './testing/make-history.js';

type Fact = ProbeDescriptor['collectors'][number]['facts'][number];

const fact = (name: string, label: string, more: Partial<Fact> = {}): Fact => ({
  name,
  label,
  type: 'number',
  description: '',
  unit: null,
  chart: 'line',
  transient: false,
  family: false,
  ...more,
});
const collector = (name: string, facts: Fact[]) => ({
  name,
  title: name,
  description: '',
  configSchema: null,
  facts,
  defaultAssertions: [],
});
const probe: ProbeDescriptor = {
  kind: 'http',
  title: 'HTTP',
  description: '',
  configSchema: {},
  collectors: [
    collector('response', [
      fact('status', 'Status', { chart: 'step' }),
      fact('totalMs', 'Total', { unit: 'ms' }),
      fact('dnsMs', 'DNS', { unit: 'ms' }),
      fact('version', 'Version', { type: 'text' }),
      fact('body', 'Body', { transient: true }),
      fact('header', 'Header', { type: 'text', family: true }),
    ]),
    collector('certificate', [fact('daysLeft', 'Days left', { unit: 'days' })]),
  ],
  failures: [],
};
const check: Pick<Check, 'collectors'> = {
  collectors: [
    {
      collector: 'response',
      config: {},
      assertions: [
        { fact: 'status', operator: 'equals', value: 200, severity: 'unhealthy' },
        {
          any: [
            { fact: 'totalMs', operator: 'less', value: 500 },
            { fact: 'header.X-Slow', operator: 'exists' },
          ],
          severity: 'degraded',
        },
      ],
    },
  ],
};

describe('how often assertions held', () => {
  const bucket = (evaluated: number, failed: AssertionBucket['failed'] = []) =>
    makeBucket(0, 1, { assertions: { evaluated, failed } });
  const slow = 'Total is less than 500 ms or Header x-slow exists';

  it('is told for each of the check, by its place and what it expects', () => {
    const rows = assertionRows(check, probe, [
      bucket(10, [{ collector: 0, assertion: 1, expected: slow, count: 3 }]),
      bucket(0),
      bucket(10, [{ collector: 0, assertion: 1, expected: slow, count: 1 }]),
    ]);
    expect(rows.map(({ sentence, failed, heldShare }) => [sentence, failed, heldShare])).toEqual([
      ['Status equals 200', 0, 1],
      [slow, 4, 0.8],
    ]);
    expect(rows[1]?.parts.map(({ failedShare }) => failedShare)).toEqual([0.3, 0, 0.1]);
  });

  it('keeps those that failed before an edit apart', () => {
    const failed = [{ collector: 0, assertion: 0, expected: 'Status equals 204', count: 2 }];
    const rows = assertionRows(check, probe, [bucket(10, failed)]);
    expect(rows.map(({ sentence, isFormer, failed: count }) => [sentence, isFormer, count])).toEqual([
      ['Status equals 200', false, 0],
      [slow, false, 0],
      ['Status equals 204', true, 2],
    ]);
  });
});

describe('facts that are drawn', () => {
  it('share a chart by their unit, times first, and only those of the collectors in use', () => {
    expect(
      factGroups(check, probe).map(({ key, title, facts }) => [key, title, facts.map(({ key: name }) => name)]),
    ).toEqual([
      ['ms', 'Times', ['response.totalMs', 'response.dnsMs']],
      ['response.status', 'Status', ['response.status']],
    ]);
  });
});
