// What is agreed on before there is a socket: the address, the sub-protocol, the token, and how a hub says no.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServerOptions } from 'ws';
import { maxPayloadBytes } from './limits.js';

export const linkPath = '/api/link';
export const linkProtocol = 'checkstack.link.v1';

/** Why a hub does not open a socket. Nothing of it reaches a handler: it is an HTTP response to the upgrade. */
export type Refusal =
  /** The token is unknown or revoked. */
  | { status: 401 }
  /** The satellite is disabled. */
  | { status: 403 }
  /** The satellite offers no sub-protocol that the hub speaks. */
  | { status: 426; spoken: string[] }
  /** The hub is draining, or cannot ask its database. */
  | { status: 503; retryAfterMs: number };

export const refusalSentences: Record<Refusal['status'], string> = {
  401: 'The token is unknown or was revoked.',
  403: 'This satellite is disabled.',
  426: 'The hub does not speak the protocol this satellite offers; update the older of the two.',
  503: 'The hub cannot take the connection now.',
};

/** For the WebSocketServer of a hub. It listens to no port: the hub authenticates the upgrade first, then hands it over. */
export const linkServerOptions = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: maxPayloadBytes.fromSatellite,
  handleProtocols: (offered) => (offered.has(linkProtocol) ? linkProtocol : false),
} satisfies ServerOptions;

/** The WebSocket address of the hub at this base address. */
export function linkUrl(baseUrl: string): string {
  const url = new URL(baseUrl);
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
  url.pathname = url.pathname.replace(/\/+$/, '') + linkPath;
  return url.href;
}

/** The token of `Authorization: Bearer …` (RFC 6750 §2.1), or null. */
export function bearerToken(request: Pick<IncomingMessage, 'headers'>): string | null {
  return /^Bearer +([\w.~+/-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

export function offersLinkProtocol(request: Pick<IncomingMessage, 'headers'>): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((protocol) => protocol.trim() === linkProtocol);
}

/** Answers the upgrade with the refusal and closes the connection. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = refusalSentences[refusal.status];
  const head = [
    `HTTP/1.1 ${refusal.status} ${statusTexts[refusal.status]}`,
    ...refusalHeaders(refusal),
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  // The peer may be gone already: nobody is left to be told.
  socket.on('error', () => socket.destroy());
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

const statusTexts: Record<Refusal['status'], string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  426: 'Upgrade Required',
  503: 'Service Unavailable',
};

function refusalHeaders(refusal: Refusal): string[] {
  switch (refusal.status) {
    case 401:
      return ['WWW-Authenticate: Bearer'];
    case 403:
      return [];
    case 426:
      return ['Upgrade: websocket', `Sec-WebSocket-Protocol: ${refusal.spoken.join(', ')}`];
    case 503:
      return [`Retry-After: ${Math.ceil(refusal.retryAfterMs / 1000)}`];
  }
}

/** The refusal in a response to an upgrade, or null when it is something else: a proxy's 502, a page of another server. */
export function refusalOf(response: Pick<IncomingMessage, 'statusCode' | 'headers'>): Refusal | null {
  switch (response.statusCode) {
    case 401:
    case 403:
      return { status: response.statusCode };
    case 426: {
      const spoken = (response.headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
      return { status: 426, spoken: spoken.filter((protocol) => protocol !== '') };
    }
    case 503: {
      const seconds = Number(response.headers['retry-after'] ?? 0);
      return { status: 503, retryAfterMs: seconds > 0 && seconds < 86_400 ? seconds * 1000 : 0 };
    }
    default:
      return null;
  }
}
