import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { probes } from '@checkstack/plugins/probes';
import { Clock } from './clock.js';
import { ConfigError, loadConfig, type Config } from './config.js';
import { serveHealth, type Health } from './health.js';
import { loadPolicy } from './policy.js';
import { Runner } from './runner.js';
import { Satellite } from './satellite.js';
import { Session } from './session.js';

/** Baked in by the bundler. */
declare const CHECKSTACK_VERSION: string;

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const clock = new Clock();
  const policy = loadPolicy(config.policyFile);
  const runner = new Runner(new Map(probes.map((probe) => [probe.kind, probe])), policy, clock);
  const satellite = await Satellite.open({
    dataDir: config.dataDir,
    tokens: config.tokens,
    spool: { ...config.spool, bootId: bootId() },
    clock,
    runner,
    log,
  });
  const session = new Session(satellite, {
    hubUrl: config.hubUrl,
    tokens: config.tokens,
    version: CHECKSTACK_VERSION,
    processId: randomUUID(),
    log,
  });
  const health =
    config.healthPort === undefined ? null : await serveHealth(config.healthPort, () => healthOf(satellite, session));
  const stopped = stopSignal(config.parent);
  const running = session.run();
  log(await stopped);
  await satellite.close();
  await session.stop();
  await running;
  await satellite.spool.close();
  health?.close();
  // Open, it would keep the process alive.
  if (config.parent === 'stdin') process.stdin.destroy();
}

function healthOf({ schedule, spool }: Satellite, session: Session): Health {
  const { records, warnings } = spool.gauges();
  return { connected: session.isConnected, slices: schedule.size, spoolRecords: records, warnings };
}

/** Why the satellite is to end: a signal, or the hub that started it is gone. */
function stopSignal(parent: Config['parent']): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve('Stopping.');
        process.once(signal, () => process.exit(1));
      });
    }
    if (parent !== 'stdin') return;
    const gone = (): void => resolve('The hub that started this satellite is gone; stopping.');
    process.stdin.on('error', gone).on('end', gone).on('close', gone).resume();
  });
}

/** Changes with every boot of the machine: monotonic times compare within one only. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return randomUUID();
  }
}

function log(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

try {
  await main();
} catch (error) {
  const isOrdinary = error instanceof ConfigError || (error as NodeJS.ErrnoException).code !== undefined;
  process.stderr.write(`${isOrdinary ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exitCode = 1;
}
