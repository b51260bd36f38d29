import type { Duplex } from 'node:stream';
import { refuseUpgrade, type Refusal } from '@checkstack/link';

/** What an upgrade may be answered with: the link's refusals, and what browsers meet. */
export type UpgradeRefusal = Refusal | { status: 404 };

/** Answers the upgrade and closes the connection. */
export function refuseUpgradeWith(socket: Duplex, refusal: UpgradeRefusal): void {
  if (refusal.status !== 404) return refuseUpgrade(socket, refusal);
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => socket.destroy());
}
