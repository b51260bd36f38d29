// How soon a satellite that starts has run each of its checks once, and how far runs are from their due time meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from './report.mjs';

export const about = 'a satellite starts, until each check at 60 s has run once';
export const sizes = {
  small: { checks: 500 },
  medium: { checks: 2_000 },
  full: { checks: 10_000 },
};
const everyMs = 60_000;
const mostSeconds = everyMs / 1_000 + 2;
export const figures = {
  firstSeconds: { title: 'first start, until each has run once', unit: 's', atMost: mostSeconds },
  firstLateP99Ms: { title: 'first start: a run begins after its slot, 99 %', unit: 'ms', atMost: 100 },
  againSeconds: { title: 'restart, until each has run once', unit: 's', atMost: mostSeconds },
  againLateP99Ms: { title: 'restart: a run begins after its slot, 99 %', unit: 'ms', atMost: 100 },
  missed: { title: 'slots without a run', unit: '' },
};
export const notes = [
  'First start: nothing is held, and each check is run at once beside its grid. Restart: each waits for its slot.',
];

export async function run(stage, { checks: count }) {
  const target = stage.helper('./target.mjs', {});
  const hub = stage.helper('./fake-hub.mjs', {});
  await hub.ask({ do: 'roster', count, everyMs, target: await target.ask({ do: 'url' }) });
  const address = await hub.ask({ do: 'address' });

  const start = async () => {
    const startedMs = Date.now();
    const satellite = stage.satellite(address);
    const lastMs = await hub.ask({ do: 'everyoneRan', sinceMs: startedMs, withinMs: 3 * everyMs });
    // Each slot of the first interval is counted, and its result has arrived.
    await delay(Math.max(0, startedMs + everyMs + 2_000 - Date.now()));
    const { lateMs, missed } = await hub.ask({ do: 'take' });
    await satellite.stop();
    return { seconds: (lastMs - startedMs) / 1_000, lateP99Ms: quantile(lateMs, 0.99), missed };
  };
  const first = await start();
  await hub.ask({ do: 'take' });
  const again = await start();
  return {
    firstSeconds: first.seconds,
    firstLateP99Ms: first.lateP99Ms,
    againSeconds: again.seconds,
    againLateP99Ms: again.lateP99Ms,
    missed: first.missed + again.missed,
  };
}
