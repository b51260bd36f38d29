import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@checkstack/api';
import { expect, it } from 'vitest';
import { Client } from '../testing/client.js';
import { startTestHub } from '../testing/test-hub.js';
import { Drain } from './drain.js';
import { SatelliteBundle } from './satellite-bundle.js';
import { stopHub } from './stop-hub.js';

it('is alive for anyone who asks, and ready until it drains or loses its database', async () => {
  await using hub = await startTestHub();
  const status = async (path: string) => (await hub.anonymous.fetch(path)).status;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
  await hub.database.query(`DELETE FROM migrations WHERE name LIKE 'Roles%'`);
  expect(await status('/readyz')).toBe(503);
  await hub.database.query(`ALTER TABLE migrations RENAME TO gone`);
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  await hub.database.query(`ALTER TABLE gone RENAME TO migrations`);
  hub.app.get(Drain).isDraining = true;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
});

it('gives its metrics to whom it knows, by route and not by path', async () => {
  await using hub = await startTestHub();
  expect((await hub.anonymous.fetch('/metrics')).status).toBe(401);
  await hub.admin.call(routes.users.read, { params: { id: crypto.randomUUID() } }).catch(() => undefined);
  const { items } = await hub.admin.call(routes.roles.list);
  const { key } = await hub.admin.call(routes.apiKeys.create, {
    body: { name: 'Prometheus', roleId: items.find(({ name }) => name === 'viewer')?.id ?? '' },
  });
  const prometheus = new Client(hub.url, { authorization: `Bearer ${key}` });
  const text = await (await prometheus.fetch('/metrics')).text();
  expect(text).toMatch(
    /checkstack_http_request_seconds_count\{method="GET",route="\/api\/v1\/users\/:id",status="404"\} 1/,
  );
  expect(text).toContain('checkstack_database_connections{state="busy"}');
  expect(text).toContain('process_resident_memory_bytes');
});

it('shows the API’s description to whom it knows', async () => {
  await using hub = await startTestHub();
  expect((await hub.anonymous.fetch('/api/openapi.json')).status).toBe(401);
  const viewer = await hub.signIn('viewer');
  const response = await viewer.fetch('/api/openapi.json', { headers: { 'accept-encoding': 'gzip, br' } });
  expect(response.headers.get('content-encoding')).toBe('br');
  const document = (await response.json()) as { openapi: string; paths: object };
  expect(document.openapi).toBe('3.1.0');
  expect(document.paths).toHaveProperty(['/api/v1/checks/{id}', 'patch']);
});

it('serves the satellite to anyone, under its hash', async () => {
  await using hub = await startTestHub();
  const folder = await mkdtemp(join(tmpdir(), 'checkstack-bundle-'));
  const path = join(folder, 'satellite.mjs');
  Object.assign(hub.app.get(SatelliteBundle), { path });
  expect((await hub.anonymous.fetch('/api/satellite/satellite.mjs')).status).toBe(503);
  for (const program of ['first()', 'second()']) {
    await writeFile(path, program);
    const sha256 = createHash('sha256').update(program).digest('hex');
    const response = await hub.anonymous.fetch('/api/satellite/satellite.mjs');
    expect(response.headers.get('etag')).toBe(`"${sha256}"`);
    expect(await response.text()).toBe(program);
    expect(await hub.app.get(SatelliteBundle).read()).toMatchObject({ sha256, path });
  }
  await rm(folder, { recursive: true });
});

it('finishes what is under way when it stops, and takes nothing new', async () => {
  await using hub = await startTestHub();
  await hub.database.query('BEGIN; LOCK TABLE audit_entries');
  const underWay = hub.admin.call(routes.audit.list);
  await expect
    .poll(async () => (await hub.database.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount)
    .toBeGreaterThan(0);
  const stopped = stopHub(hub.app);
  await expect
    .poll(() =>
      hub.anonymous.fetch('/healthz').then(
        () => 'answered',
        () => 'refused',
      ),
    )
    .toBe('refused');
  await hub.database.query('COMMIT');
  expect((await underWay).items).toEqual([]);
  await stopped;
});

it.each([
  ['http://192.168.1.9:3000', false],
  ['https://status.example.org', true],
])('asks browsers at %s for https: %s', async (baseUrl, isHttps) => {
  await using hub = await startTestHub({ baseUrl });
  const { headers } = await hub.anonymous.fetch('/healthz');
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy.includes('upgrade-insecure-requests')).toBe(isHttps);
  expect(headers.has('strict-transport-security')).toBe(isHttps);
  expect(headers.has('x-powered-by')).toBe(false);
});

it('names each request, by its own name or the proxy’s', async () => {
  await using hub = await startTestHub();
  const idOf = async (given?: string) =>
    (await hub.anonymous.fetch('/api/v1/none', given ? { headers: { 'x-request-id': given } } : {})).headers.get(
      'x-request-id',
    );
  expect(await idOf()).toMatch(/^[0-9a-f-]{36}$/);
  expect(await idOf('proxy-7')).toBe('proxy-7');
  expect(await idOf('two words')).toMatch(/^[0-9a-f-]{36}$/);
  const problem = (await (await hub.anonymous.fetch('/api/v1/none')).json()) as object;
  expect(problem).toMatchObject({ code: 'not_found', requestId: expect.any(String) });
});
