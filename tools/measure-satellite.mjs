// What one satellite costs: node tools/measure-satellite.mjs [--slices 50] [--every SECONDS] [--for SECONDS]
// Builds the satellite and a hub without a database into a temporary folder, runs HTTP checks against a server of its
// own, and tells memory, processor time and how late runs began, as the satellite's heartbeats and results say.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    slices: { type: 'string', default: '50' },
    every: { type: 'string', default: '60' },
    for: { type: 'string', default: '120' },
  },
});
const [count, everyMs, forMs] = [Number(values.slices), Number(values.every) * 1000, Number(values.for) * 1000];
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'checkstack-measure-'));
const program = join(folder, 'satellite.mjs');

try {
  await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  const { FakeHub, sampleJob, sampleSlice } = await loadFakes();
  await ended(
    spawn(process.execPath, ['bundle.mjs', program], { cwd: join(root, 'apps/satellite'), stdio: 'inherit' }),
  );
  const target = createServer((_request, response) => response.end('ok'));
  await new Promise((resolve) => target.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${target.address().port}/`;
  const hub = await FakeHub.start({ limits: { heartbeatIntervalMs: 5_000 } });
  const env = { CHECKSTACK_HUB_URL: hub.url, CHECKSTACK_TOKEN: hub.token, CHECKSTACK_DATA_DIR: join(folder, 'data') };
  const satellite = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  await hub.connected();
  const assertionsJson = JSON.stringify([{ fact: 'status', operator: 'equals', value: 200, severity: 'unhealthy' }]);
  const collectors = [{ name: 'response', configJson: '{}', assertionsJson }];
  const job = sampleJob({ configJson: JSON.stringify({ url }), collectors });
  const schedule = { kind: 'interval', intervalMs: everyMs };
  hub.sendRoster(Array.from({ length: count }, () => sampleSlice({ job, schedule })));
  // The first runs, all at once, are not what is measured.
  await hub.stored((records) => records.length >= count, 120_000);
  await delay(5_000);
  const firstRecord = hub.records.length;
  const firstBeat = hub.received('heartbeat').length;
  await delay(forMs);
  report(hub.records.slice(firstRecord), hub.received('heartbeat').slice(firstBeat), forMs / 1000);
  satellite.kill('SIGTERM');
  await ended(satellite);
  target.closeAllConnections();
  target.close();
  await hub[Symbol.asyncDispose]();
}

function report(records, heartbeats, seconds) {
  const results = records.filter(({ kind, attempt }) => kind === 'result' && attempt === 0);
  const unhealthy = results.filter(({ verdict }) => verdict !== 'healthy').length;
  const late = results.map(({ startedAtMs, slotMs }) => startedAtMs - slotMs);
  const megabytes = heartbeats.map(({ gauges }) => gauges.residentBytes / 1e6);
  const percent = heartbeats.map(({ gauges }) => gauges.cpuFraction * 100);
  const figures = {
    'resident memory, median MB': quantile(megabytes, 0.5).toFixed(1),
    'resident memory, most MB': quantile(megabytes, 1).toFixed(1),
    'processor, mean % of one core': (percent.reduce((sum, one) => sum + one, 0) / percent.length).toFixed(2),
    'runs per second': (results.length / seconds).toFixed(1),
    'not healthy': unhealthy,
    'slots without a run': records.filter(({ kind }) => kind === 'gap').reduce((sum, gap) => sum + gap.count, 0),
    'late, median ms': quantile(late, 0.5),
    'late, 99 % ms': quantile(late, 0.99),
  };
  console.log(`Node ${process.versions.node}: ${count} slices every ${everyMs / 1000} s, measured for ${seconds} s`);
  for (const [name, figure] of Object.entries(figures)) console.log(`  ${name.padEnd(32)}${figure}`);
}

function quantile(figures, share) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** The testing door of libs/link, from its source. */
async function loadFakes() {
  const outfile = join(folder, 'fakes.mjs');
  await build({
    entryPoints: [join(root, 'libs/link/src/testing/index.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return import(pathToFileURL(outfile).href);
}

function ended(child) {
  return new Promise((resolve) => child.once('close', resolve));
}
