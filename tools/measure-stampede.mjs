// What a hub goes through when it comes back and all its satellites with it:
// npm run measure:stampede -- [--satellites 1000] [--down SECONDS] [--signal SIGKILL|SIGTERM] [--every SECONDS]
// Starts the built hub with its embedded PostgreSQL and, in this process, satellites whose every part is real but the
// probes; ends the hub, starts it again, and tells how they come back.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Operator } from './chaos/operator.mjs';
import { openFleet, provision } from './stampede/fleet.mjs';
import { watchHub } from './stampede/hub-watch.mjs';
import { nxQuietly, requireNode, root } from './workspace.mjs';

const administrator = { email: 'ada@example.org', password: 'correct horse battery' };
const patienceMs = 180_000;
/** After the last one is back: what it brought is stored. */
const settleMs = 5_000;

const { values } = parseArgs({
  options: {
    satellites: { type: 'string', default: '1000' },
    down: { type: 'string', default: '0' },
    signal: { type: 'string', default: 'SIGKILL' },
    every: { type: 'string', default: '10' },
  },
});
const [count, downMs, everySeconds] = [Number(values.satellites), Number(values.down) * 1000, Number(values.every)];

requireNode();
await nxQuietly('build', ['@checkstack/hub']);
const home = mkdtempSync(join(tmpdir(), 'checkstack-stampede-'));
let hub;
let fleet;
try {
  await measure();
} finally {
  await fleet?.close();
  await end(hub, 'SIGTERM');
  rmSync(home, { recursive: true, force: true });
}
process.exit();

async function measure() {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  hub = await startHub(port);
  const operator = new Operator([address], administrator);
  const identities = await provision(operator, home, { count, everySeconds });
  fleet = await openFleet(join(home, 'fleet'), identities, address);
  await until('Every satellite is connected', () => fleet.connected() === count);
  await delay(settleMs);

  const diedAt = performance.now();
  await end(hub, values.signal);
  const goneAt = performance.now();
  await delay(downMs);
  hub = await startHub(port);
  const backAt = performance.now();
  fleet.forgetLoop();
  const watch = watchHub(hub.pid, operator, home);
  // Some may not have noticed yet that their connection is gone.
  await until('Every satellite is back', () => fleet.connectedSince(diedAt) === count);
  const allBackAt = performance.now();
  await delay(settleMs);
  const attempts = fleet.attempts.filter(({ at }) => at >= goneAt);
  const reached = attempts.filter(({ outcome }) => outcome !== 'unanswered').map(({ at }) => at);
  report({
    'hub away, s': seconds(backAt - goneAt),
    'until half of them are back, s': seconds(fleet.welcomes(diedAt)[Math.floor(count / 2)] - backAt),
    'until 99 % are back, s': seconds(fleet.welcomes(diedAt)[Math.floor(count * 0.99)] - backAt),
    'until all are back, s': seconds(allBackAt - backAt),
    ...countsOf(attempts),
    'upgrades in 100 ms, at most': most(reached, 100),
    'upgrades in 1 s, at most': most(reached, 1_000),
    ...(await watch.end()),
    'event loop of the satellites, longest ms': fleet.longestLoopMs().toFixed(0),
    'slots without a run': await watch.gaps(),
  });
}

function report(figures) {
  console.log(
    `Node ${process.versions.node}: ${count} satellites, a slot every ${everySeconds} s each, the hub ended by ${values.signal}`,
  );
  for (const [name, figure] of Object.entries(figures)) console.log(`  ${name.padEnd(44)}${figure}`);
}

/** How many attempts had which outcome. */
function countsOf(attempts) {
  const counts = {};
  for (const { outcome } of attempts) {
    const name = `attempts ${outcome}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function seconds(ms) {
  return (ms / 1000).toFixed(1);
}

/** The most times within any span of that length. */
function most(times, spanMs) {
  let first = 0;
  return times.reduce((found, time, index) => {
    while (times[first] <= time - spanMs) first += 1;
    return Math.max(found, index - first + 1);
  }, 0);
}

async function startHub(port) {
  const child = spawn(process.execPath, [join(root, 'apps/hub/dist/main.js')], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: String(port),
      HOST: '127.0.0.1',
      CHECKSTACK_DATA_DIR: join(home, 'hub'),
      CHECKSTACK_LOCAL_SATELLITE: 'off',
      CHECKSTACK_ADMIN_EMAIL: administrator.email,
      CHECKSTACK_ADMIN_PASSWORD: administrator.password,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const log = createWriteStream(join(home, 'hub.log'), { flags: 'a' });
  await new Promise((resolve, reject) => {
    child.stdout.on('data', (text) => {
      log.write(text);
      if (String(text).includes('Checkstack is at')) resolve();
    });
    child.once('close', () => reject(new Error('The hub ended before it was ready.')));
  });
  return child;
}

async function end(child, signal) {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'close');
}

async function until(what, isSo) {
  for (const tooLate = performance.now() + patienceMs; !isSo(); await delay(50))
    if (performance.now() > tooLate) throw new Error(`${what}: not within ${patienceMs / 1000} s.`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
