import { liveClosedForAnother, livePath, liveProtocol, routes } from '@checkstack/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { LiveClient } from '../testing/live-client.js';
import { startTestHub, type TestHub, type TestReplica } from '../testing/test-hub.js';
import {
  connect,
  enrolSatellite,
  runsOf,
  watchSystem,
  type EnrolledSatellite,
  type WatchedSystem,
} from '../testing/watched-system.js';

let hub: TestHub;
let replica: TestReplica;
let satellite: EnrolledSatellite;
let watched: WatchedSystem;
beforeAll(async () => {
  hub = await startTestHub();
  replica = await hub.replica();
  satellite = await enrolSatellite(hub, 'frankfurt');
  watched = await watchSystem(hub, [satellite]);
});
afterAll(() => hub[Symbol.asyncDispose]());

const slice = (): string => watched.sliceIds[0] ?? '';

describe('the upgrade', () => {
  async function answerTo(headers: Record<string, string>): Promise<number | undefined> {
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}${livePath}`, liveProtocol, { headers });
    return new Promise((resolve) =>
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode)).on('error', () => undefined),
    );
  }

  it('needs a session', async () => {
    expect(await answerTo({})).toBe(401);
    expect(await answerTo({ cookie: 'session=unknown' })).toBe(401);
  });

  it('is refused to the page of another site, although the browser sends the cookie', async () => {
    expect(await answerTo({ ...hub.admin.headers, origin: 'https://elsewhere.example' })).toBe(401);
  });
});

describe('runs', () => {
  it('reach who listens to their check or system, on every replica', async () => {
    await using here = await LiveClient.open(hub.admin, [`check:${watched.checkId}`]);
    await using there = await LiveClient.open(hub.admin, [`system:${watched.systemId}`], replica.url);
    await using elsewhere = await LiveClient.open(hub.admin, ['states', 'satellites', 'catalog']);
    await using fake = await connect(hub, satellite);
    const [run] = runsOf(slice(), ['healthy']);
    await fake.ship([run!]);
    const expected = { sliceId: slice(), slot: new Date(run!.slotMs).toISOString(), verdict: 'healthy' };
    for (const live of [here, there])
      expect((await live.next('runs')).runs).toEqual([expect.objectContaining(expected)]);
    expect(elsewhere.messages.some(({ type }) => type === 'runs')).toBe(false);
  });

  it('are as the REST API answers them', async () => {
    await using live = await LiveClient.open(hub.admin, [`check:${watched.checkId}`]);
    await using fake = await connect(hub, satellite);
    await fake.ship(runsOf(slice(), ['degraded'], { attempt: 3 }));
    const { runs } = await live.next('runs', (message) => message.runs.some(({ attempt }) => attempt === 3));
    const read = await hub.admin.call(routes.results.run, { params: { id: runs[0]?.id ?? '' } });
    expect(runs[0]).toEqual(read);
  });
});

describe('states', () => {
  it('of slice, check and system follow from runs', async () => {
    const own = await watchSystem(hub, [satellite], { thresholds: { degraded: 2, unhealthy: 3 } });
    await using overview = await LiveClient.open(hub.admin, ['states'], replica.url);
    await using detail = await LiveClient.open(hub.admin, [`check:${own.checkId}`]);
    await using fake = await connect(hub, satellite);
    await fake.ship(runsOf(own.sliceIds[0] ?? '', ['healthy', 'unhealthy', 'unhealthy', 'unhealthy']));
    const isUnhealthy = (id?: string) => (message: { subject: { id: string }; state: { state: string } }) =>
      message.subject.id === id && message.state.state === 'unhealthy';
    const reason = 'Connection refused by 127.0.0.1:80 (3 runs in a row)';
    expect((await detail.next('state', isUnhealthy(own.sliceIds[0]))).state).toMatchObject({ reason });
    expect((await overview.next('state', isUnhealthy(own.checkId))).subject.kind).toBe('check');
    const system = await overview.next('state', isUnhealthy(own.systemId));
    expect(system.state.reason).toContain(reason);
    const read = await hub.admin.call(routes.systems.read, { params: { id: own.systemId } });
    expect(read.state).toEqual(system.state);
  });
});

it('tells of satellites that come and go, and of what they report', async () => {
  const berlin = await enrolSatellite(hub, 'berlin');
  await using live = await LiveClient.open(hub.admin, ['satellites'], replica.url);
  const statusOf = (status: string) => (message: { id: string; status: string }) =>
    message.id === berlin.id && message.status === status;
  const fake = await connect(hub, berlin);
  await live.next('satellite', statusOf('online'));
  await fake.heartbeat({ spoolRecords: 17 });
  await live.next('satellite', (message) => message.id === berlin.id && message.gauges?.spoolRecords === 17);
  await fake.disconnect({ reason: 'stopping' });
  await live.next('satellite', statusOf('offline'));
});

it('tells of edits', async () => {
  await using live = await LiveClient.open(hub.admin, ['catalog'], replica.url);
  const system = await hub.admin.call(routes.systems.create, { body: { name: 'edited' } });
  await live.next('changed', ({ thing, id }) => thing === 'system' && id === system.id);
});

it('tells what a person may see and nothing else', async () => {
  const viewer = await hub.signIn('viewer');
  await using live = await LiveClient.open(viewer);
  const topics = ['states', 'catalog', `check:${watched.checkId}`, `test-run:${watched.checkId}`];
  expect((await live.subscribe(topics)).topics).toEqual(topics.slice(0, 3));
  const mayReadUsers = (await viewer.call(routes.session.read)).rules.includes('access.user.read');
  expect(mayReadUsers).toBe(false);
  await hub.database.query(`SELECT pg_notify('checkstack', $1)`, [
    JSON.stringify({ name: 'changed', event: { thing: 'user', id: watched.checkId } }),
  ]);
  const group = await hub.admin.call(routes.groups.create, { body: { name: 'seen by all' } });
  await live.next('changed', ({ id }) => id === group.id);
  expect(live.messages.some((message) => message.type === 'changed' && message.thing === 'user')).toBe(false);
});

it('ends with the session', async () => {
  const viewer = await hub.signIn('viewer');
  await using live = await LiveClient.open(viewer, ['states'], replica.url);
  const closed = live.closed();
  await viewer.call(routes.session.signOut);
  expect((await closed).reason).toBe('Signed out.');
});

it('lets one user open so many windows, and tells the oldest that it gave way', async () => {
  const [viewer, other] = [await hub.signIn('viewer'), await hub.signIn('viewer')];
  await using theirs = await LiveClient.open(other);
  await using oldest = await LiveClient.open(viewer);
  const closed = oldest.closed();
  const newer = await Promise.all(Array.from({ length: 30 }, () => LiveClient.open(viewer)));
  expect(await closed).toEqual({
    code: liveClosedForAnother,
    reason: 'More than 30 windows are open: the oldest is not kept up to date.',
  });
  for (const window of [theirs, ...newer]) expect((await window.subscribe(['states'])).topics).toEqual(['states']);
  for (const window of newer) await window[Symbol.asyncDispose]();
});

it('is closed on a request that is none', async () => {
  await using live = await LiveClient.open(hub.admin);
  const closed = live.closed();
  live.send({ type: 'subscribe', topics: ['everything'] });
  expect((await closed).code).toBe(1008);
});
