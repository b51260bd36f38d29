// What a satellite costs, in processor time for each http check against blackbox_exporter, and in memory.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { median, quantile } from './report.mjs';
import { freePort } from './stage/stage.mjs';
import { cpuSeconds, residentMegabytes } from './stage/usage.mjs';

export const about = 'http checks for each second of processor time, against blackbox_exporter; and resident memory';
export const sizes = {
  small: {
    checksPerSecond: 100,
    warmSeconds: 8,
    measuredSeconds: 10,
    fewChecks: 100,
    manyChecks: 1_000,
    settledSeconds: 15,
  },
  medium: {
    checksPerSecond: 300,
    warmSeconds: 10,
    measuredSeconds: 15,
    fewChecks: 300,
    manyChecks: 3_000,
    settledSeconds: 30,
  },
  full: {
    checksPerSecond: 1_000,
    warmSeconds: 10,
    measuredSeconds: 20,
    fewChecks: 1_000,
    manyChecks: 10_000,
    settledSeconds: 75,
  },
};
export const figures = {
  ratio: { title: 'satellite ÷ blackbox_exporter', atLeast: 1.5 },
  satelliteChecks: { title: 'satellite', unit: 'checks/CPU-s' },
  blackboxChecks: { title: 'blackbox_exporter', unit: 'checks/CPU-s' },
  lateP99Ms: { title: 'a run begins after its slot, 99 %', unit: 'ms' },
  idleMegabytes: { title: 'resident, idle', unit: 'MB', atMost: 65 },
  fewMegabytes: { title: 'resident, a tenth of the checks at 60 s', unit: 'MB', atMost: 90 },
  manyMegabytes: { title: 'resident, all checks at 60 s', unit: 'MB', atMost: 160 },
};
export const notes = [
  'The satellite schedules, probes, judges two assertions, spools to disk and ships; blackbox_exporter probes when it is asked.',
  'Memory: one process that is given more and more checks, against a light local target.',
];

const blackbox = '/usr/bin/prometheus-blackbox-exporter';
const module = 'modules:\n  http:\n    prober: http\n    timeout: 5s\n    http:\n      preferred_ip_protocol: ip4\n';

export function missing() {
  if (!existsSync(blackbox)) return `There is no ${blackbox}: apt-get install prometheus-blackbox-exporter`;
}

export async function run(stage, size) {
  const target = stage.helper('./target.mjs', {});
  const url = await target.ask({ do: 'url' });
  const memory = await measureMemory(stage, url, size);
  const satellite = await measureSatellite(stage, url, size);
  const blackboxChecks = await measureBlackbox(stage, url, size);
  return { ratio: satellite.satelliteChecks / blackboxChecks, ...satellite, blackboxChecks, ...memory };
}

async function measureSatellite(stage, target, { checksPerSecond, warmSeconds, measuredSeconds }) {
  const hub = stage.helper('./fake-hub.mjs', {});
  await hub.ask({ do: 'roster', count: checksPerSecond, everyMs: 1_000, target });
  const satellite = stage.satellite(await hub.ask({ do: 'address' }));
  await hub.ask({ do: 'everyoneRan', sinceMs: 0, withinMs: 60_000 });
  await delay(warmSeconds * 1_000);
  await hub.ask({ do: 'take' });
  const before = cpuSeconds(satellite.pid);
  await delay(measuredSeconds * 1_000);
  const used = cpuSeconds(satellite.pid) - before;
  const { results, unwell, missed, lateMs } = await hub.ask({ do: 'take' });
  if (unwell + missed > 0) throw new Error(`${unwell} runs were not healthy, ${missed} slots were missed.`);
  await satellite.stop();
  await hub.stop();
  return { satelliteChecks: results / used, lateP99Ms: quantile(lateMs, 0.99) };
}

async function measureBlackbox(stage, target, { checksPerSecond, warmSeconds, measuredSeconds }) {
  const port = await freePort();
  const config = join(stage.home, 'blackbox.yml');
  writeFileSync(config, module);
  const exporter = stage.command('blackbox', blackbox, [
    `--config.file=${config}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await isListening(port, exporter);
  const scraper = stage.helper('./scraper.mjs', { port, target, checks: checksPerSecond, everyMs: 1_000 });
  await scraper.ask({ do: 'begin' });
  await delay(warmSeconds * 1_000);
  await scraper.ask({ do: 'take' });
  const before = cpuSeconds(exporter.pid);
  await delay(measuredSeconds * 1_000);
  const used = cpuSeconds(exporter.pid) - before;
  const { done, failed } = await scraper.ask({ do: 'take' });
  if (failed > 0) throw new Error(`${failed} probes of blackbox_exporter failed.`);
  await scraper.stop();
  await exporter.stop();
  return done / used;
}

async function isListening(port, exporter) {
  for (;;) {
    if (exporter.hasEnded) throw new Error('blackbox_exporter ended at once.');
    const answer = await fetch(`http://127.0.0.1:${port}/-/healthy`).catch(() => undefined);
    if (answer?.ok) return;
    await delay(50);
  }
}

async function measureMemory(stage, target, { fewChecks, manyChecks, settledSeconds }) {
  const hub = stage.helper('./fake-hub.mjs', {});
  const satellite = stage.satellite(await hub.ask({ do: 'address' }));
  await delay(10_000);
  const idleMegabytes = await residentOf(satellite);
  const withChecks = async (count) => {
    await hub.ask({ do: 'roster', count, everyMs: 60_000, target });
    await hub.ask({ do: 'everyoneRan', sinceMs: 0, withinMs: 120_000 });
    await delay(settledSeconds * 1_000);
    return residentOf(satellite);
  };
  const fewMegabytes = await withChecks(fewChecks);
  const manyMegabytes = await withChecks(manyChecks);
  await satellite.stop();
  await hub.stop();
  return { idleMegabytes, fewMegabytes, manyMegabytes };
}

/** The median over a while: between two collections memory goes up and down. */
async function residentOf({ pid }) {
  const readings = [];
  for (let reading = 0; reading < 20; reading++) {
    readings.push(residentMegabytes(pid));
    await delay(250);
  }
  return median(readings);
}
