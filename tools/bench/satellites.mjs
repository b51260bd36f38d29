// What idle satellites cost a hub, and how soon all are back after it was restarted.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { makeCatalog } from './stage/catalog.mjs';
import { startCrowd } from './stage/crowd.mjs';
import { loadWhile, residentMegabytes } from './stage/usage.mjs';

export const about = 'idle satellites at one hub, and their return after its restart';
export const sizes = {
  small: { satellites: 1_000, quietSeconds: 15 },
  medium: { satellites: 3_000, quietSeconds: 25 },
  full: { satellites: 10_000, quietSeconds: 35 },
};
export const figures = {
  hubMegabytes: { title: 'hub resident, all connected', unit: 'MB', atMost: 600 },
  hubMegabytesAfter: { title: 'hub resident, all back', unit: 'MB', atMost: 600 },
  hubPercent: { title: 'hub, all idle', unit: '% of a core' },
  databasePercent: { title: 'PostgreSQL, all idle', unit: '% of a core' },
  connectSeconds: { title: 'from the first dial until all are welcome', unit: 's' },
  backSeconds: { title: 'from SIGTERM until all are back', unit: 's', atMost: 30 },
  backAfterReadySeconds: { title: 'from the new hub being ready until all are back', unit: 's' },
  dialsEach: { title: 'dials of a satellite until it was back', unit: 'in the mean' },
  dialsASecond: { title: 'dials within the busiest second' },
};
export const notes = ['Each sends a heartbeat every 10 s and comes back as docs/link.md says (Goodbye, back-off).'];

const sparePorts = 2_000;

/** What stands in the way on this machine. */
export function missing() {
  const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const [, files] = /Max open files\s+\d+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  // After the restart the ports of the old connections still wait a minute.
  const most = Math.max(...Object.values(sizes).map(({ satellites }) => satellites));
  if (last - first < 2 * most + sparePorts)
    return `net.ipv4.ip_local_port_range is too narrow for ${most} connections.`;
  if (Number(files) < most + sparePorts)
    return `The limit of open files, ${files}, is too low: ulimit -n ${most + sparePorts}`;
}

export async function run(stage, { satellites: count, quietSeconds }) {
  const database = await stage.database();
  const hub = await stage.hub(database);
  const satellites = await makeCatalog(hub, database, { satellites: count });
  await hub.restart();
  await hub.isReady();
  const crowd = startCrowd(stage, hub, satellites, 2);
  const dialledAt = Date.now();
  await crowd.ask('connect');
  const connectSeconds = (Date.now() - dialledAt) / 1_000;
  // Two heartbeats of each.
  await delay(quietSeconds * 1_000);
  const { percent } = await loadWhile(() => delay(quietSeconds * 1_000), {
    pids: { hub: hub.pid },
    trees: { database: database.pid },
  });
  const hubMegabytes = residentMegabytes(hub.pid);

  const returned = crowd.ask('back');
  const stoppedAt = Date.now();
  await hub.restart();
  await hub.isReady();
  const readyAt = Date.now();
  const answers = await returned;
  const backAt = Math.max(...answers.map(({ lastAtMs }) => lastAtMs));
  const dials = answers.flatMap(({ dialledAtMs }) => dialledAtMs);
  await delay(quietSeconds * 1_000);
  const hubMegabytesAfter = residentMegabytes(hub.pid);
  await crowd.ask('end');
  return {
    hubMegabytes,
    hubMegabytesAfter,
    hubPercent: percent.hub,
    databasePercent: percent.database,
    connectSeconds,
    backSeconds: (backAt - stoppedAt) / 1_000,
    backAfterReadySeconds: (backAt - readyAt) / 1_000,
    dialsEach: dials.length / count,
    dialsASecond: busiestSecond(dials),
  };
}

function busiestSecond(times) {
  const counts = new Map();
  for (const time of times) counts.set(Math.floor(time / 1_000), (counts.get(Math.floor(time / 1_000)) ?? 0) + 1);
  return Math.max(...counts.values());
}
