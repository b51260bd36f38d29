import { routes } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addCheck, addLocation, addSystem, assign } from '../testing/things.js';
import { Checks } from './checks.service.js';
import { Definitions } from './definitions.service.js';

let hub: TestHub;

beforeAll(async () => {
  hub = await startTestHub();
});

afterAll(() => hub[Symbol.asyncDispose]());

const missing = '00000000-0000-4000-8000-000000000000';
const withPassword = { url: 'https://shop.test/', auth: { type: 'basic', username: 'me', password: 'hunter2' } };

describe('checks', () => {
  it('offers every kind with its form, facts and failures', async () => {
    const { items } = await hub.admin.call(routes.probes.list);
    expect(items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['http', 'tcp']));
    const http = items.find(({ kind }) => kind === 'http')!;
    expect(http.configSchema).toMatchObject({ type: 'object', required: ['url'] });
    expect(http.collectors[0]!.facts.map(({ name }) => name)).toContain('status');
  });

  it('fills in what was left out, and is found by text, kind, tag and state', async () => {
    const check = await addCheck(hub.admin, { name: 'Shop front_page', tags: ['web'] });
    expect(check).toMatchObject({
      schedule: { everySeconds: 60 },
      timeoutMs: 30_000,
      paused: false,
      assignmentCount: 0,
      state: { state: 'unknown' },
      version: 1,
    });
    const found = async (query: object): Promise<string[]> =>
      (await hub.admin.call(routes.checks.list, { query })).items.map(({ name }) => name);
    expect(await found({ search: 'T_P' })).toEqual(['Shop front_page']);
    expect(await found({ search: 'T%P' })).toEqual([]);
    expect(await found({ kind: 'http', tag: 'web', state: 'unknown' })).toEqual(['Shop front_page']);
    expect(await found({ kind: 'tcp' })).toEqual([]);
  });

  it('names every wrong field, as deep as it lies', async () => {
    const status = (value: unknown): object => ({ fact: 'status', operator: 'equals', value });
    const wrong: [object, string][] = [
      [{ kind: 'gopher' }, 'kind'],
      [{ config: {} }, 'config.url'],
      [{ config: { url: 'ftp://x/' } }, 'config.url'],
      [{ config: { url: 'http://x/', tls: { minVersion: 'SSL' } } }, 'config.tls.minVersion'],
      [{ config: { url: 'http://x/', speed: 9 } }, 'config.speed'],
      [{ config: { url: 'http://x/', auth: { type: 'basic', username: 'me' } } }, 'config.auth.password'],
      [{ collectors: [] }, 'collectors'],
      [{ collectors: [{ collector: 'nose' }] }, 'collectors.0.collector'],
      [
        { collectors: [{ collector: 'response', assertions: [status(200), status('ok')] }] },
        'collectors.0.assertions.1.value',
      ],
      [
        { collectors: [{ collector: 'response', assertions: [{ any: [{ fact: 'smell', operator: 'exists' }] }] }] },
        'collectors.0.assertions.0.any.0.fact',
      ],
      [{ schedule: { cron: '61 * * * *' } }, 'schedule.cron'],
      [{ schedule: { cron: '0 0 30 2 *' } }, 'schedule.cron'],
      [{ schedule: { cron: '2026-01-01T00:00:00' } }, 'schedule.cron'],
      [{ schedule: { cron: '* * * * *', timeZone: 'Mars/Base' } }, 'schedule.timeZone'],
      [{ schedule: { everySeconds: 0 } }, 'schedule.everySeconds'],
      [{ timeoutMs: 99 }, 'timeoutMs'],
    ];
    for (const [body, path] of wrong) {
      const refusal = await addCheck(hub.admin, { name: 'Wrong', ...body }).catch((error: unknown) => error);
      expect(refusal, path).toMatchObject({ status: 400 });
      const { problem } = refusal as { problem: { fields: { path: string }[] } };
      expect(problem.fields.map((field) => field.path)).toContain(path);
    }
    const { items } = await hub.admin.call(routes.checks.list, { query: { search: 'Wrong' } });
    expect(items).toEqual([]);
  });

  it('takes a cron line with its time zone', async () => {
    const schedule = { cron: '*/5 8-18 * * MON-FRI', timeZone: 'Europe/Berlin' };
    expect((await addCheck(hub.admin, { schedule })).schedule).toEqual(schedule);
  });

  it('cannot become another kind', async () => {
    const { id } = await addCheck(hub.admin);
    await expect(hub.admin.call(routes.checks.update, { params: { id }, body: { kind: 'tcp' } })).rejects.toMatchObject(
      { problem: { fields: [{ path: 'kind' }] } },
    );
  });

  it('refuses an edit of a version that somebody else has changed', async () => {
    const { id } = await addCheck(hub.admin);
    await hub.admin.call(routes.checks.update, { params: { id }, body: { paused: true }, version: 1 });
    await expect(
      hub.admin.call(routes.checks.update, { params: { id }, body: { paused: false }, version: 1 }),
    ).rejects.toMatchObject({ code: 'changed_meanwhile' });
  });
});

it('of two edits of one version on two hubs at the same time, one is refused', async () => {
  const otherAdmin = await (await hub.replica()).signIn('admin');
  const { id } = await addCheck(hub.admin);
  const outcomes = await Promise.allSettled(
    [hub.admin, otherAdmin].map((client, index) =>
      client.call(routes.checks.update, { params: { id }, body: { timeoutMs: 1000 + index }, version: 1 }),
    ),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'changed_meanwhile' } });
  expect(await hub.admin.call(routes.checks.read, { params: { id } })).toMatchObject({ version: 2 });
});

describe('secrets of a check', () => {
  async function opened(id: string): Promise<unknown> {
    const stored = await hub.app.get(Checks).findDefinition(id);
    return JSON.parse(hub.app.get(Definitions).jobOf(stored!).configJson) as unknown;
  }

  it('stand sealed in the database and never come back to a browser', async () => {
    const check = await addCheck(hub.admin, { config: withPassword });
    expect(check.config).toMatchObject({ auth: { username: 'me', password: { $secret: 'kept' } } });
    const { rows } = await hub.database.query('SELECT config::text AS text FROM checks WHERE id = $1', [check.id]);
    expect(rows[0].text).toContain('$sealed');
    expect(rows[0].text).not.toContain('hunter2');
    expect(await opened(check.id)).toEqual(withPassword);
    const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: check.id } });
    expect(JSON.stringify(items)).not.toContain('hunter2');
    expect(JSON.stringify(items)).toContain('(secret)');
  });

  it('are kept when sent back as they came, also while other fields change, and replaced by a text', async () => {
    const { id, config } = await addCheck(hub.admin, { config: withPassword });
    const kept = await hub.admin.call(routes.checks.update, {
      params: { id },
      body: { config: { ...config, method: 'HEAD' } },
    });
    expect(await opened(id)).toEqual({ ...withPassword, method: 'HEAD' });
    const auth = { type: 'basic', username: 'me', password: 'new one' };
    await hub.admin.call(routes.checks.update, { params: { id }, body: { config: { ...kept.config, auth } } });
    expect(await opened(id)).toMatchObject({ auth: { password: 'new one' } });
    await hub.admin.call(routes.checks.update, { params: { id }, body: { config: { url: 'https://shop.test/' } } });
    expect(await opened(id)).toEqual({ url: 'https://shop.test/' });
  });

  it('are not sent to another address: they must be entered again', async () => {
    const { id, config } = await addCheck(hub.admin, { config: withPassword });
    await expect(
      hub.admin.call(routes.checks.update, {
        params: { id },
        body: { config: { ...config, url: 'https://thief.test/' } },
      }),
    ).rejects.toMatchObject({ status: 400, problem: { fields: [{ path: 'config.auth.password' }] } });
    expect(await opened(id)).toEqual(withPassword);
  });

  it.each(['http://{{ environment.host }}/health', '{{ system.name }}', 'http://shop.{{ environment.zone }}:80/'])(
    'do not go where a template leads: %s',
    async (url) => {
      await expect(addCheck(hub.admin, { config: { ...withPassword, url } })).rejects.toMatchObject({ status: 400 });
    },
  );

  it('go to a host that is written out, whatever templates fill the path', async () => {
    await addCheck(hub.admin, { config: { ...withPassword, url: 'http://shop.test/{{ environment.path }}' } });
    await addCheck(hub.admin, { config: { url: 'http://{{ environment.host }}/' } });
  });

  it('of a new check cannot be kept from nowhere', async () => {
    const config = { ...withPassword, auth: { ...withPassword.auth, password: { $secret: 'kept' } } };
    await expect(addCheck(hub.admin, { config })).rejects.toMatchObject({
      problem: { fields: [{ path: 'config.auth.password' }] },
    });
  });
});

describe('assignments', () => {
  it('attach a check to a system from locations, once', async () => {
    const [check, system, here, there] = await Promise.all([
      addCheck(hub.admin),
      addSystem(hub.admin),
      addLocation(hub.admin, 'Here'),
      addLocation(hub.admin, 'There'),
    ]);
    const to = { checkId: check.id, systemId: system.id };
    const assignment = await assign(hub.admin, { ...to, locationIds: [there.id, here.id] });
    expect(assignment).toMatchObject({
      check: { id: check.id, name: check.name },
      system: { id: system.id, name: system.name },
      enabled: true,
      thresholds: { healthy: 1, degraded: 2, unhealthy: 5 },
      locations: [{ name: 'Here' }, { name: 'There' }],
      environments: { mode: 'all' },
      retentionDays: 7,
      hourlyRetentionDays: 30,
      dailyRetentionDays: 365,
    });
    await expect(assign(hub.admin, { ...to, locationIds: [here.id] })).rejects.toMatchObject({
      code: 'already_exists',
      problem: { fields: [{ path: 'systemId' }] },
    });
    const { id: systemId } = await addSystem(hub.admin);
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => assign(hub.admin, { ...to, systemId, locationIds: [here.id] })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await hub.admin.call(routes.checks.read, { params: { id: check.id } })).toMatchObject({
      assignmentCount: 2,
    });
    expect(await hub.admin.call(routes.systems.read, { params: { id: system.id } })).toMatchObject({ checkCount: 1 });

    const updated = await hub.admin.call(routes.assignments.update, {
      params: { id: assignment.id },
      body: { locationIds: [here.id], thresholds: { unhealthy: 2 } },
      version: assignment.version,
    });
    expect(updated).toMatchObject({
      locations: [{ name: 'Here' }],
      thresholds: { healthy: 1, degraded: 2, unhealthy: 2 },
      version: 2,
    });
    const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: assignment.id } });
    expect(items[0]).toMatchObject({
      action: 'assignment.update',
      subject: { name: `${check.name} on ${system.name}` },
      changes: { locations: [['Here', 'There'], ['Here']], 'thresholds.unhealthy': [5, 2] },
    });
  });

  it('name the field that refers to nothing', async () => {
    const [check, system, location] = await Promise.all([
      addCheck(hub.admin),
      addSystem(hub.admin),
      addLocation(hub.admin),
    ]);
    const foreign = await hub.admin.call(routes.environments.create, { body: { name: 'Of nobody' } });
    const right = { checkId: check.id, systemId: system.id, locationIds: [location.id] };
    const wrong: [object, string][] = [
      [{ checkId: missing }, 'checkId'],
      [{ systemId: missing }, 'systemId'],
      [{ locationIds: [missing] }, 'locationIds'],
      [{ locationIds: [] }, 'locationIds'],
      [{ environments: { mode: 'chosen', ids: [foreign.id] } }, 'environments.ids'],
    ];
    for (const [body, path] of wrong)
      await expect(assign(hub.admin, { ...right, ...body }), path).rejects.toMatchObject({
        status: 400,
        problem: { fields: [{ path }] },
      });
  });

  it('are listed by system and by check, in pages', async () => {
    const location = await addLocation(hub.admin);
    const system = await addSystem(hub.admin);
    for (const name of ['b check', 'A check', 'c check']) {
      const check = await addCheck(hub.admin, { name });
      await assign(hub.admin, { checkId: check.id, systemId: system.id, locationIds: [location.id] });
    }
    const query = { systemId: system.id, limit: 2 };
    const first = await hub.admin.call(routes.assignments.list, { query });
    const second = await hub.admin.call(routes.assignments.list, { query: { ...query, after: first.next! } });
    expect([...first.items, ...second.items].map(({ check }) => check.name)).toEqual(['A check', 'b check', 'c check']);
    expect(second.next).toBeNull();
    const { checkId, name } = { checkId: first.items[1]!.check.id, name: system.name };
    const ofCheck = await hub.admin.call(routes.assignments.list, { query: { checkId } });
    expect(ofCheck.items.map((item) => item.system.name)).toEqual([name]);
  });

  it('end with their check', async () => {
    const [check, system, location] = await Promise.all([
      addCheck(hub.admin),
      addSystem(hub.admin),
      addLocation(hub.admin),
    ]);
    await assign(hub.admin, { checkId: check.id, systemId: system.id, locationIds: [location.id] });
    await hub.admin.call(routes.checks.remove, { params: { id: check.id } });
    const { items } = await hub.admin.call(routes.assignments.list, { query: { systemId: system.id } });
    expect(items).toEqual([]);
  });
});
