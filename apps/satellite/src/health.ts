// Whether this satellite is well, for whoever looks after its machine.
import { createServer, type Server } from 'node:http';

export interface Health {
  connected: boolean;
  slices: number;
  spoolRecords: number;
  warnings: string[];
}

/** Answers GET /healthz on loopback. */
export async function serveHealth(port: number, read: () => Health): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(read()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
