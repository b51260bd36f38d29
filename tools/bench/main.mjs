// Runs one bench a number of times, each on a stage of its own, and tells what it came to.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { asText, machine, summarize } from './report.mjs';
import { Stage } from './stage/stage.mjs';

const names = [
  'ingest',
  'satellites',
  'slices',
  'detection',
  'satellite',
  'start',
  'storage',
  'api',
  'history',
  'notifications',
];
const sizeNames = ['small', 'medium', 'full'];
const usage = `Usage: npm run bench -- ${names.join('|')} [--size ${sizeNames.join('|')}] [--runs 5] [--json] [--profile FOLDER]`;

/** undefined: they make no sense. */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        size: { type: 'string', default: 'full' },
        runs: { type: 'string', default: '5' },
        json: { type: 'boolean', default: false },
        profile: { type: 'string' },
      },
    });
    const [name, ...rest] = positionals;
    const runs = Number(values.runs);
    const isSound = names.includes(name) && rest.length === 0 && sizeNames.includes(values.size);
    return isSound && Number.isInteger(runs) && runs > 0 ? { ...values, name, runs } : undefined;
  } catch {
    return undefined;
  }
}

const options = readArguments();
if (options === undefined) {
  console.error(usage);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const { name, runs, json } = options;
const bench = await import(`./${name}.mjs`);
const missing = await bench.missing?.();
if (missing) {
  console.error(missing);
  process.exit(2);
}
// What is told on the way goes beside the JSON.
const say = (line) => console.error(line);
const host = machine();
const size = bench.sizes[options.size];
const profile = options.profile && resolve(options.profile);
if (profile) mkdirSync(profile, { recursive: true });
const measured = [];
let postgres;
for (let run = 1; run <= runs; run++) {
  const stage = new Stage(profile);
  try {
    const figures = await bench.run(stage, size, say);
    postgres ??= stage.postgresVersion;
    measured.push(figures);
    say(`run ${run} of ${runs}: ${JSON.stringify(rounded(figures))}`);
  } finally {
    await stage.end();
  }
}
const figures = summarize(bench.figures, measured);
const ratio = figures.find(({ key }) => key === 'ratio')?.median;
const { about, notes = [] } = bench;
const report = { name, about, sizeName: options.size, size, runs, host, postgres, figures, notes, ratio };
console.log(json ? JSON.stringify(report, undefined, 2) : asText(report));

function rounded(object) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, Number(value.toPrecision(4))]));
}
