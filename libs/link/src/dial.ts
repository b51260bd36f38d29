// How a satellite opens its link.
import { WebSocket } from 'ws';
import { linkProtocol, linkUrl, refusalOf, refusalSentences, type Refusal } from './handshake.js';
import { maxPayloadBytes } from './limits.js';
import { satelliteLink, type LinkSocketOptions, type SatelliteLink } from './link-socket.js';

export interface DialOptions extends LinkSocketOptions {
  /** The hub's base address: `https://checkstack.example`. */
  url: string;
  token: string;
  /** How long the hub may take to answer the upgrade. */
  openWithinMs?: number;
  /** Gives the attempt up; an open link is not touched. */
  signal?: AbortSignal;
}

/** The hub answered, and said no. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused';

  constructor(readonly refusal: Refusal) {
    super(refusalSentences[refusal.status]);
  }
}

/** Opens the link. Rejects with LinkRefused when the hub says no, and with another Error when it could not be asked. */
export async function dialLink({
  url,
  token,
  openWithinMs = 10_000,
  signal,
  ...options
}: DialOptions): Promise<SatelliteLink> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(linkUrl(url), linkProtocol, {
      headers: { authorization: `Bearer ${token}` },
      handshakeTimeout: openWithinMs,
      maxPayload: maxPayloadBytes.fromHub,
      perMessageDeflate: false,
    });
    const abort = (): void => socket.terminate();
    signal?.addEventListener('abort', abort, { once: true });
    const settle = (): void => signal?.removeEventListener('abort', abort);

    socket.once('upgrade', (response) => {
      socket.once('open', () => {
        settle();
        resolve(satelliteLink(socket, response.socket, options));
      });
    });
    socket.on('unexpected-response', (request, response) => {
      settle();
      const refusal = refusalOf(response);
      reject(
        refusal ? new LinkRefused(refusal) : new Error(`The hub's address answers ${response.statusCode} to the link.`),
      );
      request.destroy();
    });
    socket.on('error', (error) => {
      settle();
      reject(signal?.aborted ? (signal.reason as Error) : error);
    });
  });
}
