import { describe, expect, it } from 'vitest';
import { LinkRefused } from '../dial.js';
import { FakeHub, FakeSatellite, sampleGap, sampleResult, sampleSlice } from './index.js';

describe('FakeHub and FakeSatellite', () => {
  it('greet each other over a real socket', async () => {
    await using hub = await FakeHub.start();
    await using satellite = await FakeSatellite.connect({ url: hub.url, token: hub.token });

    const hello = await hub.next('hello');
    expect(hello.processId).toBe(satellite.processId);
    expect(hub.links.size).toBe(1);
  });

  it('refuse a wrong token, and whatever the test says', async () => {
    await using hub = await FakeHub.start();
    await expect(FakeSatellite.connect({ url: hub.url, token: 'wrong' })).rejects.toMatchObject({
      refusal: { status: 401 },
    });
    hub.refuse({ status: 503, retryAfterMs: 2_000 });
    await expect(FakeSatellite.connect({ url: hub.url, token: hub.token })).rejects.toMatchObject({
      refusal: { status: 503, retryAfterMs: 2_000 },
    });
    await expect(FakeSatellite.connect({ url: hub.url, token: hub.token })).rejects.toBeInstanceOf(LinkRefused);
    expect(hub.upgrades).toBe(3);
    expect(hub.frames).toEqual([]);
  });

  it('store every record once, though batches are repeated after a lost Ack', async () => {
    await using hub = await FakeHub.start();
    await using satellite = await FakeSatellite.connect({ url: hub.url, token: hub.token });
    const records = [sampleResult(), sampleGap(), sampleResult()];

    hub.withholdAcks();
    const { stream, sequence } = satellite.sendRecords(records);
    await hub.next('resultBatch');
    expect(satellite.received('ack')).toEqual([]);

    await satellite.drop();
    await satellite.reconnect();
    expect((await hub.next('hello', (hello) => hello.streams.length === 1)).streams).toEqual([
      { stream, firstSequence: 1, lastSequence: 3 },
    ]);
    expect(satellite.received('welcome').at(-1)?.cursors).toEqual([{ stream, sequence }]);

    hub.releaseAcks();
    await satellite.ship(records, { stream, firstSequence: 1 });
    await satellite.next('ack', (ack) => ack.sequence === 3);
    expect(hub.records).toEqual(records);

    satellite.sendRecords([sampleResult()], { stream, firstSequence: 9 });
    expect(await satellite.next('ack', (ack) => ack.sequence === 3)).toMatchObject({ stream });
  });

  it('bring a roster across, as a difference and after a reconnect as a whole', async () => {
    await using hub = await FakeHub.start();
    await using satellite = await FakeSatellite.connect({ url: hub.url, token: hub.token });
    const [first, second, third] = [sampleSlice(), sampleSlice(), sampleSlice()];

    hub.sendRoster([first, second]);
    await satellite.holds((slices) => slices.length === 2);
    hub.sendRoster([second, third]);
    const update = await satellite.next('rosterUpdate', (candidate) => !candidate.whole);
    expect(update.slices).toEqual([third]);
    expect(update.removed).toEqual([first.id]);
    await hub.next('rosterApplied', (applied) => applied.revision === 2 && applied.problem === '');

    await satellite.drop();
    await hub.connected(0);
    hub.sendRoster([first]);
    await satellite.reconnect();
    expect(await satellite.holds((slices) => slices.length === 1)).toEqual([first]);
  });

  it('answer heartbeats, runs on demand and goodbyes', async () => {
    await using hub = await FakeHub.start({ clockOffsetMs: 60_000 });
    await using satellite = await FakeSatellite.connect({ url: hub.url, token: hub.token });

    const reply = await satellite.heartbeat();
    expect(reply.receivedAtMs - reply.sentAtMs).toBeGreaterThan(50_000);

    const runId = hub.runNow({ kind: 'tcp' });
    expect((await satellite.next('runNow')).job.kind).toBe('tcp');
    satellite.send({ kind: 'runProgress', runId, log: [{ atMs: 1, text: 'connecting' }], outcome: null });
    expect((await hub.next('runProgress', (progress) => progress.runId === runId)).log).toHaveLength(1);

    await hub.goodbye({ reason: 'draining', retryAfterMs: 1_000 });
    expect(await satellite.ended).toMatchObject({
      cause: 'goodbye',
      goodbye: { reason: 'draining', retryAfterMs: 1_000 },
    });
  });

  it('meet again at the same address after the hub was away', async () => {
    await using hub = await FakeHub.start();
    await using satellite = await FakeSatellite.connect({ url: hub.url, token: hub.token });
    await satellite.ship([sampleResult()]);
    await hub.stop();
    await expect(satellite.reconnect()).rejects.toThrow(/ECONNREFUSED/);
    await hub.restart();
    await satellite.reconnect();
    await satellite.ship([sampleResult()]);
    expect(hub.records).toHaveLength(2);
  });

  it('say what they waited for in vain', async () => {
    await using hub = await FakeHub.start();
    await using satellite = await FakeSatellite.connect({ url: hub.url, token: hub.token });
    await expect(hub.next('heartbeat', undefined, 1)).rejects.toThrow(
      /FakeHub did not get a matching heartbeat \(it got .*1 hello/,
    );
    const ack = satellite.next('ack');
    hub.drop();
    await expect(ack).rejects.toThrow(/the link ended: the connection was lost/);
  });
});
