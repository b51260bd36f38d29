import { expect, it } from 'vitest';
import { asText, median, quantile, summarize } from './report.mjs';

const figures = {
  ratio: { title: 'ours ÷ theirs', atLeast: 1.5 },
  delayMs: { title: 'delay', unit: 'ms', atMost: 100 },
  rows: { title: 'rows' },
  absent: { title: 'not measured' },
};

it('tells the median, the span, and whether the median meets the target', () => {
  const measured = [
    { ratio: 1.4, delayMs: 90, rows: 3 },
    { ratio: 1.6, delayMs: 300, rows: 1 },
    { ratio: 1.5, delayMs: 101, rows: 2 },
  ];
  expect(summarize(figures, measured)).toEqual([
    { key: 'ratio', title: 'ours ÷ theirs', unit: '', median: 1.5, min: 1.4, max: 1.6, atLeast: 1.5, isMet: true },
    { key: 'delayMs', title: 'delay', unit: 'ms', median: 101, min: 90, max: 300, atMost: 100, isMet: false },
    { key: 'rows', title: 'rows', unit: '', median: 2, min: 1, max: 3 },
  ]);
});

it('takes a quantile between the two nearest values', () => {
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9);
});

it('says in words what was missed', () => {
  const text = asText({
    name: 'delay',
    about: 'how long it takes',
    size: { satellitesInAll: 10_000 },
    sizeName: 'full',
    runs: 5,
    host: { cores: 2, processor: 'a processor', node: '20.0.0', kernel: 'Linux 6', loadBefore: [0, 0, 0] },
    postgres: '18.4',
    figures: summarize({ delayMs: figures.delayMs }, [{ delayMs: 1_234.5 }]),
    notes: [],
  });
  expect(text).toContain('satellites in all 10,000');
  expect(text).toMatch(/delay +1,235 ms +1,235 – 1,235 +≤ 100 ms: MISSED/);
});
