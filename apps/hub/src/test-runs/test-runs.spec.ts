import { routes, type TestRun } from '@checkstack/api';
import { FakeSatellite, sampleOutcome } from '@checkstack/link/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client, ClientRequest } from '../testing/client.js';
import { startTestHub, type TestHub, type TestReplica } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, enrol } from '../testing/things.js';

let hub: TestHub;
let other: TestReplica;

beforeAll(async () => {
  hub = await startTestHub();
  other = await hub.replica();
});

afterAll(() => hub[Symbol.asyncDispose]());

interface Place extends AsyncDisposable {
  locationId: string;
  satellite: FakeSatellite;
  name: string;
}

/** A location with a satellite, whose socket this hub holds. */
async function place(at: TestReplica = hub): Promise<Place> {
  const { satellite, token } = await enrol(hub.admin);
  const fake = await FakeSatellite.connect({ url: at.url, token });
  return {
    locationId: satellite.location.id,
    satellite: fake,
    name: satellite.name,
    [Symbol.asyncDispose]: () => fake[Symbol.asyncDispose](),
  };
}

type Body = NonNullable<ClientRequest<typeof routes.testRuns.create>['body']>;

function ask(locationId: string, body: Partial<Body> = {}, client: Client = hub.admin): Promise<TestRun> {
  const config = { url: 'http://x.test/' };
  return client.call(routes.testRuns.create, {
    body: { kind: 'http', config, collectors: [{ collector: 'response' }], locationId, ...body },
  });
}

async function until(id: string, status: TestRun['status'], withinMs = 5_000): Promise<TestRun> {
  return vi.waitFor(async () => {
    const testRun = await hub.admin.call(routes.testRuns.read, { params: { id } });
    expect(testRun.status).toBe(status);
    return testRun;
  }, withinMs);
}

describe('a test run', () => {
  it('is run by a satellite of the location, whose log and report come back', async () => {
    await using at = await place();
    const { locationId, satellite, name } = at;
    const { id } = await ask(locationId, { timeoutMs: 1234 });
    const { runId, job, labels } = await satellite.next('runNow');
    expect(runId).toBe(id);
    expect(job).toMatchObject({ kind: 'http', timeoutMs: 1234, collectors: [{ name: 'response' }] });
    expect(JSON.parse(job.configJson)).toEqual({ url: 'http://x.test/' });
    expect(Object.keys(labels)).toEqual(['location']);
    expect(await until(id, 'running')).toMatchObject({ satellite: name, log: [], report: null });
    satellite.send({ kind: 'runProgress', runId, log: [{ atMs: 1, text: 'one\0' }], outcome: null });
    satellite.send({ kind: 'runProgress', runId, log: [{ atMs: 2.5, text: 'two' }], outcome: null });
    const outcome = sampleOutcome({ startedAtMs: Date.now() });
    satellite.send({ kind: 'runProgress', runId, log: [{ atMs: 3, text: 'three' }], outcome });
    const { startedAtMs, ...report } = outcome;
    expect(await until(id, 'finished')).toMatchObject({
      log: [
        { atMs: 1, text: 'one\ufffd' },
        { atMs: 2.5, text: 'two' },
        { atMs: 3, text: 'three' },
      ],
      report: { ...report, startedAt: new Date(startedAtMs).toISOString() },
      problem: null,
    });
    // What comes after the end, or from somebody else, changes nothing.
    satellite.send({ kind: 'runProgress', runId, log: [{ atMs: 9, text: 'late' }], outcome: null });
    await satellite.heartbeat();
    expect((await until(id, 'finished')).log).toHaveLength(3);
  });

  it('reaches a satellite whose socket another hub holds', async () => {
    await using at = await place(other);
    const { locationId, satellite } = at;
    const { id } = await ask(locationId);
    const { runId } = await satellite.next('runNow');
    satellite.send({ kind: 'runProgress', runId, log: [], outcome: sampleOutcome() });
    await until(id, 'finished');
  });

  it('takes the kept secrets of the saved check, and fills templates in', async () => {
    await using at = await place();
    const { locationId, satellite } = at;
    const system = await addSystem(hub.admin, { name: 'Tested' });
    const environment = await hub.admin.call(routes.environments.create, {
      body: { name: 'live', fields: { path: 'health' } },
    });
    const saved = await addCheck(hub.admin, {
      config: { url: 'http://x.test/{{ environment.path }}', auth: { type: 'bearer', token: 'hunter2' } },
    });
    const { id } = await ask(locationId, {
      checkId: saved.id,
      config: { ...saved.config, headers: { 'x-system': '{{ system.name }}' } },
      systemId: system.id,
      environmentId: environment.id,
    });
    const { job, labels } = await satellite.next('runNow');
    expect(JSON.parse(job.configJson)).toEqual({
      url: 'http://x.test/health',
      auth: { type: 'bearer', token: 'hunter2' },
      headers: { 'x-system': 'Tested' },
    });
    expect(labels).toMatchObject({ system: 'Tested', environment: 'live', check: saved.name });
    const { rows } = await hub.database.query('SELECT job::text AS job FROM test_runs WHERE id = $1', [id]);
    expect(rows[0].job).not.toContain('hunter2');
    await expect(
      ask(locationId, { checkId: saved.id, config: { ...saved.config, url: 'http://thief.test/' } }),
    ).rejects.toMatchObject({ problem: { fields: [{ path: 'config.auth.token' }] } });
  });

  it('can be cancelled, on whichever hub', async () => {
    await using at = await place(other);
    const { locationId, satellite } = at;
    const { id } = await ask(locationId);
    await satellite.next('runNow');
    await hub.admin.call(routes.testRuns.cancel, { params: { id } });
    expect(await satellite.next('cancelRun')).toMatchObject({ runId: id });
    satellite.send({ kind: 'runProgress', runId: id, log: [], outcome: sampleOutcome() });
    await satellite.heartbeat();
    expect(await until(id, 'cancelled')).toMatchObject({ report: null });
  });

  it('fails at once when the connection to its satellite is lost', async () => {
    const { locationId, satellite } = await place();
    const { id } = await ask(locationId);
    await satellite.next('runNow');
    await satellite.drop();
    expect(await until(id, 'failed')).toMatchObject({ problem: 'The connection to the satellite was lost.' });
  });

  it('is given up when nobody took it or answered', async () => {
    await using at = await place();
    const { locationId, satellite } = at;
    const taken = await ask(locationId);
    await satellite.next('runNow');
    await hub.database.query(`UPDATE test_runs SET created_at = now() - interval '1 minute' WHERE id = $1`, [taken.id]);
    const { rows } = await hub.database.query(
      `INSERT INTO test_runs (location_id, status, job, created_at)
       SELECT location_id, 'waiting', job, now() - interval '11 seconds' FROM test_runs WHERE id = $1 RETURNING id`,
      [taken.id],
    );
    expect(await until(taken.id, 'failed', 10_000)).toMatchObject({ problem: 'The satellite did not answer in time.' });
    expect(await satellite.next('cancelRun')).toMatchObject({ runId: taken.id });
    expect(await until(rows[0].id as string, 'failed')).toMatchObject({
      problem: 'No satellite there took the run.',
    });
  });
});

describe('asking for a test run', () => {
  it('is refused where no satellite is online', async () => {
    const { satellite } = await enrol(hub.admin);
    const { id } = await addLocation(hub.admin);
    for (const locationId of [satellite.location.id, id])
      await expect(ask(locationId)).rejects.toMatchObject({ status: 409, code: 'no_satellite' });
  });

  it('is refused with the field that is wrong', async () => {
    const missing = '00000000-0000-4000-8000-000000000000';
    const { id } = await addLocation(hub.admin);
    const wrong: [Partial<Body>, string][] = [
      [{ config: { url: 'x' } }, 'config.url'],
      [{ kind: 'gopher' }, 'kind'],
      [{ collectors: [{ collector: 'nose' }] }, 'collectors.0.collector'],
      [{ checkId: missing }, 'checkId'],
      [{ systemId: missing }, 'systemId'],
      [{ environmentId: missing }, 'environmentId'],
      [{ locationId: missing }, 'locationId'],
    ];
    for (const [body, path] of wrong)
      await expect(ask(id, body), path).rejects.toMatchObject({ status: 400, problem: { fields: [{ path }] } });
  });

  it('is not for viewers', async () => {
    await using at = await place();
    await expect(ask(at.locationId, {}, await hub.signIn('viewer'))).rejects.toMatchObject({ status: 403 });
  });
});
