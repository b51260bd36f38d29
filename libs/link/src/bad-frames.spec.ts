// The same mutations over real sockets: the first frame that breaks a rule is the last thing that is read.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { dialLink } from './dial.js';
import { isHubFrame, type Goodbye, type LinkFrame } from './frame.js';
import { decodeFrame, encodeFrame } from './frames.js';
import { linkProtocol, linkServerOptions, linkUrl } from './handshake.js';
import { hubLink, intakeLink, type HubLink, type IntakeLink, type SatelliteLink } from './link-socket.js';
import { goldenFrames, mutated, pseudoRandom, wrap } from './testing/mutated-frames.js';

const golden = goldenFrames();
const bytesOf = (name: string): Buffer => golden.find((one) => one.name === name)!.bytes;
/** Field 15 of a frame, as a later release may use it. */
const ofANewerRelease = wrap(Buffer.from([0x7a]), Buffer.from('whatever it may mean'));

const server: Server = createServer();
const webSockets = new WebSocketServer(linkServerOptions);
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Ends {
  link: HubLink | IntakeLink | SatelliteLink;
  /** The peer, which sends what it likes. */
  raw: WebSocket;
  seen: Pick<LinkFrame, 'kind'>[];
  skipped: number;
}

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function accept<Accepted>(take: (socket: WebSocket, transport: Socket) => Accepted): Promise<Accepted> {
  const [request, transport, head] = (await once(server, 'upgrade')) as Parameters<WebSocketServer['handleUpgrade']>;
  return new Promise((resolve) =>
    webSockets.handleUpgrade(request, transport, head, (socket) => resolve(take(socket, transport as Socket))),
  );
}

async function acceptedBy(make: typeof hubLink | typeof intakeLink): Promise<Ends> {
  const ends = { seen: [] as Ends['seen'], skipped: 0 };
  const accepted = accept((socket, transport) => make(socket, transport, { onSkipped: () => ends.skipped++ }));
  const raw = new WebSocket(linkUrl(url()), linkProtocol);
  const link = await accepted;
  if (raw.readyState !== raw.OPEN) await once(raw, 'open');
  link.onFrame((frame: Pick<LinkFrame, 'kind'>) => ends.seen.push(frame));
  return Object.assign(ends, { link, raw });
}

const sides = {
  hub: () => acceptedBy(hubLink),
  intake: () => acceptedBy(intakeLink),
  async satellite(): Promise<Ends> {
    const ends = { seen: [] as Ends['seen'], skipped: 0 };
    const accepted = accept((socket) => socket);
    const link = await dialLink({ url: url(), token: 'token', onSkipped: () => ends.skipped++ });
    link.onFrame((frame) => ends.seen.push(frame));
    return Object.assign(ends, { link, raw: await accepted });
  },
};

interface Said {
  code: number;
  goodbye: Goodbye | null;
}

function farewellOf(raw: WebSocket): Promise<Said> {
  return new Promise((resolve) => {
    let goodbye: Goodbye | null = null;
    raw.on('message', (data: Buffer) => {
      const frame = decodeFrame(data);
      if (frame?.kind === 'goodbye') goodbye = frame;
    });
    raw.on('close', (code) => resolve({ code, goodbye }));
  });
}

/** As decodeFrame judges; that it judges rightly is what the fuzzer without sockets is for. */
function isRefused(bytes: Buffer): boolean {
  try {
    decodeFrame(bytes);
    return false;
  } catch {
    return true;
  }
}

describe.each([
  ['hub', 'hello', 'heartbeat'],
  ['intake', 'hello', 'heartbeat'],
  ['satellite', 'welcome', 'ack'],
] as const)('a %s', (side, first, next) => {
  it('ends the link at the first bad frame, says why, and hands nothing on', async () => {
    const random = pseudoRandom({ hub: 7, intake: 9, satellite: 11 }[side]);
    const originals = golden.map(({ bytes }) => bytes);
    for (let link = 0; link < 150; link++) {
      const ends = await sides[side]();
      const said = farewellOf(ends.raw);
      let bad = mutated(originals, random);
      while (!isRefused(bad)) bad = mutated(originals, random);
      const isGreeted = random(3) > 0;
      if (isGreeted) ends.raw.send(bytesOf(first));
      ends.raw.send(bad);
      // Behind the bad one in the same stream: they must not be read any more.
      if (!isGreeted) ends.raw.send(bytesOf(first));
      ends.raw.send(bytesOf(next));
      expect(await ends.link.ended).toMatchObject({ cause: 'protocol_error' });
      expect(await said).toMatchObject({ code: 1002, goodbye: { reason: 'protocol_error' } });
      expect([bad.toString('hex'), ends.seen.map(({ kind }) => kind)]).toEqual([
        bad.toString('hex'),
        isGreeted ? [first] : [],
      ]);
    }
  });

  it('skips what only a newer release knows, and says so once', async () => {
    const ends = await sides[side]();
    for (const bytes of [ofANewerRelease, bytesOf(first), ofANewerRelease, ofANewerRelease, bytesOf(next)]) {
      ends.raw.send(bytes);
    }
    await expect.poll(() => ends.seen.map(({ kind }) => kind)).toEqual([first, next]);
    expect(ends).toMatchObject({ skipped: 1, link: { isOpen: true } });
    ends.raw.send(Buffer.alloc(0));
    expect(await ends.link.ended).toMatchObject({ cause: 'protocol_error', message: 'an empty frame' });
  });

  it('takes every golden frame of its peer, and none of its own side', async () => {
    for (const { name, frame, bytes } of golden) {
      const ends = await sides[side]();
      ends.raw.send(bytesOf(first));
      ends.raw.send(bytes);
      ends.raw.send(encodeFrame({ kind: 'goodbye', reason: 'draining', message: '', retryAfterMs: 0 }));
      const { cause } = await ends.link.ended;
      const isTaken = cause === 'goodbye';
      const isPeers = isHubFrame(frame) === (side === 'satellite') || frame.kind === 'goodbye';
      expect([name, isTaken]).toEqual([name, isPeers && frame.kind !== first]);
    }
  });
});
