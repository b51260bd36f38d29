import type { ProbeDescriptor, Run } from '@checkstack/api';
import { describe, expect, it } from 'vitest';
import { bytesWords, factRows, factWords } from './fact-words.js';
import { neighbours, neighbourWindow } from './neighbours.js';

const fact = { description: '', unit: null, chart: null, transient: false, family: false };
const probe: ProbeDescriptor = {
  kind: 'http',
  title: 'HTTP',
  description: '',
  configSchema: {},
  collectors: [
    {
      name: 'response',
      title: 'Response',
      description: '',
      configSchema: null,
      facts: [
        { ...fact, name: 'totalMs', type: 'number', label: 'Total time', unit: 'ms' },
        { ...fact, name: 'header', type: 'text', label: 'Header', family: true },
      ],
      defaultAssertions: [],
    },
  ],
  failures: [],
};

describe('facts', () => {
  it('have the labels and units of their probe', () => {
    const rows = factRows({ 'response.totalMs': 1234, 'response.header.content-type': 'text/html' }, probe);
    expect(rows.map(({ label, words, ms }) => [label, words, ms])).toEqual([
      ['Total time', '1.23 s', 1234],
      ['Header content-type', 'text/html', null],
    ]);
  });

  it('keep their names when the probe does not know them', () => {
    expect(factRows({ 'other.thing.deep': 3 }, undefined)).toMatchObject([
      { collector: 'other', label: 'thing.deep', words: '3' },
    ]);
  });

  it.each([
    [true, null, 'Yes'],
    [99.956, '%', '99.96 %'],
    [41, 'days', '41 days'],
    [512, 'bytes', '512 bytes'],
  ])('%s in %s is %s', (value, unit, words) => {
    expect(factWords(value, unit)).toBe(words);
  });

  it('say sizes in powers of 1024', () => {
    expect([0, 1023, 1024, 48_213, 5 * 1024 ** 3].map(bytesWords)).toEqual([
      '0 bytes',
      '1023 bytes',
      '1 KiB',
      '47.1 KiB',
      '5 GiB',
    ]);
  });
});

describe('the runs beside a run', () => {
  const run = (minute: number, attempt = 0) =>
    ({ id: `${minute}.${attempt}`, slot: new Date(minute * 60_000).toISOString(), attempt }) as Run;

  it('are the ones right before and after, extra attempts included', () => {
    const runs = [run(9), run(5, 1), run(5), run(4), run(1)];
    expect(neighbours(run(5), runs)).toMatchObject({ older: { id: '4.0' }, newer: { id: '5.1' } });
    expect(neighbours(run(5, 1), runs)).toMatchObject({ older: { id: '5.0' }, newer: { id: '9.0' } });
    expect(neighbours(run(9), runs).newer).toBeUndefined();
  });

  it('are sought far enough ahead for slow checks', () => {
    const { to } = neighbourWindow(run(1440), [run(1440), run(0)]);
    expect(Date.parse(to)).toBeGreaterThan(1440 * 2 * 60_000);
  });
});
