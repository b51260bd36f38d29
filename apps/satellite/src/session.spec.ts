import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LinkRecord, Refusal, Result, Slice } from '@checkstack/link';
import { FakeHub, sampleJob, sampleSlice } from '@checkstack/link/testing';
import { probes } from '@checkstack/plugins/probes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from './clock.js';
import { loadPolicy } from './policy.js';
import { Runner } from './runner.js';
import { Satellite } from './satellite.js';
import { Session } from './session.js';
import { expectEverySlotOnce } from './testing/slots.js';

const target = createServer((_request, response) => response.end('ok'));
let targetUrl: string;
let dataDir: string;
const token = 'fake-token';
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  target.listen(0, '127.0.0.1');
  await once(target, 'listening');
  targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}/`;
});
afterAll(() => target.close());
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'checkstack-satellite-'));
});
afterEach(async () => {
  for (const life of running.splice(0)) await life.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Life {
  clock: Clock;
  satellite: Satellite;
  session: Session;
  /** Ends without a farewell: what a killed process leaves. */
  die(): Promise<void>;
  stop(): Promise<void>;
}

async function start(url: string, tokens = [token]): Promise<Life> {
  const clock = new Clock();
  const runner = new Runner(new Map(probes.map((probe) => [probe.kind, probe])), loadPolicy(undefined), clock);
  const spool = { sync: 'off' as const, maxBytes: 10_000_000, maxAgeMs: 3_600_000 };
  const satellite = await Satellite.open({ dataDir, tokens, spool, clock, runner, log: () => undefined });
  const session = new Session(satellite, {
    hubUrl: url,
    tokens,
    version: '0.0.0-test',
    processId: randomUUID(),
    log: () => undefined,
    refusedRetryMs: { min: 20, max: 40 },
  });
  const ran = session.run();
  let isOver = false;
  const end = (farewell: boolean) => async (): Promise<void> => {
    if (isOver) return;
    isOver = true;
    if (farewell) await satellite.close();
    else await satellite.schedule.stop();
    await session.stop();
    await ran;
    await satellite.spool.close();
  };
  const life = { clock, satellite, session, die: end(false), stop: end(true) };
  running.push(life);
  return life;
}

function everySecond(overrides: Partial<Slice> = {}): Slice {
  const configJson = JSON.stringify({ url: targetUrl });
  return sampleSlice({ job: sampleJob({ configJson }), schedule: { kind: 'interval', intervalMs: 100 }, ...overrides });
}

function results(records: LinkRecord[]): Result[] {
  return records.filter((record) => record.kind === 'result');
}

describe('a satellite', () => {
  it('greets, takes its roster and delivers results', async () => {
    await using hub = await FakeHub.start({ token });
    await start(hub.url);
    const hello = await hub.next('hello');
    expect(hello).toMatchObject({ rosterRevision: 0, rosterDigest: '', streams: [] });
    expect(hello.probeKinds).toContain('http');
    const roster = hub.sendRoster([everySecond()]);
    expect(await hub.next('rosterApplied')).toMatchObject({ revision: 1, digest: roster.digest, problem: '' });
    const stored = await hub.stored((records) => results(records).length >= 4);
    expect(results(stored)[0]).toMatchObject({ verdict: 'healthy', attempt: 1 });
    expect(results(stored)[0]?.facts).toMatchObject({ 'response.status': 200 });
    expectEverySlotOnce(stored, 100);
  });

  it('goes on where the hub stands when the link breaks between commit and Ack', async () => {
    await using hub = await FakeHub.start({ token });
    await start(hub.url);
    await hub.connected();
    hub.sendRoster([everySecond()]);
    await hub.stored((records) => records.length >= 2);
    hub.withholdAcks();
    const before = hub.records.length;
    await hub.stored((records) => records.length >= before + 3);
    hub.drop();
    hub.releaseAcks();
    await hub.stored((records) => records.length >= before + 8);
    expectEverySlotOnce(hub.records, 100);
  });

  it('probes on while the hub is away and delivers afterwards, fresh results in a stream of their own', async () => {
    await using hub = await FakeHub.start({ token });
    const { satellite } = await start(hub.url);
    await hub.connected();
    hub.sendRoster([everySecond()]);
    await hub.stored((records) => records.length >= 2);
    hub.refuse({ status: 503, retryAfterMs: 0 });
    hub.drop();
    await expect.poll(() => satellite.spool.gauges().records, { timeout: 10_000 }).toBeGreaterThan(5);
    hub.refuse(null);
    await hub.stored((records) => records.length >= 15);
    await expect.poll(() => hub.cursors.size).toBe(2);
    expectEverySlotOnce(hub.records, 100);
  });

  it('keeps its results and its roster over a restart without the hub, and declares what it missed', async () => {
    const hub = await FakeHub.start({ token });
    const first = await start(hub.url);
    await hub.connected();
    const slice = everySecond();
    hub.sendRoster([slice]);
    await hub.stored((records) => records.length >= 3);
    const { cursors, records, roster, satelliteId } = hub;
    await hub[Symbol.asyncDispose]();
    await expect.poll(() => first.satellite.spool.gauges().records, { timeout: 10_000 }).toBeGreaterThan(2);
    await first.die();
    const second = await start('http://127.0.0.1:9');
    expect([...second.satellite.roster.slices.keys()]).toEqual([slice.id]);
    await expect.poll(() => second.satellite.spool.ranges().length).toBe(2);
    await second.die();
    const diedAt = Date.now();
    await expect.poll(() => Date.now() - diedAt).toBeGreaterThan(300);

    await using again = await FakeHub.start({ token, satelliteId });
    for (const [stream, sequence] of cursors) again.cursors.set(stream, sequence);
    again.records.push(...records);
    again.roster = roster;
    await start(again.url);
    const hello = await again.next('hello');
    expect(hello.rosterDigest).toBe(roster.digest);
    await again.stored((stored) => stored.length >= records.length + 8 && stored.some(({ kind }) => kind === 'gap'));
    expectEverySlotOnce(again.records, 100);
  });

  it('never writes a secret of its roster to the disk in clear', async () => {
    await using hub = await FakeHub.start({ token });
    await start(hub.url);
    await hub.connected();
    const configJson = JSON.stringify({ url: targetUrl, auth: { type: 'bearer', token: 'planted-secret' } });
    hub.sendRoster([everySecond({ job: sampleJob({ configJson }) })]);
    await hub.next('rosterApplied');
    expect((await readFile(join(dataDir, 'roster'))).includes('planted-secret')).toBe(false);
  });

  it('asks for the whole roster when a difference does not fit', async () => {
    await using hub = await FakeHub.start({ token });
    await start(hub.url);
    await hub.connected();
    const roster = hub.sendRoster([everySecond()]);
    await hub.next('rosterApplied');
    const misfit = { whole: false, revision: 9, baseRevision: 8, baseDigest: 'cd'.repeat(32), slices: [], removed: [] };
    hub.send({ kind: 'rosterUpdate', digest: 'ab'.repeat(32), ...misfit });
    expect((await hub.next('rosterApplied')).problem).not.toBe('');
    expect(await hub.next('rosterApplied')).toMatchObject({ problem: '', digest: roster.digest });
  });

  it('stops probing when its token is revoked, and takes up again when it is let in', async () => {
    await using hub = await FakeHub.start({ token });
    const { satellite } = await start(hub.url);
    await hub.connected();
    hub.sendRoster([everySecond()]);
    await hub.stored((records) => records.length >= 2);
    hub.refuse({ status: 401 });
    await hub.goodbye({ reason: 'revoked' });
    await expect.poll(() => satellite.schedule.isStopped).toBe(true);
    const { upgrades } = hub;
    await expect.poll(() => hub.upgrades).toBeGreaterThan(upgrades + 1);
    hub.refuse(null);
    const before = hub.records.length;
    await hub.stored((records) => records.length >= before + 4);
    expectEverySlotOnce(hub.records, 100);
  });

  it('stops probing when it is disabled, and tries no other token for that', async () => {
    await using hub = await FakeHub.start({ token });
    const { satellite, session } = await start(hub.url, [token, 'older-token']);
    await hub.connected();
    hub.sendRoster([everySecond()]);
    await hub.stored((records) => records.length >= 1);
    hub.refuse({ status: 403 });
    await hub.goodbye({ reason: 'disabled' });
    await expect.poll(() => satellite.schedule.isStopped).toBe(true);
    expect([session['token'], satellite.roster.slices.size]).toEqual([token, 1]);
  });

  it.each<{ refusal: Refusal; fromMs: number; toMs: number }>([
    { refusal: { status: 426, spoken: ['other.protocol'] }, fromMs: 60_000, toMs: 120_000 },
    { refusal: { status: 503, retryAfterMs: 4_000 }, fromMs: 4_000, toMs: 34_000 },
  ])('goes on probing when the hub answers $refusal.status, and does not ask at once', async (answer) => {
    await using hub = await FakeHub.start({ token });
    const { satellite, session } = await start(hub.url);
    await hub.connected();
    hub.sendRoster([everySecond()]);
    await hub.stored((records) => records.length >= 1);
    const { upgrades } = hub;
    hub.refuse(answer.refusal);
    await hub.goodbye({ reason: 'draining' });
    await expect.poll(() => hub.upgrades).toBeGreaterThan(upgrades);
    const held = satellite.spool.gauges().records;
    await expect.poll(() => satellite.spool.gauges().records).toBeGreaterThan(held + 2);
    const waitMs = session['refused'](answer.refusal, '');
    expect(waitMs).toBeGreaterThanOrEqual(answer.fromMs);
    expect(waitMs).toBeLessThanOrEqual(answer.toMs);
  });

  it('tries the older of two tokens when the hub does not know the newer yet', async () => {
    await using hub = await FakeHub.start({ token });
    await start(hub.url, ['newer-token', token]);
    await hub.connected();
  });

  it('tries its newer token as soon as the older is revoked', async () => {
    await using hub = await FakeHub.start({ token });
    const { satellite } = await start(hub.url, ['newer-token', token]);
    await hub.connected();
    const { upgrades } = hub;
    hub.refuse({ status: 503, retryAfterMs: 0 });
    await hub.goodbye({ reason: 'revoked' });
    await expect.poll(() => hub.upgrades).toBeGreaterThan(upgrades);
    expect(satellite.schedule.isStopped).toBe(false);
  });

  it('declares what it missed of a slice that came while its roster was lost', async () => {
    await using hub = await FakeHub.start({ token });
    const life = await start(hub.url);
    await hub.connected();
    const held = everySecond();
    hub.sendRoster([held]);
    await hub.stored((records) => records.length >= 1);
    await life.stop();
    await rm(join(dataDir, 'roster'));
    const added = everySecond({ changedAtMs: Date.now() });
    hub.sendRoster([held, added]);
    await expect.poll(() => Date.now()).toBeGreaterThan(added.changedAtMs + 300);
    await start(hub.url);
    const ofAdded = (records: LinkRecord[]): LinkRecord[] => records.filter(({ slice }) => slice === added.id);
    await hub.stored((records) => results(ofAdded(records)).length >= 2);
    expect(ofAdded(hub.records).find(({ kind }) => kind === 'gap')).toMatchObject({ reason: 'not_yet_held' });
  });

  it('declares the slots that were under way when their slice changed and the process died', async () => {
    await using hub = await FakeHub.start({ token });
    const first = await start(hub.url);
    await hub.connected();
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const configJson = JSON.stringify({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/` });
    const slice = everySecond({ job: sampleJob({ configJson, timeoutMs: 60_000 }), changedAtMs: Date.now() });
    const placedAt = Date.now();
    hub.sendRoster([slice]);
    // One run when it is new, and one on the grid.
    await once(silent, 'request');
    await once(silent, 'request');
    hub.sendRoster([sampleSlice({ ...slice, definitionDigest: 'ab'.repeat(32), changedAtMs: Date.now() })]);
    await hub.next('rosterApplied', ({ revision }) => revision === 2);
    await expect.poll(() => readFile(join(dataDir, 'slots.json'), 'utf8')).toContain(slice.id);
    hub.drop();
    hub.refuse({ status: 503, retryAfterMs: 0 });
    await first.die();
    silent.closeAllConnections();
    silent.close();
    // What the stop of this test recorded, a killed process would not have.
    await rm(join(dataDir, 'spool'), { recursive: true });
    await start(hub.url);
    hub.refuse(null);
    const records = await hub.stored((stored) => stored.some(({ kind }) => kind === 'gap'));
    const gap = records.find((record) => record.kind === 'gap');
    expect(gap).toMatchObject({ slice: slice.id, reason: 'satellite_stopped' });
    expect(gap?.fromSlotMs).toBeLessThan(placedAt + 250);
  });

  it('needs nothing but the hub when its roster is lost', async () => {
    await using hub = await FakeHub.start({ token });
    const first = await start(hub.url);
    await hub.connected();
    hub.sendRoster([everySecond()]);
    await hub.stored((records) => records.length >= 3);
    await first.die();
    await writeFile(join(dataDir, 'roster'), 'no roster');
    const diedAt = Date.now();
    await expect.poll(() => Date.now() - diedAt).toBeGreaterThan(300);
    await start(hub.url);
    await hub.next('hello', ({ processId }) => processId !== hub.received('hello')[0]?.processId);
    await hub.stored((records) => records.some(({ kind }) => kind === 'gap'));
    const before = hub.records.length;
    await hub.stored((records) => records.length >= before + 3);
    expectEverySlotOnce(hub.records, 100);
  });

  it('keeps the hub’s time over a restart without the hub, however wrong the clock of its machine is', async () => {
    const aheadMs = 3_600_000;
    const hub = await FakeHub.start({ token, clockOffsetMs: aheadMs });
    const first = await start(hub.url);
    await hub.connected();
    hub.sendRoster([everySecond()]);
    await hub.stored((records) => records.length >= 3);
    await first.die();
    await hub[Symbol.asyncDispose]();
    const { clock } = await start('http://127.0.0.1:9');
    expect(Math.abs(clock.now() - Date.now() - aheadMs)).toBeLessThan(1_000);
  });

  it('reports a kind it does not know as its own failure, for every slot', async () => {
    await using hub = await FakeHub.start({ token });
    await start(hub.url);
    await hub.connected();
    hub.sendRoster([everySecond({ job: sampleJob({ kind: 'telepathy' }) })]);
    const [result] = results(await hub.stored((records) => records.length >= 2));
    expect(result).toMatchObject({ verdict: 'unknown', failure: { side: 'satellite', code: 'unknown_kind' } });
  });

  it('answers heartbeats’ replies with the offset of its clock', async () => {
    await using hub = await FakeHub.start({ token, clockOffsetMs: 60_000, limits: { heartbeatIntervalMs: 50 } });
    await start(hub.url);
    const { gauges } = await hub.next('heartbeat', (beat) => Math.abs(beat.gauges.clockOffsetMs - 60_000) < 1_000);
    expect(gauges.warnings[0]).toMatch(/60 s behind/);
  });

  it('says goodbye when it is stopped', async () => {
    await using hub = await FakeHub.start({ token });
    const life = await start(hub.url);
    await hub.connected();
    const ended = [...hub.links][0]?.ended;
    await life.stop();
    expect((await ended)?.goodbye?.reason).toBe('stopping');
  });
});

it('looks again at once when the hub says that a target fails elsewhere', async () => {
  await using hub = await FakeHub.start({ token });
  await start(hub.url);
  await hub.connected();
  const slice = everySecond({ schedule: { kind: 'interval', intervalMs: 3_600_000 } });
  hub.sendRoster([slice]);
  await hub.stored((records) => records.length === 1);
  hub.send({ kind: 'confirmRun', slice: randomUUID() });
  hub.send({ kind: 'confirmRun', slice: slice.id });
  const stored = await hub.stored((records) => records.length === 2);
  expect(results(stored)[1]).toMatchObject({ slice: slice.id, attempt: 3, verdict: 'healthy' });
});

describe('test now', () => {
  it('sends the log and the outcome to whoever asked, and nothing into the history', async () => {
    await using hub = await FakeHub.start({ token });
    const { satellite } = await start(hub.url);
    await hub.connected();
    const runId = hub.runNow({ configJson: JSON.stringify({ url: targetUrl }) });
    const last = await hub.next('runProgress', (progress) => progress.outcome !== null);
    expect(last).toMatchObject({ runId, outcome: { verdict: 'healthy' } });
    expect(hub.received('runProgress').flatMap(({ log }) => log).length).toBeGreaterThan(0);
    expect(satellite.spool.gauges().records).toBe(0);
  });

  it('can be cancelled', async () => {
    await using hub = await FakeHub.start({ token });
    await start(hub.url);
    await hub.connected();
    const silent = createServer(() => undefined);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const runId = hub.runNow({ configJson: JSON.stringify({ url }), timeoutMs: 60_000 });
    await once(silent, 'request');
    hub.cancelRun(runId);
    const last = await hub.next('runProgress', (progress) => progress.outcome !== null);
    expect(last.outcome).toMatchObject({ verdict: 'unknown', failure: { code: 'cancelled' } });
    silent.closeAllConnections();
    silent.close();
  });
});
