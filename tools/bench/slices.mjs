// What a hub costs that takes the results of many slices as they fall due.
import { setTimeout as delay } from 'node:timers/promises';
import { makeCatalog } from './stage/catalog.mjs';
import { startCrowd } from './stage/crowd.mjs';
import { loadWhile, residentMegabytes } from './stage/usage.mjs';

export const about = 'slices at 60 s, each result shipped as it is made';
export const sizes = {
  small: { satellites: 10, slicesPerSatellite: 1_000, warmSeconds: 62, measuredSeconds: 30 },
  medium: { satellites: 30, slicesPerSatellite: 1_000, warmSeconds: 62, measuredSeconds: 30 },
  full: { satellites: 100, slicesPerSatellite: 1_000, warmSeconds: 65, measuredSeconds: 60 },
};
export const figures = {
  resultsPerSecond: { title: 'results', unit: '/s' },
  hubPercent: { title: 'hub', unit: '% of a core', atMost: 25 },
  hubMegabytes: { title: 'hub resident', unit: 'MB', atMost: 400 },
  databasePercent: { title: 'PostgreSQL', unit: '% of a core' },
  stored: { title: 'stored of what was shipped', unit: '%' },
};
export const notes = [
  'The catalog is copied by SQL from one check made over REST; every slice reports once before it is measured.',
];

const everyMs = 60_000;

export async function run(stage, { warmSeconds, measuredSeconds, ...size }) {
  const database = await stage.database();
  const hub = await stage.hub(database);
  const shape = { ...size, locationsPerCheck: 10, everySeconds: everyMs / 1_000 };
  const satellites = await makeCatalog(hub, database, shape);
  await hub.restart();
  await hub.isReady();
  const crowd = startCrowd(stage, hub, satellites, 2);
  await crowd.ask('connect');
  const shipping = crowd.ask('live', { everyMs, seconds: warmSeconds + measuredSeconds });
  shipping.catch(() => undefined);
  await delay(warmSeconds * 1_000);
  const { percent } = await loadWhile(() => delay(measuredSeconds * 1_000), {
    pids: { hub: hub.pid },
    trees: { database: database.pid },
  });
  const hubMegabytes = residentMegabytes(hub.pid);
  const shipped = (await shipping).reduce((sum, count) => sum + count, 0);
  await crowd.ask('end');
  const { rows } = await database.pool.query('SELECT count(*)::int AS count FROM results');
  return {
    resultsPerSecond: shipped / (warmSeconds + measuredSeconds),
    hubPercent: percent.hub,
    hubMegabytes,
    databasePercent: percent.database,
    stored: (100 * rows[0].count) / shipped,
  };
}
