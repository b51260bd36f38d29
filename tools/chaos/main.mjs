// Kills, freezes, cuts and edits a whole network for a while, then proves that nothing was lost.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { windowOf, withRun } from '../../apps/hub/dist/health/window.js';
import { slicePhaseMs } from '../../libs/link/dist/phase.js';
import { audit } from './audit.mjs';
import { calm } from './calm.mjs';
import { Ledger } from './ledger.mjs';
import { randomOf } from './random.mjs';
import { plant, sabotages } from './sabotage.mjs';
import { storm } from './storm.mjs';
import { World } from './world.mjs';

const usage = `Usage: npm run chaos -- [--minutes 1] [--seed 1] [--keep] [--sabotage ${sabotages.join('|')}]`;
const verdicts = ['healthy', 'degraded', 'unhealthy', 'unknown'];
const warmUpMs = 120_000;
const calmPatienceMs = 120_000;
const shownProblems = 12;

const say = (line) => console.log(line);

/** undefined: they make no sense. */
function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: '1' },
        sabotage: { type: 'string' },
        keep: { type: 'boolean', default: false },
      },
    });
    const { sabotage, keep } = values;
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    const isSound = minutes > 0 && Number.isInteger(seed) && (sabotage === undefined || sabotages.includes(sabotage));
    return isSound ? { minutes, seed, sabotage, keep } : undefined;
  } catch {
    return undefined;
  }
}

/** The states that the runs of a slice add up to, in slot order, and where each begins. */
function replay(rows, thresholds) {
  const turns = [];
  let window = windowOf([], thresholds);
  for (const { slotMs, attempt, verdict } of rows) {
    window = withRun(window, { slotMs, attempt, verdict: verdicts[verdict], message: null }, thresholds);
    const { state, isBlind } = window.now;
    const shown = isBlind ? 3 : state === null ? undefined : verdicts.indexOf(state);
    const last = turns.at(-1);
    // Two runs of one slot may turn the state twice; it is told as one millisecond later.
    if (shown !== undefined && last?.state !== shown)
      turns.push({ slotMs: Math.max(slotMs, (last?.slotMs ?? -1) + 1), state: shown });
  }
  return turns;
}

async function trial(home, { minutes, seed, sabotage }) {
  say(`Seed ${seed}, ${minutes} min; logs in ${home}`);
  const world = await World.begin(home);
  const ledger = new Ledger(world.database.url);
  try {
    await isWarm(ledger);
    if (sabotage) await plant(ledger.pool, sabotage);
    const fromMs = Date.now();
    const { counts, failures } = await storm(world, { seconds: minutes * 60, chance: randomOf(seed, 'storm'), say });
    const { sinceMs, quietFromMs, silent } = await calm(world, ledger, { patienceMs: calmPatienceMs, say });
    const book = await ledger.read();
    const exempt = new Map([...world.catalog.checks].map(([path, check]) => [path, check.exempt]));
    const found = audit({
      book,
      requests: world.target.requests,
      exemptOf: ({ url }) => exempt.get(new URL(url).pathname) ?? [],
      fromMs,
      toMs: sinceMs,
      phaseOf: slicePhaseMs,
      replay,
      quietFromMs,
    });
    writeFileSync(join(home, 'book.json'), JSON.stringify({ book, requests: world.target.requests, fromMs, sinceMs }));
    const surprises = world.parts.flatMap((part) => part.surprises);
    return { book, counts, failures, found: { ...found, silent: [...silent, ...found.silent] }, surprises, world };
  } finally {
    await ledger.close();
    await world.end();
  }
}

async function isWarm(ledger) {
  for (const end = performance.now() + warmUpMs; ; await delay(300)) {
    const slices = await ledger.sliceReports();
    if (slices.length > 0 && slices.every(({ newestMs }) => newestMs > 0)) return;
    if (performance.now() > end) throw new Error('Not every slice reported within two minutes of the start.');
  }
}

/** Answers whether all is well. */
function report({ book, counts, failures, found, surprises, world }) {
  const { lost, doubled, outOfOrder, silent } = found;
  for (const [what, problems] of Object.entries({ lost, doubled, 'out of order': outOfOrder, silent })) {
    for (const problem of problems.slice(0, shownProblems)) say(`${what}: ${problem}`);
    if (problems.length > shownProblems) say(`${what}: … and ${problems.length - shownProblems} more`);
  }
  for (const surprise of surprises) say(`note: ${surprise}`);
  for (const failure of failures) say(`fault not carried out: ${failure}`);
  const missing = Object.keys(counts).filter((kind) => counts[kind] === 0);
  const superseded = book.satellites.reduce((sum, satellite) => sum + satellite.doubled, 0);
  // A spool that was not full enough proves nothing.
  if (!book.gaps.some(({ reason }) => reason === 'spool_full')) missing.push('a gap of a spool that overflowed');
  if (superseded === 0) missing.push('a slot that two satellites ran');
  for (const kind of missing) say(`never happened: ${kind}`);
  const refused = book.satellites.reduce((sum, satellite) => sum + satellite.refused, 0);
  say(
    `${book.results.length} results of ${book.slices.length} slices, ${found.slots} slots in the storm, ${found.declared} of them in gaps, ` +
      `${world.target.requests.length} requests, ${superseded} superseded, ` +
      `${refused} refused, ${book.rejected} rejected, ${found.unmatched} answers without a result and with a reason`,
  );
  say(
    Object.entries(counts)
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', '),
  );
  const total = [lost, doubled, outOfOrder, silent].reduce((sum, { length }) => sum + length, 0);
  say(`lost ${lost.length}, doubled ${doubled.length}, out of order ${outOfOrder.length}, silent ${silent.length}`);
  return total === 0 && missing.length === 0 && failures.length === 0;
}

const options = readArguments();
if (options === undefined) {
  console.error(usage);
  process.exit(2);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const home = mkdtempSync(join(tmpdir(), 'checkstack-chaos-'));
const isWell = report(await trial(home, options));
if (isWell && !options.keep) rmSync(home, { recursive: true, force: true });
process.exitCode = isWell ? 0 : 1;
