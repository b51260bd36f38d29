// What the runs of a bench come to: medians, spans, targets, for people and as JSON.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** `figures`: key → { title, unit, digits, atMost or atLeast, note }; `measured`: one object of numbers a run. */
export function summarize(figures, measured) {
  return Object.entries(figures).flatMap(([key, figure]) => {
    const values = measured.map((run) => run[key]).filter((value) => Number.isFinite(value));
    if (values.length === 0) return [];
    const { title, unit = '', atMost, atLeast } = figure;
    const summary = { key, title, unit, median: median(values), min: Math.min(...values), max: Math.max(...values) };
    if (atMost !== undefined) return [{ ...summary, atMost, isMet: summary.median <= atMost }];
    if (atLeast !== undefined) return [{ ...summary, atLeast, isMet: summary.median >= atLeast }];
    return [summary];
  });
}

export function median(values) {
  return quantile(values, 0.5);
}

/** Between the two nearest values. */
export function quantile(values, share) {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}

export function machine() {
  return {
    cores: cpus().length,
    processor: cpus()[0].model,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    node: process.versions.node,
    kernel: execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim(),
    loadBefore: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}

export function asText({ name, about, size, sizeName, runs, host, postgres, figures, notes }) {
  const sizes = Object.entries(size).map(([key, value]) => `${wordsOf(key)} ${value.toLocaleString('en')}`);
  const rows = figures.map((figure) => [
    figure.title,
    shown(figure.median, figure.unit),
    `${shown(figure.min)} – ${shown(figure.max)}`,
    targetOf(figure),
  ]);
  return [
    `${name}: ${about}`,
    `size ${sizeName}: ${sizes.join(', ')}`,
    `${host.cores} cores (${host.processor}), Node ${host.node}, ${postgres ? `PostgreSQL ${postgres}` : 'no database'}, ${host.kernel}, load before ${host.loadBefore.join(' ')}`,
    '',
    ...aligned([['', runs === 1 ? 'one run' : `median of ${runs}`, 'min – max', 'target'], ...rows]),
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

function targetOf({ atMost, atLeast, unit, isMet }) {
  if (isMet === undefined) return '';
  const bound = atMost === undefined ? `≥ ${shown(atLeast, unit)}` : `≤ ${shown(atMost, unit)}`;
  return `${bound}: ${isMet ? 'met' : 'MISSED'}`;
}

function shown(value, unit = '') {
  const digits = Math.abs(value) >= 1_000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return `${value.toLocaleString('en', { maximumFractionDigits: digits })}${unit && ` ${unit}`}`;
}

function wordsOf(key) {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd());
}
