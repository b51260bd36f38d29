// From the run that makes a check unhealthy to a console's live socket telling it: a real satellite, hub and target.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';
import { livePath, liveProtocol } from '../../libs/api/dist/live.js';
import { quantile } from './report.mjs';

export const about = 'from the answer that crosses the threshold until the live socket of a console tells it';
export const sizes = {
  small: { checks: 20, turns: 60 },
  medium: { checks: 50, turns: 120 },
  full: { checks: 100, turns: 300 },
};
export const figures = {
  p99Ms: { title: 'the check is told unhealthy, 99 %', unit: 'ms', atMost: 250 },
  medianMs: { title: 'the check is told unhealthy, median', unit: 'ms' },
  mostMs: { title: 'the check is told unhealthy, at the most', unit: 'ms' },
};
export const notes = [
  'Checks run every second; two failing runs in a row cross the threshold. A tenth of them fail at a time, apart from each other.',
];

const failuresToCross = 2;
const patienceMs = 120_000;

export async function run(stage, { checks, turns }) {
  const target = await startTarget();
  const database = await stage.database();
  const hub = await stage.hub(database);
  const { token, ids } = await provision(hub.operator, target.url, checks);
  const live = await openLive(hub);
  stage.satellite({ hubUrl: hub.address, token });
  try {
    return await watch({ target, live, ids, turns });
  } finally {
    live.socket.terminate();
    target.close();
  }
}

async function watch({ target, live, ids, turns }) {
  const states = new Map(ids.map((id) => [id, 'unknown']));
  const delays = [];
  live.onState = ({ subject, state }) => {
    if (subject.kind !== 'check') return;
    const atMs = performance.now();
    const path = `/${ids.indexOf(subject.id)}`;
    states.set(subject.id, state.state);
    if (state.state !== 'unhealthy' || !target.isIll(path)) return;
    delays.push(atMs - target.crossedAt(path));
    target.heal(path);
  };
  const until = performance.now() + patienceMs;
  const patiently = async (isSo, what) => {
    for (; !isSo(); await delay(20)) if (performance.now() > until) throw new Error(`${what} within ${patienceMs} ms.`);
  };
  await patiently(() => [...states.values()].every((state) => state === 'healthy'), 'Not every check became healthy');
  for (let turn = 0; turn < turns; turn++) {
    const index = Math.floor(Math.random() * ids.length);
    const path = `/${index}`;
    await patiently(() => target.ill < Math.max(1, ids.length / 10), 'Failures were not told');
    if (states.get(ids[index]) === 'healthy' && !target.isIll(path)) target.fail(path);
    else turn--;
    await delay(10 + Math.random() * 40);
  }
  await patiently(() => target.ill === 0, 'Failures were not told');
  return { p99Ms: quantile(delays, 0.99), medianMs: quantile(delays, 0.5), mostMs: Math.max(...delays) };
}

async function provision(operator, url, count) {
  const { satellite, token } = await operator.call('POST', '/satellites', { name: 'Near', location: { name: 'Near' } });
  const system = await operator.call('POST', '/systems', { name: 'Shop' });
  const ids = [];
  for (let index = 0; index < count; index++) {
    const check = await operator.call('POST', '/checks', {
      name: `Check ${index}`,
      kind: 'http',
      config: { url: `${url}/${index}` },
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
    ids.push(check.id);
  }
  return { token, ids };
}

/** What is probed; it knows when it gave the answer that crosses the threshold. */
async function startTarget() {
  const failures = new Map();
  const server = createServer((request, response) => {
    const times = failures.get(request.url);
    response.writeHead(times ? 503 : 200).end();
    times?.push(performance.now());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    get ill() {
      return failures.size;
    },
    isIll: (path) => failures.has(path),
    fail: (path) => failures.set(path, []),
    heal: (path) => failures.delete(path),
    crossedAt: (path) => failures.get(path)[failuresToCross - 1],
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As a browser: signed in by its cookie, told of all states. */
async function openLive(hub) {
  const socket = new WebSocket(`${hub.address.replace('http', 'ws')}${livePath}`, liveProtocol, {
    headers: { cookie: await hub.cookie() },
  });
  await once(socket, 'open');
  const live = { socket, onState: () => undefined };
  socket.on('message', (data) => {
    const message = JSON.parse(data);
    if (message.type === 'refresh') throw new Error('The hub lost track of what is new.');
    if (message.type === 'state') live.onState(message);
  });
  socket.send(JSON.stringify({ type: 'subscribe', topics: ['states'] }));
  return live;
}
