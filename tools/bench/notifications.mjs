// From the run that makes a system unhealthy to a webhook being asked, with many subscriptions; and how many deliveries leave in a minute.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from './report.mjs';

export const about = 'from the answer that crosses the threshold until the webhook is asked, and deliveries a minute';
export const sizes = {
  small: { systems: 20, subscriptions: 1_000, deliveries: 2_000 },
  medium: { systems: 50, subscriptions: 1_000, deliveries: 5_000 },
  full: { systems: 100, subscriptions: 1_000, deliveries: 20_000 },
};
export const figures = {
  p99Ms: { title: 'the request arrives, 99 %', unit: 'ms', atMost: 500 },
  medianMs: { title: 'the request arrives, median', unit: 'ms' },
  mostMs: { title: 'the request arrives, at the most', unit: 'ms' },
  perMinute: { title: 'deliveries to one webhook', unit: '/min', atLeast: 5_000 },
  doubled: { title: 'deliveries that arrived twice', unit: '' },
};
export const notes = [
  'Each system has one check, every second; two failing runs in a row cross the threshold. Each fails once, one after the other.',
  'The subscriptions are those of 100 users, spread over the systems; one more is to everything, with the webhook. Target and webhook are on the same machine.',
];

const failuresToCross = 2;
const patienceMs = 120_000;
const users = 100;

export async function run(stage, { systems, subscriptions, deliveries }) {
  const target = await startTarget();
  const database = await stage.database();
  const hub = await stage.hub(database, { env: { CHECKSTACK_ALLOWED_TARGETS: '127.0.0.1' } });
  try {
    const { token } = await provision(hub.operator, target, systems);
    await subscribe(database.pool, subscriptions);
    stage.satellite({ hubUrl: hub.address, token });
    const delays = await failEach(database.pool, target, systems);
    return {
      p99Ms: quantile(delays, 0.99),
      medianMs: quantile(delays, 0.5),
      mostMs: Math.max(...delays),
      ...(await flood(database.pool, target, deliveries)),
    };
  } finally {
    target.close();
  }
}

async function failEach(pool, target, count) {
  await patiently('Not every system became healthy', async () => {
    const { rows } = await pool.query('SELECT count(*)::int AS count FROM systems WHERE state = 0');
    return rows[0].count === count;
  });
  for (let index = 0; index < count; index++) {
    target.fail(`/${index}`);
    await delay(50 + Math.random() * 100);
  }
  await patiently('Not every failure was told', () => target.delays.length === count);
  return target.delays;
}

/** The same message again and again, each on its own, as fast as the hub sends. */
async function flood(pool, target, count) {
  target.ids.clear();
  await pool.query(
    `INSERT INTO deliveries (lane_id, channel_id, destination_id, lane_name, message, thread, due_at, give_up_at)
     SELECT lane_id, channel_id, destination_id, lane_name, message, thread || copy, now(), now() + interval '1 day'
     FROM (SELECT * FROM deliveries WHERE channel_id IS NOT NULL LIMIT 1) one, generate_series(1, $1::int) copy`,
    [count],
  );
  const startedAt = performance.now();
  await pool.query(`SELECT pg_notify('checkstack', '{"name":"deliveries","event":{}}')`);
  await patiently('Not every delivery arrived', () => target.ids.size >= count);
  const minutes = (performance.now() - startedAt) / 60_000;
  const arrived = [...target.ids.values()].reduce((sum, times) => sum + times, 0);
  return { perMinute: target.ids.size / minutes, doubled: arrived - target.ids.size };
}

async function provision(operator, target, count) {
  const { satellite, token } = await operator.call('POST', '/satellites', { name: 'Near', location: { name: 'Near' } });
  for (let index = 0; index < count; index++) {
    const system = await operator.call('POST', '/systems', { name: `System ${index}` });
    const check = await operator.call('POST', '/checks', {
      name: `Check ${index}`,
      kind: 'http',
      config: { url: `${target.url}/${index}` },
      collectors: [{ collector: 'response' }],
      schedule: { everySeconds: 1 },
      timeoutMs: 900,
    });
    await operator.call('POST', '/assignments', {
      checkId: check.id,
      systemId: system.id,
      locationIds: [satellite.location.id],
      thresholds: { healthy: 1, degraded: failuresToCross, unhealthy: failuresToCross },
    });
  }
  const channel = await operator.call('POST', '/channels', {
    name: 'Webhook',
    kind: 'webhook',
    config: { url: `${target.url}/hook` },
  });
  await operator.call('POST', '/destinations', { channelId: channel.id });
  await operator.call('POST', '/subscriptions', { target: { kind: 'everything' }, families: ['state'] });
  return { token };
}

async function subscribe(pool, count) {
  await pool.query(
    `WITH people AS (
       INSERT INTO users (email, name, role_id)
       SELECT 'user' || n || '@example.org', 'User ' || n, (SELECT id FROM roles WHERE name = 'viewer')
       FROM generate_series(1, ${users}) n RETURNING id),
     numbered AS (SELECT id, row_number() OVER () AS number FROM people),
     watched AS (SELECT id, row_number() OVER (ORDER BY id) AS number, count(*) OVER () AS count FROM systems)
     INSERT INTO subscriptions (user_id, system_id, families, least_importance)
     SELECT p.id, w.id, '{state}', 0 FROM generate_series(0, $1::int - 1) n
     JOIN numbered p ON p.number = n % ${users} + 1
     JOIN watched w ON w.number = (n / ${users} * 7 + n) % w.count + 1`,
    [count],
  );
}

/** What is probed, and the webhook; it knows when it gave the answer that crosses the threshold. */
async function startTarget() {
  const failures = new Map();
  const target = { delays: [], ids: new Map() };
  const server = createServer((request, response) => {
    if (request.url !== '/hook') {
      const times = failures.get(request.url);
      response.writeHead(times ? 503 : 200).end();
      times?.push(performance.now());
      return;
    }
    const atMs = performance.now();
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      response.writeHead(200).end();
      const { id, subjects } = JSON.parse(body);
      target.ids.set(id, (target.ids.get(id) ?? 0) + 1);
      const path = `/${/^System (\d+)$/.exec(subjects[0]?.name ?? '')?.[1]}`;
      const crossedAt = failures.get(path)?.[failuresToCross - 1];
      if (crossedAt === undefined) return;
      target.delays.push(atMs - crossedAt);
      failures.delete(path);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(target, {
    url: `http://127.0.0.1:${server.address().port}`,
    fail: (path) => failures.set(path, []),
    close() {
      server.close();
      server.closeAllConnections();
    },
  });
}

async function patiently(what, isSo) {
  for (const until = performance.now() + patienceMs; !(await isSo()); await delay(20))
    if (performance.now() > until) throw new Error(`${what} within ${patienceMs} ms.`);
}
