// After the storm: waits, for a bounded time, until everything that was made has arrived and every state is as it should be.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { healthOf } from './ask.mjs';

const lookEveryMs = 500;

/** Answers the names of what is not so in time. `look` answers them as of now. */
async function until(patienceMs, look) {
  for (const end = performance.now() + patienceMs; ; await delay(lookEveryMs)) {
    const missing = await look().catch((error) => [error.message]);
    if (missing.length === 0 || performance.now() > end) return missing;
  }
}

/** Answers what stays behind, one line each; when the storm ended; and since when all was as it should be. */
export async function calm({ satellites, target, catalog }, ledger, { patienceMs, say }) {
  target.setAll('well');
  say('Waiting until every satellite is connected and has delivered, and every slice has reported.');
  const sinceMs = Date.now();
  const undelivered = await until(patienceMs, async () => {
    const states = await Promise.all(satellites.map(healthOf));
    return states.flatMap((health, index) => {
      const { name } = satellites[index];
      const { connected = false, spoolRecords = '?' } = health ?? {};
      return connected && spoolRecords === 0
        ? []
        : [`${name} is not connected or has not delivered (${spoolRecords} left)`];
    });
  });
  const unheard = await until(patienceMs, async () => {
    const slices = await ledger.sliceReports();
    return slices
      .filter(({ isWatched, newestMs, everySeconds }) => isWatched && newestMs < sinceMs + everySeconds * 1000)
      .map(({ name, newestMs }) => `${name} has not reported since ${new Date(newestMs).toISOString()}`);
  });
  const isLoud = (name) => [...catalog.checks.values()].find((check) => name.startsWith(`${check.name} `))?.isLoud;
  const follow = (mood, wantedOf) => {
    say(`Waiting until every state follows a target that is ${mood}.`);
    target.setAll(mood);
    return until(patienceMs, async () =>
      (await ledger.states())
        .filter(({ kind, name, state }) => state !== wantedOf(kind, name))
        .map(({ kind, name, state }) => `the target is ${mood}, but the ${kind} ${name} is ${state}`),
    );
  };
  const well = await follow('well', (kind, name) => (kind === 'system' || isLoud(name) ? 'degraded' : 'healthy'));
  const quietFromMs = Date.now();
  const ill = await follow('ill', () => 'unhealthy');
  const untold = await until(patienceMs, async () => {
    const count = await ledger.untold();
    return count === 0 ? [] : [`the past of ${count} slices is yet to be told anew`];
  });
  return { sinceMs, quietFromMs, silent: [...undelivered, ...unheard, ...well, ...ill, ...untold] };
}
