import { routes, type Announcement } from '@checkstack/api';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Client, ClientRequest, Refusal } from '../testing/client.js';
import { LiveClient } from '../testing/live-client.js';
import { startTestHub, type TestHub } from '../testing/test-hub.js';

type Given = NonNullable<ClientRequest<typeof routes.announcements.create>['body']>;

const inMinutes = (minutes: number): string => new Date(Date.now() + minutes * 60_000).toISOString();

let hub: TestHub;
beforeAll(async () => {
  hub = await startTestHub();
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  await hub.database.query('DELETE FROM announcements');
});

function announce(message: string, given: Partial<Given> = {}): Promise<Announcement> {
  return hub.admin.call(routes.announcements.create, { body: { message, ...given } });
}

async function shownTo(client: Client): Promise<string[]> {
  return (await client.call(routes.announcements.current)).items.map(({ message }) => message);
}

async function events(): Promise<string[]> {
  const { rows } = await hub.database.query<{ message: string }>(
    "SELECT payload->>'message' AS message FROM events WHERE type = 'announcement' ORDER BY id",
  );
  return rows.map(({ message }) => message);
}

it('are shown to whom they are meant for, most severe first, in their time', async () => {
  await announce('For all', { audience: 'public' });
  await announce('For us', { severity: 'critical' });
  const tomorrow = inMinutes(60);
  await announce('Later', { from: tomorrow, until: inMinutes(120) });
  await announce('Over', { from: inMinutes(-60), until: inMinutes(-30) });
  expect(await shownTo(hub.admin)).toEqual(['For us', 'For all']);
  expect(await shownTo(hub.anonymous)).toEqual(['For all']);
  expect((await hub.admin.call(routes.announcements.current)).nextChangeAt).toBe(tomorrow);
  const { items } = await hub.admin.call(routes.announcements.list);
  expect(items.map(({ message, status }) => [message, status])).toEqual([
    ['Later', 'scheduled'],
    ['For us', 'shown'],
    ['For all', 'shown'],
    ['Over', 'over'],
  ]);
  expect(await events()).toEqual(['For all', 'For us']);
});

it('are put away by each for themselves, until they say something else', async () => {
  const viewer = await hub.signIn('viewer');
  const { id } = await announce('Read me');
  const params = { id };
  await viewer.call(routes.announcements.dismiss, { params });
  await viewer.call(routes.announcements.dismiss, { params });
  expect([await shownTo(viewer), await shownTo(hub.admin)]).toEqual([[], ['Read me']]);
  await hub.admin.call(routes.announcements.update, { params, body: { until: inMinutes(5) } });
  expect(await shownTo(viewer)).toEqual([]);
  await hub.admin.call(routes.announcements.update, { params, body: { message: 'Read me again' } });
  expect(await shownTo(viewer)).toEqual(['Read me again']);
  const stays = await announce('Stays', { dismissible: false });
  const dismissed = viewer.call(routes.announcements.dismiss, { params: { id: stays.id } });
  await expect(dismissed).rejects.toMatchObject({ code: 'not_allowed' });
});

it('are announced once, when they begin, also by two hubs', async () => {
  await using replica = await hub.replica();
  await using live = await LiveClient.open(await replica.signIn('viewer'), ['catalog'], replica.url);
  const before = (await events()).length;
  const { id } = await announce('Now', { from: inMinutes(60) });
  await hub.database.query("UPDATE announcements SET from_at = now() - interval '1 minute'");
  await Promise.all([announce('One'), announce('Other')]);
  await vi.waitFor(async () => expect((await events()).slice(before).toSorted()).toEqual(['Now', 'One', 'Other']));
  await live.next('changed', (message) => message.thing === 'announcement' && message.id === id);
});

it('are edited by version, refused with their reason, and logged', async () => {
  const { id } = await announce('Hello\nthere');
  const params = { id };
  await hub.admin.call(routes.announcements.update, { params, body: { severity: 'warning' }, version: 1 });
  const late = hub.admin.call(routes.announcements.update, { params, body: { severity: 'info' }, version: 1 });
  await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
  const empty = await announce('   ').catch((refusal: Refusal) => refusal.code);
  expect(empty).toBe('invalid_request');
  const backwards = announce('No', { from: inMinutes(5), until: inMinutes(1) });
  await expect(backwards).rejects.toMatchObject({ problem: { fields: [{ path: 'until' }] } });
  await hub.admin.call(routes.announcements.remove, { params });
  const { items } = await hub.admin.call(routes.audit.list, { query: { subjectId: id } });
  expect(items.map(({ action, subject }) => [action, subject.name])).toEqual([
    ['announcement.delete', 'Hello'],
    ['announcement.update', 'Hello'],
    ['announcement.create', 'Hello'],
  ]);
});
