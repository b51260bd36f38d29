// How long the hub takes for what the console asks it: a system's page with its history, and the list of all checks.
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { partitionOf } from '../../apps/hub/dist/results/partition-days.js';
import { quantile } from './report.mjs';
import { makeCatalog } from './stage/catalog.mjs';
import { startCrowd } from './stage/crowd.mjs';

export const about = 'the calls of a system page with 20 slices, and the list of all checks';
export const sizes = {
  small: { checks: 1_000, days: 3, loads: 10 },
  medium: { checks: 3_000, days: 10, loads: 20 },
  full: { checks: 10_000, days: 30, loads: 20 },
};
export const figures = {
  pageMs: { title: 'system page, all calls at once', unit: 'ms', atMost: 150 },
  slowestMs: { title: 'system page, its slowest call alone', unit: 'ms' },
  listMs: { title: 'list of all checks', unit: 'ms', atMost: 150 },
  listPages: { title: 'list of all checks, calls' },
  historyRows: { title: 'results behind the page' },
};
export const notes = [
  'Medians of several loads after one to warm up, from the first request sent to the last answer read, over loopback.',
  'History: one result a slice through the link, copied back in time by SQL every 60 s, rolled up by the hub.',
];

const everyMs = 60_000;
const dayMs = 86_400_000;
const slicesOfSystem = 20;
const rollUpPatienceMs = 600_000;

export async function run(stage, { checks, days, loads }, say) {
  const database = await stage.database();
  const hub = await stage.hub(database);
  const satellites = await makeCatalog(hub, database, {
    satellites: 10,
    slicesPerSatellite: checks / 5,
    locationsPerCheck: 2,
    checksPerSystem: slicesOfSystem / 2,
  });
  await hub.restart();
  await hub.isReady();
  const crowd = startCrowd(stage, hub, satellites, 1);
  await crowd.ask('connect');
  await crowd.ask('flood', { batches: Math.ceil(checks / 5 / 200), window: 4 });
  const { rows: systems } = await database.pool.query(`SELECT id FROM systems WHERE name = 'System 0'`);
  const systemId = systems[0].id;
  await makeHistory(database, systemId, days);
  await isRolledUp(database, say);
  const cookie = await hub.cookie();
  const ask = async (path) => {
    const answer = await fetch(`${hub.address}/api/v1${path}`, { headers: { cookie } });
    const body = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(body)}`);
    return body;
  };
  const calls = () => pageCalls(systemId, days);
  const pageMs = await medianMs(loads, () => Promise.all(calls().map(ask)));
  const alone = [];
  for (const index of calls().keys()) alone.push(await medianMs(loads, () => ask(calls()[index])));
  calls().forEach((path, index) => say(`  ${alone[index].toFixed(1)} ms  ${path}`));
  let listPages = 0;
  const listMs = await medianMs(loads, async () => {
    listPages = await askAll(ask, '/checks');
  });
  const { rows } = await database.pool.query(
    `SELECT count(*)::int AS count FROM results WHERE slice_number IN (SELECT s.number FROM slices s JOIN assignments a ON a.id = s.assignment_id WHERE a.system_id = $1)`,
    [systemId],
  );
  await crowd.ask('end');
  return { pageMs, slowestMs: Math.max(...alone), listMs, listPages, historyRows: rows[0].count };
}

/** What the console asks for when it opens a system's page over its whole history. */
function pageCalls(systemId, days) {
  const to = new Date().toISOString();
  const from = new Date(Date.now() - days * dayMs).toISOString();
  return [
    `/systems/${systemId}`,
    `/assignments?systemId=${systemId}&limit=1000`,
    `/slices?systemId=${systemId}&limit=1000`,
    `/history?systemId=${systemId}&from=${from}&to=${to}&points=160`,
    `/runs?systemId=${systemId}&limit=50`,
    `/state-intervals?systemId=${systemId}&limit=20`,
    `/availability?systemId=${systemId}&from=${from}&to=${to}`,
  ];
}

async function askAll(ask, path) {
  for (let pages = 1, after = ''; ; pages++) {
    const { next } = await ask(`${path}?limit=1000${after}`);
    if (next === null) return pages;
    after = `&after=${encodeURIComponent(next)}`;
  }
}

async function medianMs(times, work) {
  await work();
  const tookMs = [];
  for (let time = 0; time < times; time++) {
    const beganAt = performance.now();
    await work();
    tookMs.push(performance.now() - beganAt);
  }
  return quantile(tookMs, 0.5);
}

/** The newest result of each slice of the system, again for each minute before it; a day is a partition. */
async function makeHistory({ pool }, systemId, days) {
  const { rows } = await pool.query(
    `SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'results'`,
  );
  const names = rows.map(({ name }) => name);
  const back = `n * interval '${everyMs} ms'`;
  const changed = {
    slot: `r.slot - ${back}`,
    started_at: `r.started_at - ${back}`,
    duration_ms: 'r.duration_ms * (0.7 - ln(1 - random()) / 3)',
  };
  const values = names.map((name) => changed[name] ?? `r.${name}`);
  const ofSystem = `SELECT s.number FROM slices s JOIN assignments a ON a.id = s.assignment_id WHERE a.system_id = $1`;
  for (let day = 0; day <= days; day++) {
    const date = new Date(Date.now() - day * dayMs).toISOString().slice(0, 10);
    await pool.query(`CREATE TABLE IF NOT EXISTS ${partitionOf(date)} (LIKE results INCLUDING ALL)`);
    const { rows: attached } = await pool.query(
      `SELECT FROM pg_inherits WHERE inhrelid = '${partitionOf(date)}'::regclass`,
    );
    if (attached.length === 0)
      await pool.query(
        `ALTER TABLE results ATTACH PARTITION ${partitionOf(date)} FOR VALUES FROM ('${date}') TO ('${date}'::date + 1)`,
      );
  }
  const runs = (days * dayMs) / everyMs - 1;
  await pool.query(
    `INSERT INTO results (${names.join(', ')})
     SELECT ${values.join(', ')}
     FROM (SELECT DISTINCT ON (slice_number) * FROM results WHERE slice_number IN (${ofSystem}) ORDER BY slice_number, slot DESC) r,
       generate_series(1, ${runs}) n`,
    [systemId],
  );
  await pool.query('VACUUM ANALYZE results');
  // The hub catches up by itself, as after an upgrade.
  await pool.query(
    `UPDATE rollup_progress SET until = date_trunc(CASE name WHEN 'daily' THEN 'day' ELSE 'hour' END, now() - interval '${days} days')`,
  );
}

async function isRolledUp({ pool }, say) {
  for (const until = performance.now() + rollUpPatienceMs; ; await delay(500)) {
    const { rows } = await pool.query(
      `SELECT (SELECT min(until) > now() - interval '25 hours' FROM rollup_progress) AND NOT EXISTS (SELECT FROM rollup_marks) AS "isDone",
        (SELECT min(until) FROM rollup_progress) AS "until"`,
    );
    if (rows[0].isDone) return;
    if (performance.now() > until) throw new Error(`History is rolled up to ${rows[0].until} only.`);
    say(`  rolled up to ${rows[0].until.toISOString()}`);
    await delay(5_000);
  }
}
