import { randomUUID } from 'node:crypto';
import { routes, type Incident } from '@checkstack/api';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, ClientRequest, Refusal } from '../testing/client.js';
import { LiveClient } from '../testing/live-client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem } from '../testing/things.js';
import { Incidents } from './incidents.service.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

type Given = NonNullable<ClientRequest<typeof routes.incidents.create>['body']>;

function open(given: Partial<Given> = {}, client: Client = hub.admin): Promise<Incident> {
  return client.call(routes.incidents.create, { body: { title: `Trouble ${randomUUID()}`, ...given } });
}

function change(id: string, body: Partial<Given>, version?: number): Promise<Incident> {
  return hub.admin.call(routes.incidents.update, { params: { id }, body, ...(version !== undefined && { version }) });
}

function read(id: string): Promise<Incident> {
  return hub.admin.call(routes.incidents.read, { params: { id } });
}

async function refused(work: Promise<unknown>): Promise<Refusal['problem']> {
  const error = await work.then(
    () => expect.fail('It was taken.'),
    (refusal: Refusal) => refusal,
  );
  return error.problem;
}

/** What the outbox tells of an incident, oldest first. */
async function eventsOf(id: string): Promise<Record<string, unknown>[]> {
  const { rows } = await hub.database.query<{ payload: Record<string, unknown> }>(
    `SELECT payload FROM events WHERE type = 'incident' AND subject_kind = 'incident' AND subject_id = $1 ORDER BY id`,
    [id],
  );
  return rows.map(({ payload }) => payload);
}

async function idsOf(query: NonNullable<ClientRequest<typeof routes.incidents.list>['query']>): Promise<string[]> {
  return (await hub.admin.call(routes.incidents.list, { query })).items.map(({ id }) => id);
}

describe('an incident', () => {
  it('keeps what was entered, is edited by version, and logged', async () => {
    const shop = await addSystem(hub.admin, { name: 'Shop' });
    const { user } = await hub.admin.call(routes.session.read);
    const other = await open({ title: 'The one before' });
    const item = { id: randomUUID(), text: 'Add disks', ownerId: user.id, dueOn: '2027-01-31' };
    const created = await open({
      title: ' Nobody can pay ',
      description: 'Cards are **refused**.',
      severity: 'critical',
      systems: [{ systemId: shop.id, impact: 'outage' }],
      links: [{ label: 'Call', url: 'https://meet.example.test/1' }],
      leadId: user.id,
      responderIds: [user.id],
      relatedIds: [other.id],
      postMortem: 'The disk was full.',
      actionItems: [item],
    });
    expect(created).toMatchObject({
      title: 'Nobody can pay',
      status: 'investigating',
      severity: 'critical',
      systems: [{ system: { id: shop.id, name: 'Shop' }, impact: 'outage', state: { state: 'unknown' } }],
      lead: { id: user.id, name: user.name },
      responders: [{ id: user.id, name: user.name }],
      related: [{ id: other.id, title: 'The one before' }],
      actionItems: [{ ...item, done: false, owner: { id: user.id, name: user.name } }],
      openedBy: { kind: 'user', id: user.id },
      acknowledgedAt: null,
      resolvedAt: null,
      version: 1,
    });
    expect((await read(other.id)).related).toMatchObject([{ id: created.id, title: 'Nobody can pay' }]);

    const edited = await change(created.id, { title: 'Few can pay', relatedIds: [] }, 1);
    expect(edited).toMatchObject({ title: 'Few can pay', related: [], description: created.description, version: 2 });
    expect((await read(other.id)).related).toEqual([]);
    expect(await refused(change(created.id, { title: 'Late' }, 1))).toMatchObject({
      status: 412,
      code: 'changed_meanwhile',
    });
    // What the system's state is, the hub may tell meanwhile.
    expect({ ...(await read(created.id)), systems: [] }).toEqual({ ...edited, systems: [] });
    expect(await change(created.id, { title: 'Few can pay' }, 2)).toMatchObject({ version: 2 });

    await hub.admin.call(routes.incidents.remove, { params: { id: created.id }, version: 2 });
    expect(await refused(read(created.id))).toMatchObject({ code: 'not_found' });
    const { items } = await hub.admin.call(routes.audit.list, {
      query: { subjectKind: 'incident', subjectId: created.id },
    });
    expect(items.map(({ action, subject }) => [action, subject.name])).toEqual([
      ['incident.delete', 'Few can pay'],
      ['incident.update', 'Few can pay'],
      ['incident.create', 'Nobody can pay'],
    ]);
    expect(items[1]?.changes).toEqual({
      title: ['Nobody can pay', 'Few can pay'],
      related: [['The one before'], []],
    });
  });

  it('makes whoever edits a related one read it again', async () => {
    const one = await open();
    const other = await open();
    await change(one.id, { relatedIds: [other.id] });
    expect(await refused(change(other.id, { relatedIds: [] }, other.version))).toMatchObject({
      code: 'changed_meanwhile',
    });
  });

  it('refuses what names nothing, at its field', async () => {
    const nobody = randomUUID();
    const system = await addSystem(hub.admin);
    const incident = await open();
    const cases: [Partial<Given>, string][] = [
      [
        {
          systems: [
            { systemId: system.id, impact: 'outage' },
            { systemId: nobody, impact: 'outage' },
          ],
        },
        'systems.1.systemId',
      ],
      [{ leadId: nobody }, 'leadId'],
      [{ responderIds: [nobody] }, 'responderIds.0'],
      [{ relatedIds: [nobody] }, 'relatedIds.0'],
      [{ relatedIds: [incident.id] }, 'relatedIds.0'],
      [{ actionItems: [{ id: nobody, text: 'Do', ownerId: nobody }] }, 'actionItems.0.ownerId'],
      [{ links: [{ label: 'x', url: 'javascript:alert(1)' }] }, 'links.0.url'],
    ];
    for (const [body, path] of cases)
      expect((await refused(change(incident.id, body))).fields?.map((field) => field.path)).toEqual([path]);
    expect(await read(incident.id)).toMatchObject({ version: 1 });
  });

  it('goes on naming a system that was deleted, and a lead who was deleted is nobody', async () => {
    const system = await addSystem(hub.admin, { name: 'Old shop' });
    const { user } = await (await hub.signIn('editor')).call(routes.session.read);
    const { id } = await open({
      leadId: user.id,
      systems: [{ systemId: system.id, impact: 'degraded' }],
      actionItems: [{ id: randomUUID(), text: 'Look', ownerId: user.id }],
    });
    await hub.admin.call(routes.systems.remove, { params: { id: system.id } });
    await hub.admin.call(routes.users.remove, { params: { id: user.id } });
    const left = await read(id);
    expect(left).toMatchObject({
      lead: null,
      systems: [{ system: { id: system.id, name: 'Old shop' }, state: null }],
      actionItems: [{ ownerId: user.id, owner: null }],
    });
    const systems = left.systems.map((each) => ({ systemId: each.system.id, impact: 'outage' as const }));
    const actionItems = left.actionItems.map(({ owner: _, ...item }) => ({ ...item, done: true }));
    expect(await change(id, { systems, actionItems })).toMatchObject({
      systems: [{ system: { name: 'Old shop' }, impact: 'outage' }],
      actionItems: [{ done: true }],
    });
  });

  it('takes statuses in any order, is resolved and opened again, and says how long that took', async () => {
    const { id } = await open();
    await hub.database.query(`UPDATE incidents SET opened_at = opened_at - interval '10 min' WHERE id = $1`, [id]);
    expect(await change(id, { status: 'monitoring' })).toMatchObject({ resolvedAt: null, secondsToResolve: null });
    const resolved = await change(id, { status: 'resolved' });
    expect(resolved.resolvedAt).not.toBeNull();
    expect(Math.round((resolved.secondsToResolve ?? 0) / 60)).toBe(10);
    expect((await change(id, { severity: 'major' })).resolvedAt).toBe(resolved.resolvedAt);
    expect(await change(id, { status: 'identified' })).toMatchObject({ resolvedAt: null });
    expect((await eventsOf(id)).map(({ what, status }) => [what, status])).toEqual([
      ['opened', 'investigating'],
      ['status', 'monitoring'],
      ['resolved', 'resolved'],
      ['changed', 'resolved'],
      ['reopened', 'identified'],
    ]);
  });

  it('tells others of what they need to know, not of every edit', async () => {
    const system = await addSystem(hub.admin, { name: 'Wiki' });
    const { id } = await open({ title: 'Slow wiki' });
    await change(id, { description: 'More words', links: [{ label: 'Log', url: 'https://log.example.test' }] });
    await change(id, { systems: [{ systemId: system.id, impact: 'degraded' }] });
    const events = await eventsOf(id);
    expect(events.map(({ what }) => what)).toEqual(['opened', 'changed']);
    expect(events[1]).toMatchObject({
      title: 'Slow wiki',
      systems: [{ id: system.id, name: 'Wiki', impact: 'degraded' }],
      by: { kind: 'user' },
    });
  });

  it('leaves no event behind when the change itself fails', async () => {
    const { id } = await open();
    await hub.database.query(
      `ALTER TABLE audit_entries ADD CONSTRAINT no_more CHECK (subject_id <> '${id}') NOT VALID`,
    );
    try {
      await refused(change(id, { status: 'resolved' }));
      await refused(hub.admin.call(routes.incidents.acknowledge, { params: { id } }));
    } finally {
      await hub.database.query('ALTER TABLE audit_entries DROP CONSTRAINT no_more');
    }
    expect(await read(id)).toMatchObject({ status: 'investigating', acknowledgedAt: null });
    expect((await eventsOf(id)).map(({ what }) => what)).toEqual(['opened']);
  });

  it('is acknowledged once, by whoever is first', async () => {
    const { id, version } = await open();
    const editor = await hub.signIn('editor');
    const params = { id };
    const answers = await Promise.all(
      [hub.admin, editor, hub.admin, editor].map((client) => client.call(routes.incidents.acknowledge, { params })),
    );
    const [first] = answers;
    expect(first?.acknowledgedBy).not.toBeNull();
    expect(first?.secondsToAcknowledge).toBeGreaterThanOrEqual(0);
    for (const answer of answers) expect(answer.acknowledgedBy).toEqual(first?.acknowledgedBy);
    // It overwrites nothing: an edit that was begun before goes on.
    expect((await change(id, { title: 'Known' }, version)).acknowledgedAt).toBe(first?.acknowledgedAt);
    expect((await eventsOf(id)).filter(({ what }) => what === 'acknowledged')).toHaveLength(1);
    const over = await open({ status: 'resolved' });
    const late = await hub.admin.call(routes.incidents.acknowledge, { params: { id: over.id } });
    expect(late.acknowledgedAt).toBeNull();
  });

  it('tells browsers that it changed, those who may read it', async () => {
    const { id } = await open();
    await using viewer = await LiveClient.open(await hub.signIn('viewer'), ['catalog']);
    await change(id, { title: 'News' });
    await viewer.next('changed', (changed) => changed.thing === 'incident' && changed.id === id);
  });

  it('is read by viewers and managed by editors', async () => {
    const editor = await hub.signIn('editor');
    const { id } = await open({}, editor);
    const viewer = await hub.signIn('viewer');
    expect(await viewer.call(routes.incidents.read, { params: { id } })).toMatchObject({ id });
    expect(await refused(open({}, viewer))).toMatchObject({ code: 'not_allowed' });
  });
});

describe('the list of incidents', () => {
  it('goes on after a page, also among those of one moment', async () => {
    const system = await addSystem(hub.admin);
    const systems = [{ systemId: system.id, impact: 'outage' as const }];
    const opened: string[] = [];
    for (let count = 0; count < 5; count++) opened.push((await open({ systems })).id);
    await hub.database.query(`UPDATE incidents SET opened_at = '2026-01-01T00:00:00.123Z' WHERE id = ANY($1)`, [
      opened.slice(0, 4),
    ]);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await hub.admin.call(routes.incidents.list, {
        query: { systemId: system.id, limit: 2, ...(after !== undefined && { after }) },
      });
      seen.push(...page.items.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual([opened[4], ...opened.slice(0, 4).toSorted().toReversed()]);
  });

  it('is filtered by status, severity, system, text, span, and whether it is open', async () => {
    const system = await addSystem(hub.admin);
    const systemId = system.id;
    const mine = [{ systemId, impact: 'outage' as const }];
    const minor = await open({ title: 'Slow 100%_sure', systems: mine, severity: 'minor', status: 'monitoring' });
    const major = await open({ description: 'the Needle', systems: mine, severity: 'major' });
    const over = await open({ systems: mine, severity: 'major', status: 'resolved' });
    await hub.database.query(
      `UPDATE incidents SET opened_at = '2026-03-01T00:00Z', resolved_at = '2026-03-02T00:00Z' WHERE id = $1`,
      [over.id],
    );
    expect(await idsOf({ systemId })).toEqual([major.id, minor.id, over.id]);
    expect(await idsOf({ systemId, status: 'monitoring' })).toEqual([minor.id]);
    expect(await idsOf({ systemId, severity: 'major' })).toEqual([major.id, over.id]);
    expect(await idsOf({ systemId, open: 'true' })).toEqual([major.id, minor.id]);
    expect(await idsOf({ systemId, open: 'false' })).toEqual([over.id]);
    expect(await idsOf({ systemId, search: '100%_S' })).toEqual([minor.id]);
    expect(await idsOf({ systemId, search: 'needle' })).toEqual([major.id]);
    expect(await idsOf({ systemId, from: '2026-03-01T12:00:00Z', to: '2026-03-01T13:00:00Z' })).toEqual([over.id]);
    expect(await idsOf({ systemId, to: '2026-02-01T00:00:00Z' })).toEqual([]);
    expect(await idsOf({ systemId, from: '2026-03-03T00:00:00Z' })).toEqual([major.id, minor.id]);
  });

  it('finds text of updates for those who may read them', async () => {
    const word = randomUUID();
    const { id } = await open();
    await hub.admin.call(routes.incidents.post, { params: { id }, body: { body: word, audience: 'internal' } });
    const viewer = await hub.signIn('viewer');
    const query = { search: word };
    expect((await hub.admin.call(routes.incidents.list, { query })).items).toHaveLength(1);
    expect((await viewer.call(routes.incidents.list, { query })).items).toEqual([]);
  });
});

describe('several incidents', () => {
  it('are resolved, weighed anew and linked to each other at once', async () => {
    const ids = [(await open()).id, (await open()).id, (await open()).id];
    const { items } = await hub.admin.call(routes.incidents.change, {
      body: { ids, status: 'resolved', severity: 'major', relate: true },
    });
    expect(items.map(({ id }) => id)).toEqual(ids);
    for (const id of ids) {
      const incident = await read(id);
      expect(incident).toMatchObject({ status: 'resolved', severity: 'major' });
      expect(incident.related.map((related) => related.id).toSorted()).toEqual(
        ids.filter((other) => other !== id).toSorted(),
      );
      expect((await eventsOf(id)).map(({ what }) => what)).toEqual(['opened', 'resolved']);
    }
  });

  it('change all or none', async () => {
    const { id } = await open();
    const ids = [id, randomUUID()];
    const problem = await refused(hub.admin.call(routes.incidents.change, { body: { ids, status: 'resolved' } }));
    expect(problem.fields).toMatchObject([{ path: 'ids.1' }]);
    expect(await read(id)).toMatchObject({ status: 'investigating' });
  });

  it('are changed by two people at the same time', async () => {
    const ids = [(await open()).id, (await open()).id, (await open()).id];
    const linked = (order: string[]) => hub.admin.call(routes.incidents.change, { body: { ids: order, relate: true } });
    await Promise.all([linked(ids), linked(ids.toReversed()), change(ids[2] ?? '', { relatedIds: [ids[0] ?? ''] })]);
    for (const id of ids) expect((await read(id)).related.length).toBeGreaterThan(0);
  });
});

it('keeps the alerts of its systems quiet while it is open, when asked to', async () => {
  const [one, other, third] = [await addSystem(hub.admin), await addSystem(hub.admin), await addSystem(hub.admin)];
  const on = (...systems: { id: string }[]) => systems.map(({ id }) => ({ systemId: id, impact: 'outage' as const }));
  const quiet = await open({ suppressNotifications: true, systems: on(one, other) });
  await open({ suppressNotifications: true, systems: on(one) });
  await open({ systems: on(third) });
  const incidents = hub.app.get(Incidents);
  const { manager } = hub.app.get(DataSource);
  const asked = [one.id, other.id, third.id];
  const entry = { id: quiet.id, title: quiet.title };
  expect(await incidents.suppressing(manager, asked)).toEqual(
    new Map([
      [one.id, entry],
      [other.id, entry],
    ]),
  );
  await change(quiet.id, { status: 'resolved' });
  expect([...(await incidents.suppressing(manager, asked)).keys()]).toEqual([one.id]);
});

it('reports how many there were, and how long people took', async () => {
  const [first, second, third] = [
    await open({ severity: 'critical' }),
    await open({ severity: 'critical' }),
    await open({ severity: 'minor' }),
  ];
  await hub.database.query(`UPDATE incidents SET opened_at = '2020-01-01T00:00Z' WHERE id = ANY($1)`, [
    [first.id, second.id, third.id],
  ]);
  await hub.database.query(
    `UPDATE incidents SET status = 'resolved', resolved_at = opened_at + interval '1 hour', acknowledged_at = opened_at + interval '1 min', acknowledged_by = opened_by WHERE id = $1`,
    [first.id],
  );
  await hub.database.query(
    `UPDATE incidents SET acknowledged_at = opened_at + interval '3 min', acknowledged_by = opened_by WHERE id = $1`,
    [second.id],
  );
  const report = await hub.admin.call(routes.incidents.report, {
    query: { from: '2019-12-31T00:00:00Z', to: '2020-01-02T00:00:00Z' },
  });
  expect(report).toMatchObject({
    opened: 3,
    open: 2,
    secondsToAcknowledge: { count: 2, median: 120 },
    secondsToResolve: { count: 1, median: 3600, p90: 3600 },
    severities: [
      { severity: 'minor', opened: 1, secondsToResolve: { count: 0, median: null } },
      { severity: 'major', opened: 0 },
      { severity: 'critical', opened: 2 },
    ],
  });
});
