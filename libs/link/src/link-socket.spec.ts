import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createRelay, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { dialLink } from './dial.js';
import type { SatelliteFrame, Welcome } from './frame.js';
import { encodeFrame } from './frames.js';
import { linkProtocol, linkServerOptions, linkUrl } from './handshake.js';
import { hubLink, satelliteLink, type HubLink, type LinkSocketOptions, type SatelliteLink } from './link-socket.js';
import { sampleHello, sampleResult, sampleSlice } from './testing/samples.js';
import { rosterOf, wholeRoster } from './roster.js';

interface Pair extends AsyncDisposable {
  hub: HubLink;
  satellite: SatelliteLink;
  /** What the hub's handler saw. */
  seen: SatelliteFrame[];
  hubSocket: Socket;
  satelliteSocket: WebSocket;
  /** From now on nothing gets through, either way, and nobody is told. */
  swallow(): void;
}

const welcome: Welcome = {
  kind: 'welcome',
  satelliteId: '0190b3c4-0000-7000-8000-000000000001',
  satelliteName: 'berlin-1',
  location: 'Berlin',
  epoch: 1,
  hubTimeMs: 1,
  limits: { heartbeatIntervalMs: 1, maxBatchRecords: 1, maxFrameBytes: 1, windowBatches: 1, spoolMaxAgeMs: 1 },
  cursors: [],
  hubVersion: '1',
  storedUntilMs: 0,
};

/** A hub's end and a satellite's end of one real connection; neither reads before the test says so. */
async function pair(options: { hub?: LinkSocketOptions; satellite?: LinkSocketOptions } = {}): Promise<Pair> {
  const server = createServer();
  const webSockets = new WebSocketServer(linkServerOptions);
  const seen: SatelliteFrame[] = [];
  const accepted = new Promise<[HubLink, Socket]>((resolve) =>
    server.once('upgrade', (request, socket: Socket, head: Buffer) =>
      webSockets.handleUpgrade(request, socket, head, (webSocket) =>
        resolve([hubLink(webSocket, socket, options.hub), socket]),
      ),
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line: Socket[] = [];
  const relay = createRelay((near) => {
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
    line.push(near, far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => to.write(bytes)).on('error', () => undefined);
      from.on('close', () => to.destroy());
    }
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const url = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const satellite = await dialLink({ url, token: 'token', ...options.satellite });
  const [hub, hubSocket] = await accepted;
  return {
    hub,
    satellite,
    seen,
    hubSocket,
    satelliteSocket: satellite['socket'],
    swallow() {
      for (const socket of line) socket.removeAllListeners('data').removeAllListeners('close').resume();
    },
    async [Symbol.asyncDispose]() {
      hub.terminate();
      satellite.terminate();
      await Promise.all([hub.ended, satellite.ended]);
      for (const socket of line) socket.destroy();
      relay.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As hubs ask for it. */
const heartbeatMs = 10_000;

/** What LinkSocket sees of a peer: this one says something only when it is told to. */
function mutePeer(): { webSocket: WebSocket; transport: Socket; says(bytes: number): void } {
  const transport = { bytesRead: 0 };
  const webSocket = Object.assign(new EventEmitter(), {
    readyState: 1,
    OPEN: 1,
    bufferedAmount: 0,
    isPaused: false,
    ...{ ping: () => undefined, pause: () => undefined, resume: () => undefined, terminate: () => undefined },
  });
  return {
    webSocket: webSocket as unknown as WebSocket,
    transport: transport as Socket,
    says: (bytes) => (transport.bytesRead += bytes),
  };
}

const frameOn = (link: HubLink, kind: string): Promise<SatelliteFrame> =>
  new Promise((resolve) => link.onFrame((frame) => frame.kind === kind && resolve(frame)));

describe('LinkSocket', () => {
  it('misses no frame that arrives before there is a handler', async () => {
    await using both = await pair();
    both.satellite.send(sampleHello());
    both.satellite.send({ kind: 'rosterApplied', revision: 1, digest: '', problem: '' });
    expect(await frameOn(both.hub, 'rosterApplied')).toMatchObject({ revision: 1 });
  });

  it.each([
    ['bytes that are no frame', Buffer.from([255, 255, 255])],
    ['a frame of its own side', encodeFrame(welcome)],
    ['something before Hello', encodeFrame({ kind: 'rosterApplied', revision: 1, digest: '', problem: '' })],
    ['an empty message', Buffer.alloc(0)],
  ])('closes a peer that sends %s, before any handler sees it', async (_case, bytes) => {
    await using both = await pair();
    both.hub.onFrame((frame) => both.seen.push(frame));
    both.satellite.onFrame(() => undefined);
    both.satelliteSocket.send(bytes);
    // Behind the mistake in the same stream: it must not be read any more.
    both.satelliteSocket.send(encodeFrame(sampleHello()));

    expect(await both.hub.ended).toMatchObject({ cause: 'protocol_error' });
    expect(await both.satellite.ended).toMatchObject({ cause: 'goodbye', goodbye: { reason: 'protocol_error' } });
    expect(both.seen).toEqual([]);
  });

  it('closes a peer that says Hello twice, or sends text, or a message that is too long', async () => {
    for (const mischief of [
      (socket: WebSocket) => socket.send(encodeFrame(sampleHello())),
      (socket: WebSocket) => socket.send('text'),
      (socket: WebSocket) => socket.send(Buffer.alloc(linkServerOptions.maxPayload + 1)),
    ]) {
      await using both = await pair();
      both.hub.onFrame((frame) => both.seen.push(frame));
      both.satellite.onFrame(() => undefined);
      both.satelliteSocket.send(encodeFrame(sampleHello()));
      mischief(both.satelliteSocket);
      expect(await both.hub.ended).toMatchObject({ cause: 'protocol_error' });
      expect(both.seen).toHaveLength(1);
    }
  });

  it('gives up a peer that has stopped answering', async () => {
    await using both = await pair({ hub: { pingIntervalMs: 20 } });
    both.hub.onFrame(() => undefined);
    // The satellite has no handler, so it reads nothing and answers no ping.
    expect(await both.hub.ended).toMatchObject({ cause: 'silent' });
  });

  it('notices on both sides that nothing gets through any more', async () => {
    await using both = await pair({ hub: { pingIntervalMs: 30 }, satellite: { pingIntervalMs: 30 } });
    both.hub.onFrame(() => undefined);
    both.satellite.onFrame(() => undefined);
    await once(both.satelliteSocket, 'ping');
    both.swallow();
    expect(await both.hub.ended).toMatchObject({ cause: 'silent' });
    expect(await both.satellite.ended).toMatchObject({ cause: 'silent' });
  });

  it.each([
    ['hub', hubLink],
    ['satellite', satelliteLink],
  ])('notices it at the %s before two heartbeats are over, at the worst moment to fall silent', async (_side, wrap) => {
    vi.useFakeTimers();
    try {
      const peer = mutePeer();
      const link = wrap(peer.webSocket, peer.transport, { firstFrameWithinMs: 3_600_000 });
      link.onFrame(() => undefined);
      for (const stop = Date.now() + 60_000; Date.now() < stop; await vi.advanceTimersByTimeAsync(1)) peer.says(1);
      // Until it has been looked at once more, with its last byte just after that.
      const looks = vi.spyOn(peer.webSocket, 'ping');
      while (looks.mock.calls.length === 0) {
        peer.says(1);
        await vi.advanceTimersByTimeAsync(1);
      }
      peer.says(1);
      const silentSince = Date.now();
      while (link.isOpen) await vi.advanceTimersByTimeAsync(1);
      expect(Date.now() - silentSince).toBeLessThan(2 * heartbeatMs);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does not hold against its peer that it does not read from it', async () => {
    await using both = await pair({ hub: { pingIntervalMs: 20 }, satellite: { pingIntervalMs: 200 } });
    both.satellite.onFrame(() => undefined);
    both.hub.onFrame(() => undefined);
    both.hub['socket'].pause();
    // More than Node reads ahead: from here on no byte of the peer is seen.
    both.satelliteSocket.send(Buffer.alloc(2_000_000));
    // The peer does not, either: the pings that go on tell it that somebody is here.
    for (let pings = 0; pings < 40; pings++) await once(both.satelliteSocket, 'ping');
    expect([both.hub.isOpen, both.satellite.isOpen]).toEqual([true, true]);
  });

  it('keeps an idle peer that answers', async () => {
    await using both = await pair({ hub: { pingIntervalMs: 250 } });
    both.satellite.onFrame(() => undefined);
    both.hub.onFrame(() => undefined);
    both.satellite.send(sampleHello());
    for (let pings = 0; pings < 4; pings++) await once(both.satelliteSocket, 'ping');
    expect(both.hub.isOpen).toBe(true);
    expect(await both.hub.answers(5_000)).toBe(true);
  });

  it('gives up a peer that never says Hello', async () => {
    await using both = await pair({ hub: { firstFrameWithinMs: 20 } });
    both.satellite.onFrame(() => undefined);
    both.hub.onFrame(() => undefined);
    expect(await both.hub.ended).toMatchObject({ cause: 'silent', message: expect.stringContaining('first frame') });
    expect(await both.satellite.ended).toMatchObject({ cause: 'lost' });
  });

  it('tells when to stop sending and when to go on', async () => {
    await using both = await pair();
    const slices = Array.from({ length: 20 }, () =>
      sampleSlice({ job: { kind: 'http', configJson: 'x'.repeat(1_000_000), collectors: [], timeoutMs: 1 } }),
    );
    both.hub.onFrame(() => undefined);
    both.hub.send(welcome);
    expect(both.hub.send(wholeRoster(rosterOf(1, slices)))).toBe(false);
    const drained = both.hub.drained();
    both.satellite.onFrame(() => undefined);
    both.satellite.send(sampleHello());
    await drained;
    expect(both.hub.send({ kind: 'ack', stream: welcome.satelliteId, sequence: 1 })).toBe(true);
  });

  it('ends the wait for room when the link ends', async () => {
    await using both = await pair({ hub: { highWaterBytes: 0 } });
    expect(both.hub.send(welcome)).toBe(false);
    const drained = both.hub.drained();
    both.hub.terminate();
    await drained;
    expect(both.hub.send(welcome)).toBe(false);
  });

  it('delivers what was sent before a goodbye, then ends on both sides', async () => {
    await using both = await pair();
    both.hub.onFrame((frame) => both.seen.push(frame));
    both.satellite.onFrame(() => undefined);
    both.satellite.send(sampleHello());
    const batch = {
      stream: welcome.satelliteId,
      firstSequence: 1,
      records: [sampleResult()],
      wallClockMs: 1,
      monotonicMs: 1,
    };
    both.satellite.send({ kind: 'resultBatch', ...batch });
    const end = await both.satellite.close({ reason: 'stopping', message: 'update', retryAfterMs: 0 });

    expect(end).toMatchObject({ cause: 'closed_here', message: 'update' });
    expect(await both.hub.ended).toMatchObject({
      cause: 'goodbye',
      goodbye: { reason: 'stopping', message: 'update' },
    });
    expect(both.seen.map((frame) => frame.kind)).toEqual(['hello', 'resultBatch']);
    expect(both.hub.send(welcome)).toBe(false);
    expect(await both.hub.answers(1)).toBe(false);
  });

  it('stays open when the goodbye itself is wrong', async () => {
    await using both = await pair();
    const close = both.hub.close({ reason: 'draining', message: '', retryAfterMs: 0.5 });
    await expect(close).rejects.toThrow(/retry_after_ms/);
    expect(both.hub.isOpen).toBe(true);
  });

  it('does not wait for a peer that does not answer its goodbye', async () => {
    await using both = await pair({ hub: { closeWithinMs: 20 } });
    expect(await both.hub.close({ reason: 'revoked', message: '', retryAfterMs: 0 })).toMatchObject({
      cause: 'closed_here',
    });
  });

  it('ends the link when its own handler fails, and says so', async () => {
    await using both = await pair();
    both.satellite.onFrame(() => undefined);
    both.hub.onFrame(() => {
      throw new Error('out of ideas');
    });
    both.satellite.send(sampleHello());
    expect(await both.hub.ended).toMatchObject({ cause: 'handler_failed', error: { message: 'out of ideas' } });
    expect(await both.satellite.ended).toMatchObject({ cause: 'lost', message: expect.stringContaining('1011') });
  });

  it('notices a connection that breaks', async () => {
    await using both = await pair();
    both.hub.onFrame(() => undefined);
    both.satellite.onFrame(() => undefined);
    both.hubSocket.destroy();
    expect(await both.hub.ended).toMatchObject({ cause: 'lost' });
    expect(await both.satellite.ended).toMatchObject({ cause: 'lost' });
  });
});

describe('dialLink', () => {
  it('gives up when told to', async () => {
    const server = createServer().on('upgrade', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const abort = new AbortController();
    const dialled = dialLink({ url, token: 'token', signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(dialled).rejects.toThrow('enough');
    await expect(dialLink({ url, token: 'token', openWithinMs: 20 })).rejects.toThrow(/timed out/);
    server.closeAllConnections();
    server.close();
  });

  it('tells a refusal from another server’s answer', async () => {
    const server = createServer((_request, response) => response.writeHead(502).end());
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(dialLink({ url, token: 'token' })).rejects.toThrow(/answers 502/);
    await new Promise((resolve) => server.close(resolve));
    await expect(dialLink({ url, token: 'token' })).rejects.toThrow(/ECONNREFUSED/);
  });

  it('does not talk to a server that speaks another sub-protocol', async () => {
    const server = createServer();
    const webSockets = new WebSocketServer({ server, handleProtocols: () => false });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(dialLink({ url, token: 'token' })).rejects.toThrow(/subprotocol/);
    webSockets.close();
    server.closeAllConnections();
    server.close();
    expect(linkUrl(url)).toContain('/api/link');
    expect(linkProtocol).toBe('checkstack.link.v1');
  });
});
