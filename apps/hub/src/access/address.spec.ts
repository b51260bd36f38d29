import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { addressOf } from './address.js';

function requestFrom(remoteAddress: string, forwarded?: string): IncomingMessage {
  return { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage;
}

it.each([
  ['the peer', requestFrom('::ffff:10.0.0.7'), 0, '10.0.0.7'],
  ['the peer, whatever it claims', requestFrom('10.0.0.7', '1.2.3.4'), 0, '10.0.0.7'],
  ['whom the one proxy saw', requestFrom('10.0.0.7', '6.6.6.6, 1.2.3.4'), 1, '1.2.3.4'],
  ['the farthest known', requestFrom('10.0.0.7', '1.2.3.4'), 5, '1.2.3.4'],
])('is %s', (_, request, trustedProxies, address) => {
  expect(addressOf(request, trustedProxies)).toBe(address);
});
