import type { IncomingMessage } from 'node:http';

/** Where a request came from: the address that the outermost trusted proxy saw. */
export function addressOf(request: IncomingMessage, trustedProxies: number): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  const hops = [...forwarded, request.socket.remoteAddress ?? ''];
  const address = hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? '';
  return address.replace(/^::ffff:(?=\d+\.)/, '').slice(0, 64);
}
