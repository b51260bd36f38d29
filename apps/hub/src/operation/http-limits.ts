import type { Server } from 'node:http';

/** A slow or idle peer holds a connection, but not for ever. */
export function limitRequests(server: Server): void {
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  // Longer than load balancers keep theirs (60 s is usual), so that they never send into a connection that just closed.
  server.keepAliveTimeout = 75_000;
}
