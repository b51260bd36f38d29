// Secrets of every kind, planted in a hub at work and then looked for wherever somebody could read them.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openApiDocument } from '@checkstack/api/openapi';
import { routes, type Route } from '@checkstack/api';
import type { Job, Outcome } from '@checkstack/link';
import { FakeSatellite, sampleResult } from '@checkstack/link/testing';
import { NetworkPolicy, runProbe, type LogLine } from '@checkstack/plugin-sdk/runtime';
import { probes } from '@checkstack/plugins/probes';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem, assign, enrol } from '../testing/things.js';

const key = `-----BEGIN PRIVATE KEY-----\nplanted/client/key/line/one\nplanted+client+key+line+two\n-----END PRIVATE KEY-----`;
const planted = {
  bearer: 'planted-bearer-"token"-1',
  basic: 'planted basic pässword 2',
  proxy: 'planted-proxy/password 3',
  keyLine: 'planted/client/key/line/one',
  user: 'planted-user-password-5',
};

const policy = new NetworkPolicy({ allow: ['127.0.0.0/8'] });
/** Repeats what it was told, in each part of its answer that a run keeps something of. */
const target = createServer((request, response) => {
  const { authorization = '', 'proxy-authorization': proxied = '' } = request.headers;
  const decoded = [authorization, proxied].map((text) => Buffer.from(text.replace(/^Basic /, ''), 'base64').toString());
  const told = `${authorization} ${proxied}`;
  response.writeHead(418, told, { 'x-told': told });
  response.end(`${told} ${decoded.join(' ')} ${JSON.stringify(told)}`);
}).listen(0, '127.0.0.1');

let hub: TestHub;
let satellite: FakeSatellite;
/** Secrets that the hub makes itself. */
const made: Record<string, string> = {};
const ids: Record<string, string> = {};
const logged: string[] = [];
const heard: string[] = [];

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => logged.push(String(text)) > 0);
  hub = await startTestHub({ logLevel: 'debug' });
  const enrolled = await enrol(hub.admin);
  const { id: locationId } = enrolled.satellite.location;
  const system = await addSystem(hub.admin);
  await addUserAndKey();
  made['satellite'] = enrolled.token;
  satellite = await FakeSatellite.connect({ url: hub.url, token: enrolled.token });
  for (const config of configs()) {
    const check = await hub.admin.call(routes.checks.create, { body: checkOf(config) });
    const body = { thresholds: { healthy: 1, degraded: 1, unhealthy: 1 } };
    await assign(hub.admin, { checkId: check.id, systemId: system.id, locationIds: [locationId] }, body);
    Object.assign(ids, { checks: check.id, systems: system.id, satellites: enrolled.satellite.id });
  }
  await listen([`system:${system.id}`, 'states', 'catalog', 'satellites']);
  for (const { id, job } of await satellite.holds((slices) => slices.length === configs().length)) {
    const { outcome } = await run(job);
    await satellite.ship([sampleResult({ slice: id, ...outcome })]);
  }
  await vi.waitFor(() => expect(heard.join('')).toContain('"type":"runs"'));
  await testNow(locationId);
}, 60_000);

afterAll(async () => {
  await satellite[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
  target.close();
  vi.restoreAllMocks();
});

function address(): string {
  return `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
}

function configs(): Record<string, unknown>[] {
  const url = `${address()}/told`;
  return [
    { url, auth: { type: 'bearer', token: planted.bearer } },
    { url, auth: { type: 'basic', username: 'me', password: planted.basic } },
    { url, proxy: { url: address(), username: 'me', password: planted.proxy } },
    {
      url: url.replace('http', 'https'),
      auth: { type: 'certificate', certificate: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----', key },
    },
  ];
}

function checkOf(config: Record<string, unknown>) {
  const assertions = [{ fact: 'body', operator: 'contains', value: 'something else' }] as const;
  return {
    name: `Check ${JSON.stringify(config).length}`,
    kind: 'http',
    config,
    collectors: [{ collector: 'response', assertions: [...assertions] }],
  };
}

/** As a satellite runs it. */
async function run({ configJson, collectors, timeoutMs }: Job): Promise<{ outcome: Outcome; log: LogLine[] }> {
  const [probe] = probes.filter(({ kind }) => kind === 'http');
  if (!probe) throw new Error('There is no http probe.');
  const request = {
    config: JSON.parse(configJson),
    collectors: collectors.map((collector) => ({
      collector: collector.name,
      config: JSON.parse(collector.configJson),
      assertions: JSON.parse(collector.assertionsJson),
    })),
  };
  const log: LogLine[] = [];
  const onLog = (line: LogLine): unknown => log.push(line);
  const { failure, ...rest } = await runProbe(probe, { ...request, timeoutMs, policy, onLog });
  return { outcome: { ...rest, failure: failure ?? null, startedAtMs: Date.now() }, log };
}

async function addUserAndKey(): Promise<void> {
  const roles = await hub.admin.call(routes.roles.list);
  const roleId = roles.items.find(({ name }) => name === 'viewer')?.id ?? '';
  const email = 'planted@example.test';
  await hub.admin.call(routes.users.create, { body: { email, name: 'Planted', roleId, password: planted.user } });
  const signedIn = await hub.anonymous.send(routes.session.signIn, {
    body: { input: { email, password: planted.user } },
  });
  made['session'] = /=([\w-]{43});/.exec(signedIn.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
  await hub.anonymous.send(routes.session.signIn, { body: { input: { email: planted.user, password: email } } });
  made['apiKey'] = (await hub.admin.call(routes.apiKeys.create, { body: { name: 'Planted', roleId } })).key;
}

async function listen(topics: string[]): Promise<void> {
  const { headers, url } = hub.admin;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live`, 'checkstack.live.v1', { headers });
  socket.on('message', (data: Buffer) => heard.push(data.toString()));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', topics }));
  await vi.waitFor(() => expect(heard).not.toEqual([]));
}

async function testNow(locationId: string): Promise<void> {
  for (const config of configs()) {
    const { kind, collectors } = checkOf(config);
    const body = { kind, config, collectors, locationId };
    const { id } = await hub.admin.call(routes.testRuns.create, { body });
    const { job } = await satellite.next('runNow', ({ runId }) => runId === id);
    satellite.send({ kind: 'runProgress', runId: id, ...(await run(job)) });
    await vi.waitFor(async () => {
      const { status } = await hub.admin.call(routes.testRuns.read, { params: { id } });
      expect(status).toBe('finished');
    });
    ids['test-runs'] = id;
  }
}

/** The ways in which a secret may be written somewhere. */
function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    Buffer.from(`me:${secret}`).toString('base64').replace(/=+$/, ''),
  ];
}

function expectNothingPlanted(text: string, where: string): void {
  for (const [name, secret] of Object.entries({ ...planted, ...made }))
    for (const spelling of spellings(secret))
      expect(text.includes(spelling), `${name} as ${spelling} in ${where}`).toBe(false);
}

it('was planted: the target was told, and its answers are kept', async () => {
  expect(Object.values(made).every((secret) => secret.length > 40)).toBe(true);
  const { rows } = await hub.database.query<{ text: string }>('SELECT results::text AS text FROM results');
  expect(rows).toHaveLength(configs().length);
  expect(JSON.stringify(rows)).toContain('***');
});

it('leaves no secret in the text of the database', async () => {
  const { rows: tables } = await hub.database.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) {
    const { rows } = await hub.database.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    expectNothingPlanted(rows.map(({ text }) => text).join('\n'), `the table ${name}`);
  }
});

it('answers with no secret, whoever reads what', async () => {
  const all = Object.values(routes).flatMap((group) => Object.values<Route>(group));
  let answered = 0;
  for (const route of all.filter(({ method }) => method === 'GET')) {
    const id = ids[route.path.split('/')[1] ?? ''] ?? ids['checks'] ?? '';
    for (const query of ['', `?checkId=${ids['checks']}`, `?systemId=${ids['systems']}`]) {
      const response = await hub.admin.fetch(`/api/v1${route.path.replace(/:\w+/g, id)}${query}`);
      if (response.ok) answered++;
      expectNothingPlanted(await response.text(), route.path);
    }
  }
  expect(answered).toBeGreaterThan(30);
  for (const path of ['/metrics', '/readyz', '/api/openapi.json'])
    expectNothingPlanted(await (await hub.admin.fetch(path)).text(), path);
  expectNothingPlanted(JSON.stringify(openApiDocument('1')), 'OpenAPI');
});

it('tells browsers and the log no secret', () => {
  expect(heard.join('')).toContain('***');
  expectNothingPlanted(heard.join('\n'), 'the live socket');
  expect(logged.join('')).toContain('/api/v1/checks');
  expectNothingPlanted(logged.join(''), 'the log');
});
