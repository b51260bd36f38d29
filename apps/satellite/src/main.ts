import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { claimStrayError } from '@checkstack/plugin-sdk/runtime';
import { probes } from '@checkstack/plugins/probes';
import { Clock } from './clock.js';
import { loadConfig, type Config } from './config.js';
import { lockFolder } from './folder-lock.js';
import { serveHealth, type Health } from './health.js';
import { IsolatedProbes } from './isolation/isolated-probes.js';
import { isolatedRole } from './isolation/messages.js';
import { serveRuns } from './isolation/serve-runs.js';
import { loadPolicy } from './policy.js';
import { Runner } from './runner.js';
import { Satellite } from './satellite.js';
import { Session } from './session.js';
import { keepHeapSmall } from './small-heap.js';
import { StartupError } from './startup-error.js';
import { StrayErrors } from './stray-errors.js';

/** Baked in by the bundler. */
declare const CHECKSTACK_VERSION: string;

const probesByKind = new Map(probes.map((probe) => [probe.kind, probe]));

/** Whoever stops this process gives it no longer than this. */
const patienceMs = 15_000;

interface Parts {
  satellite: Satellite;
  session: Session;
}

interface Ending {
  line: string;
  exitCode: number;
}

/** Resolves with the exit code. */
async function run(config: Config): Promise<number> {
  const policy = loadPolicy(config.policyFile);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new StartupError(`The data folder cannot be made: ${error.message}`);
  });
  const unlock = await lockFolder(config.dataDir);
  const strayErrors = new StrayErrors(log);
  const ending = awaitEnding(config.parent, strayErrors);
  const clock = new Clock();
  const isolatedProbes = new IsolatedProbes({
    program: fileURLToPath(import.meta.url),
    env: config.probeEnvironment,
    onStray: (kind, text) => strayErrors.note(kind, text),
  });
  const runner = new Runner(probesByKind, policy, clock, isolatedProbes);
  const { dataDir, tokens, spool, hubUrl } = config;
  let parts: Parts | null = null;
  // Before anything runs: its port may be taken.
  const health = await openHealth(config.healthPort, () => parts && healthOf(parts));
  const satellite = await Satellite.open({ dataDir, tokens, spool, clock, runner, log });
  const processId = randomUUID();
  const session = new Session(satellite, {
    hubUrl,
    tokens,
    version: CHECKSTACK_VERSION,
    processId,
    log,
    warnings: () => strayErrors.warnings,
  });
  parts = { satellite, session };
  keepHeapSmall();
  const running = session.run();
  const { line, exitCode } = await ending;
  log(line);
  setTimeout(() => process.exit(1), patienceMs).unref();
  await satellite.close();
  isolatedProbes.close();
  await session.stop();
  await running;
  await satellite.spool.close();
  health?.close();
  await unlock();
  return exitCode;
}

async function openHealth(port: number | undefined, read: () => Health | null): Promise<Server | null> {
  if (port === undefined) return null;
  const server = await serveHealth(port, read).catch((error: Error) => {
    throw new StartupError(`The health endpoint cannot be opened: ${error.message}`);
  });
  log(`Telling its health at http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz.`);
  return server;
}

function healthOf({ satellite: { schedule, spool }, session }: Parts): Health {
  const { records, warnings } = spool.gauges();
  return {
    connected: session.isConnected,
    slices: schedule.size,
    spoolRecords: records,
    warnings: [...warnings, ...session.warnings],
  };
}

/** Why the satellite is to end: a signal, the hub that started it is gone, or an error of its own. */
function awaitEnding(parent: Config['parent'], strayErrors: StrayErrors): Promise<Ending> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve({ line: 'Stopping.', exitCode: 0 });
        process.once(signal, () => process.exit(1));
      });
    }
    process.on('uncaughtException', (error) => {
      const stray = claimStrayError(error);
      if (stray !== null) return stray.isReported || strayErrors.note(stray.kind, stray.text);
      // What state it left, nobody knows. What runs is recorded and the hub is told, where dying at once would leave it to guess.
      log(`An error that nobody expected: ${error.stack ?? error.message}`);
      resolve({ line: 'Stopping.', exitCode: 1 });
    });
    if (parent !== 'stdin') return;
    const gone = (): void => resolve({ line: 'The hub that started this satellite is gone; stopping.', exitCode: 0 });
    process.stdin.on('error', gone).on('end', gone).on('close', gone).resume();
  });
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

// Whoever read the log may be gone; the satellite goes on.
for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

async function runSatellite(): Promise<never> {
  try {
    const exitCode = await run(loadConfig(process.env));
    // A probe that was left behind must not keep the process.
    process.exit(exitCode);
  } catch (error) {
    const { message, stack = message } = error as Error;
    process.stderr.write(`${error instanceof StartupError ? message : stack}\n`);
    process.exit(1);
  }
}

await (process.argv[2] === isolatedRole ? serveRuns(probesByKind) : runSatellite());
