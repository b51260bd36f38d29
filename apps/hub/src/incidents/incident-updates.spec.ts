import { routes, type Incident, type IncidentUpdate, type TimelineEntry } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client, ClientRequest, Refusal } from '../testing/client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';
import { addSystem } from '../testing/things.js';
import { Timeline } from './timeline.service.js';

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());

function open(systemIds: string[] = []): Promise<Incident> {
  const systems = systemIds.map((systemId) => ({ systemId, impact: 'outage' as const }));
  return hub.admin.call(routes.incidents.create, { body: { title: 'Trouble', systems } });
}

function post(
  id: string,
  body: NonNullable<ClientRequest<typeof routes.incidents.post>['body']>,
): Promise<IncidentUpdate> {
  return hub.admin.call(routes.incidents.post, { params: { id }, body });
}

async function timeline(id: string, client: Client = hub.admin): Promise<TimelineEntry[]> {
  return (await client.call(routes.incidents.timeline, { params: { id } })).items;
}

async function refused(work: Promise<unknown>): Promise<Refusal['problem']> {
  const error = await work.then(
    () => expect.fail('It was taken.'),
    (refusal: Refusal) => refusal,
  );
  return error.problem;
}

async function eventsOf(id: string): Promise<{ what: string; audience: string; update: { body: string } | null }[]> {
  const { rows } = await hub.database.query<{ payload: Awaited<ReturnType<typeof eventsOf>>[number] }>(
    'SELECT payload FROM events WHERE subject_id = $1 ORDER BY id',
    [id],
  );
  return rows.map(({ payload }) => payload);
}

describe('an update', () => {
  it('is posted with its author, and sets the status with it', async () => {
    const { id } = await open();
    const update = await post(id, { body: ' We **found** it. ', audience: 'public', status: 'identified' });
    expect(update).toMatchObject({
      body: 'We **found** it.',
      audience: 'public',
      author: { kind: 'user' },
      version: 1,
    });
    expect(await hub.admin.call(routes.incidents.read, { params: { id } })).toMatchObject({ status: 'identified' });
    expect((await timeline(id)).map(({ kind }) => kind)).toEqual(['update', 'status', 'opened']);
    expect(await eventsOf(id)).toMatchObject([
      { what: 'opened', update: null },
      { what: 'status', audience: 'public', update: { body: 'We **found** it.' } },
    ]);
  });

  it('for those who work on it stays with them, in answers and events', async () => {
    const { id } = await open();
    await post(id, { body: 'For all', audience: 'signed-in' });
    const secret = await post(id, { body: 'Root password leaked', audience: 'internal', status: 'fixing' });
    const [viewer, editor] = [await hub.signIn('viewer'), await hub.signIn('editor')];
    const bodies = async (client: Client): Promise<(string | null)[]> =>
      (await timeline(id, client)).flatMap((entry) => (entry.kind === 'update' ? [entry.update.body] : []));
    expect(await bodies(editor)).toEqual(['Root password leaked', 'For all']);
    expect(await bodies(viewer)).toEqual(['For all']);
    expect((await timeline(id, viewer)).map(({ kind }) => kind)).toEqual(['status', 'update', 'opened']);
    const params = { id, updateId: secret.id };
    expect(await refused(viewer.call(routes.incidents.revisions, { params }))).toMatchObject({ code: 'not_allowed' });
    const told = await eventsOf(id);
    expect(told.map(({ what, audience }) => [what, audience])).toEqual([
      ['opened', 'signed-in'],
      ['updated', 'signed-in'],
      ['status', 'signed-in'],
      ['updated', 'internal'],
    ]);
    expect(JSON.stringify(told.filter(({ audience }) => audience !== 'internal'))).not.toContain('leaked');
  });

  it('keeps what it said before each edit, and is edited by version', async () => {
    const { id } = await open();
    const { id: updateId } = await post(id, { body: 'First', audience: 'internal' });
    const params = { id, updateId };
    const editor = await hub.signIn('editor');
    const edited = await editor.call(routes.incidents.edit, {
      params,
      body: { body: 'Second', audience: 'public' },
      version: 1,
    });
    expect(edited).toMatchObject({ body: 'Second', audience: 'public', version: 2 });
    expect(edited.editedAt).not.toBeNull();
    const late = hub.admin.call(routes.incidents.edit, { params, body: { body: 'Late' }, version: 1 });
    expect(await refused(late)).toMatchObject({ status: 412, code: 'changed_meanwhile' });
    const same = await hub.admin.call(routes.incidents.edit, { params, body: { body: 'Second' }, version: 2 });
    expect(same).toEqual(edited);
    await hub.admin.call(routes.incidents.edit, { params, body: { body: 'Third' }, version: 2 });
    const { items } = await hub.admin.call(routes.incidents.revisions, { params });
    expect(items.map(({ version, body, audience, by }) => [version, body, audience, by.name])).toEqual([
      [3, 'Third', 'public', 'admin'],
      [2, 'Second', 'public', 'editor'],
      [1, 'First', 'internal', 'admin'],
    ]);
  });

  it('leaves a trace when it is deleted, without its text', async () => {
    const { id } = await open();
    const { id: updateId } = await post(id, { body: 'Wrong' });
    const params = { id, updateId };
    expect(await refused(hub.admin.call(routes.incidents.withdraw, { params, version: 7 }))).toMatchObject({
      code: 'changed_meanwhile',
    });
    await hub.admin.call(routes.incidents.withdraw, { params, version: 1 });
    const [entry] = await timeline(id);
    expect(entry).toMatchObject({ kind: 'update', update: { body: null, deletedBy: { name: 'admin' } } });
    expect(await refused(hub.admin.call(routes.incidents.edit, { params, body: { body: 'Back' } }))).toMatchObject({
      code: 'not_found',
    });
  });

  it('belongs to its incident', async () => {
    const [one, other] = [await open(), await open()];
    const { id: updateId } = await post(one.id, { body: 'Mine' });
    const params = { id: other.id, updateId };
    expect(await refused(hub.admin.call(routes.incidents.edit, { params, body: { body: 'x' } }))).toMatchObject({
      code: 'not_found',
    });
    expect(await refused(hub.admin.call(routes.incidents.revisions, { params }))).toMatchObject({ code: 'not_found' });
    expect(await refused(hub.admin.call(routes.incidents.withdraw, { params }))).toMatchObject({ code: 'not_found' });
    expect((await timeline(one.id))[0]).toMatchObject({ kind: 'update', update: { body: 'Mine' } });
  });
});

describe('the timeline', () => {
  it('mixes what people did with how the affected systems fared while it lasted', async () => {
    const [shop, mail] = [await addSystem(hub.admin, { name: 'Shop' }), await addSystem(hub.admin, { name: 'Mail' })];
    const { id } = await open([shop.id]);
    await hub.database.query(`UPDATE incidents SET opened_at = '2026-01-01T12:00Z' WHERE id = $1`, [id]);
    await hub.database.query(`UPDATE incident_acts SET at = '2026-01-01T12:00Z' WHERE incident_id = $1`, [id]);
    const lasted: [string, number, string, string | null][] = [
      [shop.id, 0, '2025-12-01T00:00Z', '2026-01-01T11:30Z'],
      [shop.id, 2, '2026-01-01T11:30Z', '2026-01-01T12:10Z'],
      [shop.id, 0, '2026-01-01T12:10Z', '2026-01-01T13:00Z'],
      [shop.id, 2, '2026-01-01T13:00Z', null],
      [mail.id, 2, '2026-01-01T12:05Z', null],
    ];
    for (const [subject, state, from, to] of lasted)
      await hub.database.query(
        `INSERT INTO state_intervals (subject_kind, subject_id, from_at, to_at, state, reason)
         VALUES (2, $1, $2, $3, $4, 'because')
         ON CONFLICT (subject_kind, subject_id, from_at) DO NOTHING`,
        [subject, from, to, state],
      );
    await hub.admin.call(routes.incidents.update, { params: { id }, body: { status: 'resolved', severity: 'major' } });
    await hub.database.query(`UPDATE incidents SET resolved_at = '2026-01-01T12:30Z' WHERE id = $1`, [id]);
    const said = (await timeline(id)).map((entry) =>
      entry.kind === 'state' ? `${entry.system.name} ${entry.state} ${entry.at.slice(11, 16)}` : entry.kind,
    );
    expect(said).toEqual(['status', 'severity', 'Shop healthy 12:10', 'opened', 'Shop unhealthy 11:30']);
  });

  it('goes on after a page, through entries of one moment and of all sources', async () => {
    const systems = await Promise.all(Array.from({ length: 7 }, () => addSystem(hub.admin)));
    const { id, openedAt } = await open(systems.map((system) => system.id));
    for (let count = 0; count < 5; count++)
      await post(id, { body: `Update ${count}`, status: count % 2 ? 'fixing' : 'identified' });
    for (const table of ['incident_acts SET at', 'incident_updates SET posted_at'])
      await hub.database.query(`UPDATE ${table} = $1 WHERE incident_id = $2`, [openedAt, id]);
    await hub.database.query(
      `INSERT INTO state_intervals (subject_kind, subject_id, from_at, state) SELECT 2, unnest($1::uuid[]), $2, 2
       ON CONFLICT (subject_kind, subject_id, from_at) DO NOTHING`,
      [systems.map((system) => system.id), openedAt],
    );
    // What the hub makes of the new systems comes later, and is not part of it.
    await hub.database.query(`UPDATE incidents SET status = 'resolved', resolved_at = opened_at WHERE id = $1`, [id]);
    const whole = (await timeline(id)).map((entry) => entry.id);
    expect(whole).toHaveLength(7 + 5 + 6);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await hub.admin.call(routes.incidents.timeline, {
        params: { id },
        query: { limit: 4, ...(after !== undefined && { after }) },
      });
      seen.push(...page.items.map((entry) => entry.id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(whole);
  });

  it('takes entries from parts of the hub that it knows nothing of', async () => {
    const { id, openedAt } = await open();
    const notified: TimelineEntry = {
      id: 'notification:1',
      at: openedAt,
      kind: 'notification',
      title: 'Trouble was opened',
      people: 2,
      deliveries: [{ channel: 'Mail', recipient: 'Ann', status: 'sent' }],
    };
    hub.app.get(Timeline).add((_, { incidentId }) => Promise.resolve(incidentId === id ? [notified] : []));
    expect(await timeline(id)).toContainEqual(notified);
  });
});
