// How many results a second the hub stores for good, against PostgreSQL alone with the same rows.
import { performance } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { quantile } from './report.mjs';
import { makeCatalog } from './stage/catalog.mjs';
import { startCrowd } from './stage/crowd.mjs';
import { loadWhile } from './stage/usage.mjs';

export const about =
  'http results through the link, stored, rolled up and evaluated, against a bare COPY of the same rows';
export const sizes = {
  small: { satellites: 20, slicesPerSatellite: 200, batchesPerSatellite: 10, pacedSeconds: 4 },
  medium: { satellites: 50, slicesPerSatellite: 200, batchesPerSatellite: 20, pacedSeconds: 8 },
  full: { satellites: 100, slicesPerSatellite: 200, batchesPerSatellite: 20, pacedSeconds: 10 },
};
export const figures = {
  ratio: { title: 'link ÷ COPY', atLeast: 0.5 },
  linkPerSecond: { title: 'stored through the link', unit: 'results/s', atLeast: 40_000 },
  copyPerSecond: { title: 'bare COPY', unit: 'rows/s' },
  ackMedianMs: { title: 'Ack at 80 % of the most, median', unit: 'ms' },
  ackP99Ms: { title: 'Ack at 80 % of the most, 99 %', unit: 'ms', atMost: 500 },
  hubPercent: { title: 'hub at the most', unit: '% of a core' },
  databasePercent: { title: 'PostgreSQL at the most', unit: '% of a core' },
  generatorPercent: { title: 'generators at the most', unit: '% of a core' },
};
export const notes = [
  'A batch holds 200 results with 14 facts each. COPY writes 5,000 rows a statement and commit, over one connection.',
  'The generators share the cores with hub and database; COPY has them to itself.',
];

const window = 4;
const rowsACopy = 5_000;

export async function run(stage, size) {
  const database = await stage.database();
  const hub = await stage.hub(database);
  const shape = { ...size, locationsPerCheck: Math.min(10, size.satellites), everySeconds: 60 };
  const satellites = await makeCatalog(hub, database, shape);
  await hub.restart();
  await hub.isReady();
  const crowd = startCrowd(stage, hub, satellites, 2);
  await crowd.ask('connect');
  // Code is compiled, windows are in memory.
  await crowd.ask('flood', { batches: 3, window });
  const results = size.satellites * size.batchesPerSatellite * 200;
  await database.pool.query('CHECKPOINT');
  const pids = { hub: hub.pid, ...crowd.pids };
  const flood = () => crowd.ask('flood', { batches: size.batchesPerSatellite, window });
  const { tookSeconds, percent } = await loadWhile(flood, { pids, trees: { database: database.pid } });
  const linkPerSecond = results / tookSeconds;
  const perSecond = (0.8 * linkPerSecond) / 2;
  const ackMs = (await crowd.ask('pace', { perSecond, seconds: size.pacedSeconds })).flat();
  await crowd.ask('end');
  await hub.stop();
  const copyPerSecond = await copyAgain(database, results);
  return {
    ratio: linkPerSecond / copyPerSecond,
    linkPerSecond,
    copyPerSecond,
    ackMedianMs: quantile(ackMs, 0.5),
    ackP99Ms: quantile(ackMs, 0.99),
    hubPercent: percent.hub,
    databasePercent: percent.database,
    generatorPercent: Object.keys(crowd.pids).reduce((sum, name) => sum + percent[name], 0),
  };
}

/** The rows are read, the table is emptied, and they are written again. */
async function copyAgain({ pool }, most) {
  const client = await pool.connect();
  try {
    const lines = [];
    let rest = '';
    const rows = `SELECT * FROM results ORDER BY started_at LIMIT ${most}`;
    for await (const chunk of client.query(copyTo(`COPY (${rows}) TO STDOUT`))) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop();
      for (const part of parts) lines.push(`${part}\n`);
    }
    const groups = [];
    for (let from = 0; from < lines.length; from += rowsACopy)
      groups.push(Buffer.from(lines.slice(from, from + rowsACopy).join('')));
    await client.query('TRUNCATE results');
    await client.query('CHECKPOINT');
    const beganAt = performance.now();
    for (const group of groups)
      await pipeline(Readable.from([group]), client.query(copyFrom('COPY results FROM STDIN')));
    return (1_000 * lines.length) / (performance.now() - beganAt);
  } finally {
    client.release();
  }
}
