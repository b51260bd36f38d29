import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { dialLink, LinkRefused } from './dial.js';
import { bearerToken, linkUrl, offersLinkProtocol, refusalOf, refuseUpgrade, type Refusal } from './handshake.js';

describe('the handshake', () => {
  it.each<Refusal>([
    { status: 401 },
    { status: 403 },
    { status: 426, spoken: ['checkstack.link.v1', 'checkstack.link.v2'] },
    { status: 503, retryAfterMs: 3_000 },
  ])('brings the refusal $status across', async (refusal) => {
    const server = createServer().on('upgrade', (_request, socket: Socket) => refuseUpgrade(socket, refusal));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const refused: unknown = await dialLink({ url, token: 'token' }).catch((error: unknown) => error);
    await new Promise((resolve) => server.close(resolve));

    expect(refused).toBeInstanceOf(LinkRefused);
    expect(refused).toMatchObject({ refusal });
  });

  it.each([
    ['http://127.0.0.1:3000', 'ws://127.0.0.1:3000/api/link'],
    ['https://status.example/', 'wss://status.example/api/link'],
    ['https://example.org/checkstack/', 'wss://example.org/checkstack/api/link'],
  ])('finds the link of %s', (base, address) => {
    expect(linkUrl(base)).toBe(address);
  });

  it.each([
    ['Bearer abc.DEF-123_~+/==', 'abc.DEF-123_~+/=='],
    ['bearer abc', 'abc'],
    ['Basic abc', null],
    ['Bearer', null],
    ['Bearer a b', null],
    [undefined, null],
  ])('reads the token of %s', (authorization, token) => {
    expect(bearerToken({ headers: authorization === undefined ? {} : { authorization } })).toBe(token);
  });

  it('finds its sub-protocol among others', () => {
    const offers = (value: string): boolean => offersLinkProtocol({ headers: { 'sec-websocket-protocol': value } });
    expect(offers('checkstack.link.v2, checkstack.link.v1')).toBe(true);
    expect(offers('checkstack.link.v10')).toBe(false);
    expect(offersLinkProtocol({ headers: {} })).toBe(false);
  });

  it('does not take a proxy’s answer for the hub’s', () => {
    expect(refusalOf({ statusCode: 502, headers: {} })).toBeNull();
    expect(refusalOf({ statusCode: 503, headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' } })).toEqual({
      status: 503,
      retryAfterMs: 0,
    });
  });
});
