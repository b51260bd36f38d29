// How long charts over an hour up to a year take, with a year of history of many slices behind them.
import { performance } from 'node:perf_hooks';
import { Rollup } from '../../apps/hub/dist/results/rollup/rollup.js';
import { quantile } from './report.mjs';
import { makeCatalog } from './stage/catalog.mjs';
import { addressOf, factsOf } from './stage/facts.mjs';

export const about =
  'charts of a system with 20 slices, and of a check and all systems, over the history of many slices';
export const sizes = {
  small: { slices: 100, days: 365, loads: 10 },
  medium: { slices: 1_000, days: 90, loads: 10 },
  full: { slices: 1_000, days: 365, loads: 20 },
};
export const figures = {
  yearMs: { title: 'system with 20 slices, all days', unit: 'ms', atMost: 100 },
  mergedMs: { title: 'the same as one line', unit: 'ms', atMost: 100 },
  factMs: { title: 'the same with the quantiles of a fact', unit: 'ms' },
  monthMs: { title: 'system with 20 slices, 30 days by the hour', unit: 'ms', atMost: 150 },
  sliceMs: { title: 'one slice, all days', unit: 'ms' },
  manyMs: { title: '200 slices of a location, all days', unit: 'ms' },
  millionRuns: { title: 'runs behind it, millions' },
  dayBytes: { title: 'a slice and day', unit: 'bytes' },
  hourBytes: { title: 'a slice and hour', unit: 'bytes' },
};
export const notes = [
  'A slice runs every 5 minutes. 500 days and 500 hours are rolled up from such runs by the code of the hub, and every slice, day and hour is given one of them, by SQL.',
  'Medians of several loads after one to warm up, from the first request sent to the last answer read, over loopback.',
];

const runsAnHour = 12;
const hoursKept = 30;
const variants = 500;
const dayMs = 86_400_000;

export async function run(stage, { slices, days, loads }, say) {
  const database = await stage.database();
  const hub = await stage.hub(database);
  await makeCatalog(hub, database, {
    satellites: 5,
    slicesPerSatellite: slices / 5,
    locationsPerCheck: 5,
    checksPerSystem: 4,
  });
  await makeRollups(database, 'daily_rollups', { unit: 'day', count: days, runs: 24 * runsAnHour });
  await makeRollups(database, 'hourly_rollups', { unit: 'hour', count: 24 * hoursKept, runs: runsAnHour });
  await database.pool.query(
    `UPDATE rollup_progress SET until = date_trunc(CASE name WHEN 'daily' THEN 'day' ELSE 'hour' END, now())`,
  );
  const [subject] = await rowsOf(
    database,
    `SELECT a.system_id AS system, l.location_id AS location, s.id AS slice FROM assignments a
     JOIN assignment_locations l ON l.assignment_id = a.id JOIN slices s ON s.assignment_id = a.id LIMIT 1`,
  );
  const cookie = await hub.cookie();
  const medianMs = async (query, span) => {
    const now = Date.now();
    const times = `from=${new Date(now - span * dayMs).toISOString()}&to=${new Date(now).toISOString()}`;
    const path = `/api/v1/history?${query}&${times}&points=160`;
    const tookMs = [];
    for (let load = 0; load <= loads; load++) {
      const beganAt = performance.now();
      const answer = await fetch(`${hub.address}${path}`, { headers: { cookie } });
      const { series } = await answer.json();
      if (!answer.ok || series.every(({ buckets }) => buckets.every(({ p50Ms }) => p50Ms === null)))
        throw new Error(`${path} shows nothing.`);
      if (load > 0) tookMs.push(performance.now() - beganAt);
    }
    say(`  ${quantile(tookMs, 0.5).toFixed(1)} ms  ${path}`);
    return quantile(tookMs, 0.5);
  };
  const ofSystem = `systemId=${subject.system}`;
  return {
    yearMs: await medianMs(ofSystem, days),
    mergedMs: await medianMs(`${ofSystem}&by=system`, days),
    factMs: await medianMs(`${ofSystem}&fact=response.totalMs`, days),
    monthMs: await medianMs(ofSystem, hoursKept - 0.5),
    sliceMs: await medianMs(`sliceId=${subject.slice}`, days),
    manyMs: await medianMs(`locationId=${subject.location}`, days),
    millionRuns: (slices * days * 24 * runsAnHour) / 1e6,
    dayBytes: await bytesOf(database, 'daily_rollups'),
    hourBytes: await bytesOf(database, 'hourly_rollups'),
  };
}

/** A row for every slice and each of the last `count` units, made of one of the variants. */
async function makeRollups(database, table, { unit, count, runs }) {
  const columns = 'healthy, degraded, unhealthy, unknown, evaluated, failed_assertions, latency, fact_names, facts';
  const client = await database.pool.connect();
  try {
    await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
    await client.query(`CREATE TEMPORARY TABLE variants (LIKE ${table}) ON COMMIT DROP`);
    for (let variant = 0; variant < variants; variant++) {
      const row = rolledUp(runs);
      await client.query(
        `INSERT INTO variants (slice_number, from_at, ${columns}) VALUES ($1, now(), $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [variant, row.healthy, row.degraded, row.unhealthy, row.unknown, row.evaluated, ...valuesOf(row)],
      );
    }
    await client.query(
      `INSERT INTO ${table} (slice_number, from_at, ${columns})
       SELECT s.number, date_trunc('${unit}', now()) - make_interval(${unit}s => n), ${columns}
       FROM generate_series(1, ${count}) n, slices s
       JOIN variants v ON true WHERE v.slice_number = (s.number * 7919 + n * 104729) % ${variants} ORDER BY n DESC, s.number`,
    );
    await client.query('COMMIT');
    await client.query(`VACUUM ANALYZE ${table}`);
  } finally {
    client.release();
  }
}

function valuesOf({ failedAssertions, latency, factNames, facts }) {
  return [failedAssertions && JSON.stringify(failedAssertions), latency, factNames, facts];
}

/** Latencies spread as in life: many about the same, some long. */
function rolledUp(runs) {
  const rollup = new Rollup();
  const address = addressOf(Math.floor(Math.random() * 1000));
  const usualMs = 40 + Math.random() * 200;
  for (let run = 0; run < runs; run++) {
    const durationMs = usualMs * (0.7 - Math.log(1 - Math.random()) / 3);
    const facts = factsOf(address);
    rollup.addRun({ verdict: 0, durationMs, hasFailure: false, facts, assertions: [] });
  }
  return rollup.toRow();
}

async function bytesOf(database, table) {
  const [row] = await rowsOf(
    database,
    `SELECT pg_total_relation_size('${table}')::float8 / (SELECT count(*) FROM ${table}) AS bytes`,
  );
  return row.bytes;
}

async function rowsOf({ pool }, sql) {
  return (await pool.query(sql)).rows;
}
