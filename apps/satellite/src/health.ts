// Whether this satellite is well, for whoever looks after its machine.
import { createServer, type Server } from 'node:http';

export interface Health {
  connected: boolean;
  slices: number;
  spoolRecords: number;
  warnings: string[];
}

/** Answers GET /healthz on loopback: 200 once there is something to tell, 503 before. */
export async function serveHealth(port: number, read: () => Health | null): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') return void response.writeHead(404).end();
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    const health = read();
    response.writeHead(health === null ? 503 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(health ?? { starting: true }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}
